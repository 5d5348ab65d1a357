package org.kjump.kexec.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kjump.vmcore.io.ByteSource;

/** The little that loading needs of an ELF file; the rules are those of the C tool (kexec-tools 2.0.32). */
final class ElfFile {
    private static final int ET_EXEC = 2;
    private static final int ET_CORE = 4;
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;
    private static final int EM_386 = 3;
    private static final int EM_486 = 6;
    private static final long LIMIT = 1L << 32;

    private ElfFile() {}

    static boolean isElf(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(4);
        return file.read(0, magic) == 4 && magic.getInt(0) == 0x7f454c46;
    }

    /** Empty if the file is ELF of another machine or kind. */
    static Optional<KernelImage> parse(ByteSource file) {
        ByteBuffer identity = read(file, 0, 16);
        if (identity.get(5) != 1) {
            return Optional.empty();
        }
        return switch (identity.get(4)) {
            case 1 -> parse(file, read(file, 0, 52), new Width(false));
            case 2 -> parse(file, read(file, 0, 64), new Width(true));
            default -> Optional.empty();
        };
    }

    private static Optional<KernelImage> parse(ByteSource file, ByteBuffer header, Width width) {
        int type = header.getShort(16);
        int machine = header.getShort(18);
        if ((machine != EM_386 && machine != EM_486) || (type != ET_EXEC && type != ET_CORE)) {
            return Optional.empty();
        }
        int entrySize = Short.toUnsignedInt(header.getShort(width.wide ? 54 : 42));
        int count = Short.toUnsignedInt(header.getShort(width.wide ? 56 : 44));
        if (count == 0) {
            throw new ImageException("%s: No ELF program header".formatted(file.name()));
        }
        if (entrySize != width.programHeader()) {
            throw new ImageException("%s: ELF program header size: %d expected, %d found"
                    .formatted(file.name(), width.programHeader(), entrySize));
        }
        ByteBuffer table = read(file, width.word(header, width.wide ? 32 : 28), count * entrySize);
        List<LoadSegment> loads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer entry = table.slice(i * entrySize, entrySize).order(ByteOrder.LITTLE_ENDIAN);
            if (entry.getInt(0) == PT_INTERP) {
                throw new ImageException("%s: Requires an ELF interpreter".formatted(file.name()));
            }
            if (entry.getInt(0) == PT_LOAD) {
                LoadSegment load = width.load(entry);
                check(file, i, load);
                if (load.memorySize() > 0) {
                    loads.add(load);
                }
            }
        }
        return Optional.of(
                type == ET_CORE
                        ? new ElfCore(file, List.copyOf(loads))
                        : new ElfExecutable(file, width.word(header, 24), List.copyOf(loads)));
    }

    private static void check(ByteSource file, int index, LoadSegment load) {
        if (load.offset() < 0 || load.fileSize() < 0 || load.fileSize() > file.size() - load.offset()) {
            throw new ImageException("%s: program header %d: 0x%x bytes expected at offset 0x%x, the file ends at 0x%x"
                    .formatted(file.name(), index, load.fileSize(), load.offset(), file.size()));
        }
        if (load.paddr() < 0
                || load.memorySize() < 0
                || load.paddr() > LIMIT
                || load.memorySize() > LIMIT - load.paddr()) {
            throw new ImageException("%s: program header %d: p_paddr 0x%x + 0x%x lies above 4 GiB"
                    .formatted(file.name(), index, load.paddr(), load.memorySize()));
        }
    }

    private static ByteBuffer read(ByteSource file, long offset, int length) {
        if (offset < 0 || offset > file.size() - length) {
            throw new ImageException("%s: ELF header: 0x%x bytes expected at offset 0x%x, the file ends at 0x%x"
                    .formatted(file.name(), length, offset, file.size()));
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(offset, bytes);
        return bytes.flip();
    }

    /** ELF32 or ELF64. */
    private record Width(boolean wide) {
        int programHeader() {
            return wide ? 56 : 32;
        }

        long word(ByteBuffer bytes, int offset) {
            return wide ? bytes.getLong(offset) : Integer.toUnsignedLong(bytes.getInt(offset));
        }

        LoadSegment load(ByteBuffer entry) {
            return wide
                    ? new LoadSegment(word(entry, 8), word(entry, 24), word(entry, 32), word(entry, 40))
                    : new LoadSegment(word(entry, 4), word(entry, 12), word(entry, 16), word(entry, 20));
        }
    }
}
