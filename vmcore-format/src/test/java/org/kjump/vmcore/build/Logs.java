package org.kjump.vmcore.build;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The logs of kernels in the three forms that they have had, written into a described kernel's memory from physical address 0x14000
 * up to 0x24000. Layouts are those of 64-bit kernels (kernel/printk).
 */
public final class Logs {
    private static final long VARIABLES = 0x14000;
    private static final long BUFFER = 0x15000;
    private static final int RECORD = 16;

    private final KernelMemoryBuilder kernel;

    private Logs(KernelMemoryBuilder kernel) {
        this.kernel = kernel;
    }

    /** Characters, as before 3.5: {@code contents} of the buffer, and how many characters there have ever been. */
    public static void characters(KernelMemoryBuilder kernel, String contents, long logEnd, long sinceClear) {
        Logs logs = new Logs(kernel);
        byte[] bytes = contents.getBytes(StandardCharsets.ISO_8859_1);
        logs.logBuf(bytes.length);
        logs.number("log_end", 0x18, 4, logEnd);
        logs.number("logged_chars", 0x20, 4, sinceClear);
        kernel.ram().write(BUFFER, ByteBuffer.wrap(bytes));
    }

    private void logBuf(long length) {
        kernel.info().symbol("log_buf", kernel.vaddr(VARIABLES)).symbol("log_buf_len", kernel.vaddr(VARIABLES + 0x10));
        kernel.pointer(VARIABLES, kernel.vaddr(BUFFER));
        kernel.ram().setUnsigned(VARIABLES + 0x10, 4, length);
    }

    private void number(String symbol, long at, int width, long value) {
        kernel.info().symbol(symbol, kernel.vaddr(VARIABLES + at));
        kernel.ram().setUnsigned(VARIABLES + at, width, value);
    }

    /** Records, as from 3.5 to 5.9. */
    public static final class Records {
        private final Logs logs;
        private final int header;

        /**
         * @param struct what VMCOREINFO calls a record: {@code log}, or {@code printk_log} from 3.11 on
         * @param header bytes before a record's text: 16, or 24 with callers
         */
        public Records(KernelMemoryBuilder kernel, String struct, int header, long length) {
            this.logs = new Logs(kernel);
            this.header = header;
            logs.logBuf(length);
            kernel.info()
                    .size(struct, header)
                    .offset(struct + ".ts_nsec", 0)
                    .offset(struct + ".len", 8)
                    .offset(struct + ".text_len", 10);
            if (header > RECORD) {
                kernel.info().offset(struct + ".caller_id", 16);
            }
        }

        public Records indexes(long first, long next, long clear) {
            logs.number("log_first_idx", 0x18, 4, first);
            logs.number("log_next_idx", 0x20, 4, next);
            logs.number("clear_idx", 0x28, 4, clear);
            return this;
        }

        /** A record at an index of the buffer, and the index behind it. */
        public long record(long index, long nanoseconds, long caller, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            long length = header + bytes.length + 7 & ~7L;
            Ram ram = logs.kernel.ram();
            ram.setUnsigned(BUFFER + index, 8, nanoseconds);
            ram.setUnsigned(BUFFER + index + 8, 2, length);
            ram.setUnsigned(BUFFER + index + 10, 2, bytes.length);
            if (header > RECORD) {
                ram.setUnsigned(BUFFER + index + 16, 4, caller);
            }
            ram.write(BUFFER + index + header, ByteBuffer.wrap(bytes));
            return index + length;
        }
    }

    /** The ring buffer of 5.10 and later. */
    public static final class Ring {
        public static final long COMMITTED = 1;
        public static final long FINALIZED = 2;
        public static final long REUSABLE = 3;

        private static final long DESCRIPTORS = 0x16000;
        private static final long INFOS = 0x18000;
        private static final long TEXT = 0x20000;
        private static final long ID = -1L >>> 2;

        private final Logs logs;
        private final int countBits;
        private final int sizeBits;

