package org.kjump.vmcore.dmesg;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * Kernels from 5.10 on: a ring of descriptors, each with a state, a record of its own and the place of its text in a ring of bytes
 * (kernel/printk/printk_ringbuffer.c).
 *
 * @param count descriptors, a power of two
 * @param descriptors where they are
 * @param infos where the records are
 */
record RingBufferLog(
        KernelMemory kernel, long count, long descriptors, long infos, long tail, long head, LogBuffer text)
        implements Dmesg {
    /** The states of a record that has its text: committed, and finalized. */
    private static final long COMMITTED = 1;

    private static final long FINALIZED = 2;
    /** A ring's size is told as the power of two that it is. */
    private static final int BITS_MAX = 40;

    static RingBufferLog of(KernelMemory kernel) {
        long buffer = kernel.pointer(kernel.symbol("prb"));
        long descriptorRing = buffer + kernel.offset("printk_ringbuffer.desc_ring");
        long textRing = buffer + kernel.offset("printk_ringbuffer.text_data_ring");
        int counter = kernel.offset("atomic_long_t.counter");
        long count = power(kernel, descriptorRing + kernel.offset("prb_desc_ring.count_bits"));
        LogBuffer.atMostMemory(kernel, "prb.desc_ring", count * kernel.size("prb_desc"));
        long length = power(kernel, textRing + kernel.offset("prb_data_ring.size_bits"));
        return new RingBufferLog(
                kernel,
                count,
                kernel.pointer(descriptorRing + kernel.offset("prb_desc_ring.descs")),
                kernel.pointer(descriptorRing + kernel.offset("prb_desc_ring.infos")),
                kernel.pointer(descriptorRing + kernel.offset("prb_desc_ring.tail_id") + counter),
                kernel.pointer(descriptorRing + kernel.offset("prb_desc_ring.head_id") + counter),
                new LogBuffer(
                        kernel,
                        kernel.pointer(textRing + kernel.offset("prb_data_ring.data")),
                        LogBuffer.atMostMemory(kernel, "prb.text_data_ring", length)));
    }

    private static long power(KernelMemory kernel, long vaddr) {
        long bits = kernel.unsigned(vaddr, 4);
        if (bits > BITS_MAX) {
            throw new VmcoreException("%s: printk_ringbuffer: a ring of 2^%d, at most 2^%d expected"
                    .formatted(kernel.image().name(), bits, BITS_MAX));
        }
        return 1L << bits;
    }

    @Override
    public void lines(Extent extent, Consumer<String> line) {
        long from = extent == Extent.SINCE_CLEAR ? cleared() : 0;
        long mask = idMask();
        long last = head - tail & mask;
        if (last >= count) {
            throw text.corrupted("%d messages in a ring of %d.".formatted(last + 1, count));
        }
        for (long i = 0; i <= last; i++) {
            record(tail + i & mask, from, line);
        }
    }

    /** An id is a word without the two bits of a state. */
    private long idMask() {
        return -1L >>> 64 - 8 * kernel.image().target().wordBytes() + 2;
    }

    private void record(long id, long from, Consumer<String> line) {
        int word = kernel.image().target().wordBytes();
        long descriptor = descriptors + (id & count - 1) * kernel.size("prb_desc");
        long state = kernel.pointer(
                descriptor + kernel.offset("prb_desc.state_var") + kernel.offset("atomic_long_t.counter"));
        long kind = state >>> 8 * word - 2;
        if ((state & idMask()) != id || kind != COMMITTED && kind != FINALIZED) {
            return; // being written, or used again
        }
        long info = infos + (id & count - 1) * kernel.size("printk_info");
        long block = descriptor + kernel.offset("prb_desc.text_blk_lpos");
        long begin = kernel.pointer(block + kernel.offset("prb_data_blk_lpos.begin")) & text.length() - 1;
        long next = kernel.pointer(block + kernel.offset("prb_data_blk_lpos.next")) & text.length() - 1;
        if (begin == next || Long.compareUnsigned(sequence(info), from) < 0) {
            return; // without text, or before what is asked for
        }
        // A text may end where the ring does since Linux commit 67e1b0052f6b (2025); before, it was at the ring's
        // start.
        long end = next == 0 ? text.length() : next;
        // A text that would not fit before the ring's end is at its start. Each is behind its descriptor's id.
        long start = (begin > end ? 0 : begin) + word;
        int length = (int) Math.max(
                0, Math.min(end - start, kernel.unsigned(info + kernel.offset("printk_info.text_len"), 2)));
        line.accept(LogText.record(
                kernel.unsigned(info + kernel.offset("printk_info.ts_nsec"), 8),
                caller(info),
                text.read(start, length)));
    }

    private long sequence(long info) {
        return kernel.unsigned(info + kernel.offset("printk_info.seq"), 8);
    }

    /** Told whether or not the kernel's own console shows it; so does makedumpfile from 1.7.5 on. */
    private OptionalLong caller(long info) {
        OptionalLong offset = kernel.info().offset("printk_info.caller_id");
        return offset.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(kernel.unsigned(info + kernel.offset("printk_info.caller_id"), 4));
    }

    /** The first message after the log was cleared. From 5.12 on there are two copies, and a counter whose parity says which is whole. */
    private long cleared() {
        VmcoreInfo info = kernel.info();
        long clear = kernel.symbol("clear_seq");
        if (info.size("latched_seq").isEmpty()) {
            return kernel.unsigned(clear, 8);
        }
        long copy = kernel.unsigned(clear, 4) & 1;
        return kernel.unsigned(clear + kernel.offset("latched_seq.val") + 8 * copy, 8);
    }
}
