package org.kjump.machine.cpu;

/** An exception of the processor, on its way to the handler that the interrupt descriptor table names. */
final class CpuFault extends RuntimeException {
    static final int DIVIDE_ERROR = 0;
    static final int BREAKPOINT = 3;
    static final int INVALID_OPCODE = 6;
    static final int DOUBLE_FAULT = 8;
    static final int SEGMENT_NOT_PRESENT = 11;
    static final int STACK_FAULT = 12;
    static final int GENERAL_PROTECTION = 13;
    static final int PAGE_FAULT = 14;

    final int vector;
    final int errorCode;

    CpuFault(int vector, int errorCode) {
        super(null, null, false, false);
        this.vector = vector;
        this.errorCode = errorCode;
    }

    CpuFault(int vector) {
        this(vector, 0);
    }

    /** Whether the processor pushes an error code (Intel SDM 3A, table 6-1). */
    static boolean pushesErrorCode(int vector) {
        return vector == DOUBLE_FAULT || vector >= 10 && vector <= 14;
    }

    String describe() {
        String name = switch (vector) {
            case DIVIDE_ERROR -> "#DE divide error";
            case BREAKPOINT -> "#BP breakpoint";
            case INVALID_OPCODE -> "#UD invalid opcode";
            case DOUBLE_FAULT -> "#DF double fault";
            case SEGMENT_NOT_PRESENT -> "#NP segment not present";
            case STACK_FAULT -> "#SS stack fault";
            case GENERAL_PROTECTION -> "#GP general protection";
            case PAGE_FAULT -> "#PF page fault";
            default -> "interrupt 0x%02x".formatted(vector);
        };
        return pushesErrorCode(vector) ? "%s, error code 0x%x".formatted(name, errorCode) : name;
    }
}
