package org.kjump.machine.cpu;

/** An exception or interrupt of the processor, on its way to the handler that the interrupt descriptor table names. */
final class CpuFault extends RuntimeException {
    static final int DIVIDE_ERROR = 0;
    static final int INVALID_OPCODE = 6;
    static final int DEVICE_NOT_AVAILABLE = 7;
    static final int DOUBLE_FAULT = 8;
    static final int INVALID_TSS = 10;
    static final int SEGMENT_NOT_PRESENT = 11;
    static final int STACK_FAULT = 12;
    static final int GENERAL_PROTECTION = 13;
    static final int PAGE_FAULT = 14;

    /** Error code bits: the selector is a gate's; the cause lay outside the program. */
    static final int IN_IDT = 2;

    static final int EXTERNAL = 1;

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
    boolean hasErrorCode() {
        return vector == DOUBLE_FAULT || vector >= INVALID_TSS && vector <= PAGE_FAULT;
    }

    /** Those of which a second one on the way to the first one's handler is a double fault (Intel SDM 3A, table 6-4). */
    boolean isContributory() {
        return vector == DIVIDE_ERROR || vector >= INVALID_TSS && vector <= GENERAL_PROTECTION;
    }

    String describe() {
        String name = switch (vector) {
            case DIVIDE_ERROR -> "#DE divide error";
            case INVALID_OPCODE -> "#UD invalid opcode";
            case DEVICE_NOT_AVAILABLE -> "#NM device not available";
            case DOUBLE_FAULT -> "#DF double fault";
            case INVALID_TSS -> "#TS invalid TSS";
            case SEGMENT_NOT_PRESENT -> "#NP segment not present";
            case STACK_FAULT -> "#SS stack fault";
            case GENERAL_PROTECTION -> "#GP general protection";
            case PAGE_FAULT -> "#PF page fault";
            default -> "interrupt 0x%02x".formatted(vector);
        };
        if (!hasErrorCode()) {
            return name;
        }
        boolean gate = (errorCode & IN_IDT) != 0 && vector != PAGE_FAULT;
        return "%s, error code 0x%x".formatted(name, errorCode)
                + (gate ? " (no gate for interrupt 0x%02x)".formatted(errorCode >> 3) : "");
    }
}
