package org.kjump.machine.cpu;

/** Why the processor gave control back. */
public sealed interface Exit {
    /**
     * It reached a {@code vmcall} (0f 01 c1), the instruction by which code in memory calls the kernel that Java plays.
     * EIP stands at the instruction, which has changed nothing.
     *
     * @param linear address of the instruction
     */
    record Handover(int linear) implements Exit {}

    /** It stands behind a {@code hlt} with interrupts off: nothing will ever wake it. */
    record Halted() implements Exit {}

    /**
     * A fault that nobody handles: the processor is in shutdown.
     *
     * @param report the fault, all registers, and the bytes at EIP, in several lines
     */
    record TripleFault(String report) implements Exit {}

    /** It stands at a jump to itself, and no interrupt will ever take it away from there. */
    record Spinning() implements Exit {}

    /** The given number of instructions was executed. */
    record OutOfBudget() implements Exit {}
}