        public Ring(KernelMemoryBuilder kernel, int countBits, int sizeBits) {
            this.logs = new Logs(kernel);
            this.countBits = countBits;
            this.sizeBits = sizeBits;
            kernel.info()
                    .symbol("prb", kernel.vaddr(VARIABLES))
                    .offset("printk_ringbuffer.desc_ring", 0)
                    .offset("printk_ringbuffer.text_data_ring", 48)
                    .offset("prb_desc_ring.count_bits", 0)
                    .offset("prb_desc_ring.descs", 8)
                    .offset("prb_desc_ring.infos", 16)
                    .offset("prb_desc_ring.head_id", 24)
                    .offset("prb_desc_ring.tail_id", 32)
                    .size("prb_desc", 24)
                    .offset("prb_desc.state_var", 0)
                    .offset("prb_desc.text_blk_lpos", 8)
                    .offset("prb_data_blk_lpos.begin", 0)
                    .offset("prb_data_blk_lpos.next", 8)
                    .size("printk_info", 88)
                    .offset("printk_info.seq", 0)
                    .offset("printk_info.ts_nsec", 8)
                    .offset("printk_info.text_len", 16)
                    .offset("prb_data_ring.size_bits", 0)
                    .offset("prb_data_ring.data", 8)
                    .offset("atomic_long_t.counter", 0)
                    .size("latched_seq", 24)
                    .offset("latched_seq.val", 8);
            Ram ram = kernel.ram();
            kernel.pointer(VARIABLES, kernel.vaddr(VARIABLES + 0x100));
            ram.setUnsigned(VARIABLES + 0x100, 4, countBits);
            kernel.pointer(VARIABLES + 0x108, kernel.vaddr(DESCRIPTORS));
            kernel.pointer(VARIABLES + 0x110, kernel.vaddr(INFOS));
            ram.setUnsigned(VARIABLES + 0x130, 4, sizeBits);
            kernel.pointer(VARIABLES + 0x138, kernel.vaddr(TEXT));
        }

        /** The kernel tells who logged what. */
        public Ring withCallers() {
            logs.kernel.info().offset("printk_info.caller_id", 20);
            return this;
        }

        public Ring ids(long tail, long head) {
            logs.kernel.ram().setUnsigned(VARIABLES + 0x118, 8, head);
            logs.kernel.ram().setUnsigned(VARIABLES + 0x120, 8, tail);
            return this;
        }

        /** The first message since the log was cleared, in the copy that is whole; the other has junk. */
        public Ring clearedAt(long sequence, int copy) {
            logs.number("clear_seq", 0x200, 4, copy);
            logs.kernel.ram().setUnsigned(VARIABLES + 0x208 + 8L * copy, 8, sequence);
            logs.kernel.ram().setUnsigned(VARIABLES + 0x210 - 8L * copy, 8, 77);
            return this;
        }

        /** A message whose text, behind its id, is from {@code begin} up to {@code next}; both count on beyond the ring's size. */
        public Ring message(long id, long state, long begin, long next, long nanoseconds, String text) {
            Ram ram = logs.kernel.ram();
            long index = id & (1L << countBits) - 1;
            ram.setUnsigned(DESCRIPTORS + 24 * index, 8, state << 62 | id & ID);
            ram.setUnsigned(DESCRIPTORS + 24 * index + 8, 8, begin);
            ram.setUnsigned(DESCRIPTORS + 24 * index + 16, 8, next);
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            ram.setUnsigned(INFOS + 88 * index, 8, id);
            ram.setUnsigned(INFOS + 88 * index + 8, 8, nanoseconds);
            ram.setUnsigned(INFOS + 88 * index + 16, 2, bytes.length);
            long mask = (1L << sizeBits) - 1;
            long start = (begin & mask) > (next - 1 & mask) ? 0 : begin & mask;
            ram.write(TEXT + start + 8, ByteBuffer.wrap(bytes));
            return this;
        }

        public Ring caller(long id, long caller) {
            logs.kernel.ram().setUnsigned(INFOS + 88 * (id & (1L << countBits) - 1) + 20, 4, caller);
            return this;
        }
    }
}
