package org.kjump.machine.cpu;

/** What an instruction does once its bytes are decoded and its operands are known. */
@FunctionalInterface
interface Operation {
    void execute(Core core, Instruction instruction);
}
