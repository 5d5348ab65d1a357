package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.SS;

/** Offsets to linear addresses, checked against type and limit of the segment (Intel SDM 3A, 5.3 to 5.5). */
final class Segments {
    private static final int COUNT = 6;
    private static final long ADDRESS = 0xffffffffL;

    private final SegmentRegister[] registers;
    private final int[] bases = new int[COUNT];
    /** First offset that may not be read or written; 0 where the long way must look closer. */
    private final long[] readEnds = new long[COUNT];

    private final long[] writeEnds = new long[COUNT];

    Segments(CpuState state) {
        registers = state.segments;
        refresh();
    }

    /** The registers were loaded from outside. */
    void refresh() {
        for (int segment = 0; segment < COUNT; segment++) {
            load(segment, registers[segment]);
        }
    }

    void load(int segment, SegmentRegister loaded) {
        registers[segment] = loaded;
        bases[segment] = loaded.base();
        readEnds[segment] = loaded.isReadable() ? loaded.end() : 0;
        writeEnds[segment] = loaded.isWritable() ? loaded.end() : 0;
    }

    int selector(int segment) {
        return registers[segment].selector();
    }

    /** The linear address of {@code size} bytes that are to be read. */
    int readable(int segment, int offset, int size) {
        if ((offset & ADDRESS) + size > readEnds[segment]) {
            checkDownwards(segment, offset, size, registers[segment].isReadable());
        }
        return bases[segment] + offset;
    }

    int writable(int segment, int offset, int size) {
        if ((offset & ADDRESS) + size > writeEnds[segment]) {
            checkDownwards(segment, offset, size, registers[segment].isWritable());
        }
        return bases[segment] + offset;
    }

    private void checkDownwards(int segment, int offset, int size, boolean allowed) {
        SegmentRegister register = registers[segment];
        boolean inside = register.isPresent()
                && register.expandsDown()
                && (offset & ADDRESS) > (register.limit() & ADDRESS)
                && (offset & ADDRESS) + size <= 1L << 32;
        if (!allowed || !inside) {
            throw new CpuFault(segment == SS ? CpuFault.STACK_FAULT : CpuFault.GENERAL_PROTECTION);
        }
    }

    /** The linear address of the instruction at an offset in the code segment, which the next one checks. */
    int code(int eip) {
        return bases[CS] + eip;
    }

    boolean holdsCode(int eip, int bytes) {
        return (eip & ADDRESS) + bytes <= registers[CS].end();
    }
}
