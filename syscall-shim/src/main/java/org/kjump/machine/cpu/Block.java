package org.kjump.machine.cpu;

import java.util.List;

/** Instructions that stand behind each other and run in that order, unless one faults. */
final class Block {
    final Instruction[] instructions;
    final int bytes;

    Block(List<Instruction> instructions) {
        this.instructions = instructions.toArray(Instruction[]::new);
        bytes = offset(this.instructions.length);
    }

    /** Bytes of the first {@code count} instructions. */
    int offset(int count) {
        int offset = 0;
        for (int i = 0; i < count; i++) {
            offset += instructions[i].length;
        }
        return offset;
    }
}
