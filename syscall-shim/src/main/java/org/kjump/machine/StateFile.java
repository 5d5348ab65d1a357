package org.kjump.machine;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.device.Board;
import org.kjump.machine.memory.Ram;

/**
 * The file {@code state}: power, processor, devices, and the pages of memory that are not zero. Big endian; magic,
 * memory size, registers, device registers, then pairs of page frame number and page, a -1, and a CRC-32 of all that.
 */
record StateFile(Path folder) {
    private static final long MAGIC = 0x6b6a756d70737432L; // "kjumpst2"
    private static final int BUFFER = 1 << 16;
    private static final byte[] ZERO_PAGE = new byte[Ram.PAGE_SIZE];

    private Path file() {
        return folder.resolve("state");
    }

    /** @return whether the machine is switched on; a machine that was never committed is off */
    boolean load(Ram ram, CpuState cpu, Board board) {
        Path file = file();
        if (!Files.exists(file)) {
            return false;
        }
        try (InputStream raw = Files.newInputStream(file)) {
            CheckedInputStream checked = new CheckedInputStream(new BufferedInputStream(raw, BUFFER), new CRC32());
            DataInputStream in = new DataInputStream(checked);
            expect("magic", MAGIC, in.readLong());
            expect("bytes of memory", ram.size(), in.readLong());
            boolean poweredOn = in.readBoolean();
            cpu.load(readBlock(in, CpuState.STORED_BYTES));
            board.load(readBlock(in, board.storedBytes()));
            int last = -1;
            for (int pfn = in.readInt(); pfn != -1; pfn = in.readInt()) {
                if (pfn <= last || pfn >= ram.pageCount()) {
                    throw new MachineException("%s: damaged: page frame 0x%x behind 0x%x of 0x%x"
                            .formatted(file, pfn, last, ram.pageCount()));
                }
                in.readFully(ram.page(pfn));
                last = pfn;
            }
            long sum = checked.getChecksum().getValue();
            expect("checksum", sum, in.readLong());
            return poweredOn;
        } catch (IOException e) {
            throw new MachineException("%s: damaged or cut: %s".formatted(file, e), e);
        }
    }

    private void expect(String what, long expected, long found) {
        if (expected != found) {
            throw new MachineException(
                    "%s: damaged or foreign: %s 0x%x expected, 0x%x found".formatted(file(), what, expected, found));
        }
    }

    private static ByteBuffer readBlock(DataInputStream in, int size) throws IOException {
        byte[] bytes = new byte[size];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** Written aside, forced and renamed: whoever is killed here leaves the old state, and a file that nobody reads. */
    void store(boolean poweredOn, Ram ram, CpuState cpu, Board board) {
        Path aside = folder.resolve("state.new");
        try {
            try (FileChannel channel = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                write(channel, poweredOn, ram, cpu, board);
                channel.force(true);
            }
            Files.move(aside, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new MachineException("%s: cannot be written: %s".formatted(aside, e), e);
        }
    }

    private static void write(FileChannel channel, boolean poweredOn, Ram ram, CpuState cpu, Board board)
            throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(
                new java.io.BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), new CRC32());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeLong(MAGIC);
        out.writeLong(ram.size());
        out.writeBoolean(poweredOn);
        ByteBuffer registers = ByteBuffer.allocate(CpuState.STORED_BYTES);
        cpu.store(registers);
        out.write(registers.array());
        ByteBuffer devices = ByteBuffer.allocate(board.storedBytes());
        board.store(devices);
        out.write(devices.array());
        for (int pfn = 0; pfn < ram.pageCount(); pfn++) {
            byte[] page = ram.peekPage(pfn);
            if (!Arrays.equals(page, ZERO_PAGE)) {
                out.writeInt(pfn);
                out.write(page);
            }
        }
        out.writeInt(-1);
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }
}
