package org.kjump.machine.cpu;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The registers of the processor: everything it has, and nothing that is not a register. Mutable; written and read by
 * the processor that executes, by a kernel that takes over, and by the machine's folder.
 */
public final class CpuState {
    public static final int EAX = 0;
    public static final int ECX = 1;
    public static final int EDX = 2;
    public static final int EBX = 3;
    public static final int ESP = 4;
    public static final int EBP = 5;
    public static final int ESI = 6;
    public static final int EDI = 7;

    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;
    public static final int DS = 3;
    public static final int FS = 4;
    public static final int GS = 5;

    public static final int CR0_PE = 1;
    static final int CR0_EM = 4;
    static final int CR0_TS = 8;
    static final int CR0_ET = 0x10;
    static final int CR0_WP = 0x10000;
    public static final int CR0_PG = 0x8000_0000;
    public static final int CR4_PSE = 0x10;
    public static final int CR4_PGE = 0x80;
    public static final int EFLAGS_IF = 0x200;

    static final String[] GENERAL_NAMES = {"eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"};
    static final String[] SEGMENT_NAMES = {"es", "cs", "ss", "ds", "fs", "gs"};

    /**
     * General registers, indexed by {@link #EAX} and so on: the numbers of the instruction encoding. Behind them stands
     * a zero, the register that an address without base or index names.
     */
    public final int[] general = new int[GENERAL_NAMES.length + 1];
    /** Segment registers, indexed by {@link #ES} and so on: the numbers of the instruction encoding. */
    public final SegmentRegister[] segments = new SegmentRegister[6];

    public int eip;
    public int eflags;
    public int cr0;
    public int cr2;
    public int cr3;
    public int cr4;
    public int gdtBase;
    public int gdtLimit;
    public int idtBase;
    public int idtLimit;
    public int ldtSelector;
    /** Hidden parts of LDTR and TR, as their last load left them. */
    public int ldtBase;

    public int ldtLimit;
    public int taskSelector;
    public int taskBase;
    public int taskLimit;
    /** DR0 to DR7; breakpoints are kept and never hit. */
    public final int[] debug = new int[8];
    /** The time stamp counter: instructions since power-on. */
    public long timeStamp;
    /** The processor is in shutdown after a triple fault: it does nothing until it is reset. */
    public boolean shutdown;

    /** Bytes that {@link #store} writes. */
    public static final int STORED_BYTES = 4 * (8 + 6 * 4 + 17 + 8 + 2);

    public CpuState() {
        reset();
    }

    /** As a boot loader leaves the processor that starts a kernel: protected mode, flat segments, nothing else. */
    public void reset() {
        Arrays.fill(general, 0);
        Arrays.fill(segments, SegmentRegister.flatData(0x18));
        segments[CS] = SegmentRegister.flatCode(0x10);
        eip = 0;
        eflags = 2;
        cr0 = 0x10 | CR0_PE;
        cr2 = 0;
        cr3 = 0;
        cr4 = 0;
        gdtBase = 0;
        gdtLimit = 0;
        idtBase = 0;
        idtLimit = 0;
        ldtSelector = 0;
        ldtBase = 0;
        ldtLimit = 0;
        taskSelector = 0;
        taskBase = 0;
        taskLimit = 0;
        Arrays.fill(debug, 0);
        timeStamp = 0;
        shutdown = false;
    }

    /** Writes all registers to {@code target}, for {@link #load}. */
    public void store(ByteBuffer target) {
        for (int i = 0; i < GENERAL_NAMES.length; i++) {
            target.putInt(general[i]);
        }
        for (SegmentRegister segment : segments) {
            target.putInt(segment.selector()).putInt(segment.base());
            target.putInt(segment.limit()).putInt(segment.access());
        }
        target.putInt(eip).putInt(eflags).putInt(cr0).putInt(cr2).putInt(cr3).putInt(cr4);
        target.putInt(gdtBase).putInt(gdtLimit).putInt(idtBase).putInt(idtLimit);
        target.putInt(ldtSelector).putInt(ldtBase).putInt(ldtLimit);
        target.putInt(taskSelector).putInt(taskBase).putInt(taskLimit);
        for (int register : debug) {
            target.putInt(register);
        }
        target.putLong(timeStamp).putInt(shutdown ? 1 : 0);
    }

    public void load(ByteBuffer source) {
        for (int i = 0; i < GENERAL_NAMES.length; i++) {
            general[i] = source.getInt();
        }
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new SegmentRegister(source.getInt(), source.getInt(), source.getInt(), source.getInt());
        }
        eip = source.getInt();
        eflags = source.getInt();
        cr0 = source.getInt();
        cr2 = source.getInt();
        cr3 = source.getInt();
        cr4 = source.getInt();
        gdtBase = source.getInt();
        gdtLimit = source.getInt();
        idtBase = source.getInt();
        idtLimit = source.getInt();
        ldtSelector = source.getInt();
        ldtBase = source.getInt();
        ldtLimit = source.getInt();
        taskSelector = source.getInt();
        taskBase = source.getInt();
        taskLimit = source.getInt();
        Arrays.setAll(debug, i -> source.getInt());
        timeStamp = source.getLong();
        shutdown = source.getInt() != 0;
    }

    /** All registers for people, in four lines. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GENERAL_NAMES.length; i++) {
            text.append("%s=%08x ".formatted(GENERAL_NAMES[i], general[i]));
        }
        text.append("\neip=%08x eflags=%08x cr0=%08x cr2=%08x cr3=%08x cr4=%08x\n"
                .formatted(eip, eflags, cr0, cr2, cr3, cr4));
        for (int i = 0; i < SEGMENT_NAMES.length; i++) {
            text.append("%s=%04x ".formatted(SEGMENT_NAMES[i], segments[i].selector()));
        }
        text.append("\ngdt=%08x limit %04x idt=%08x limit %04x".formatted(gdtBase, gdtLimit, idtBase, idtLimit));
        return text.toString();
    }
}
