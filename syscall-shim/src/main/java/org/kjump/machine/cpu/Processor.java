package org.kjump.machine.cpu;

import org.kjump.machine.Ram;

/** Executes i386 code from memory. It knows registers, memory and ports, and nothing of what kernel runs. */
public final class Processor {
    public Processor(Ram ram, PortSpace ports, CpuState state) {}

    /** Executes until something happens, at most {@code budget} instructions. */
    public Exit run(long budget) {
        return new Exit.OutOfBudget();
    }
}
