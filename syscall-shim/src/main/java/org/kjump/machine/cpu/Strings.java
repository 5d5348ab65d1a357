package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.DS;
import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.EDI;
import static org.kjump.machine.cpu.CpuState.ES;
import static org.kjump.machine.cpu.CpuState.ESI;

/** MOVS, CMPS, STOS, LODS and SCAS, alone and repeated. Registers are right at every element, so a fault can be taken. */
final class Strings {
    private static final int REPNE = 0xf2;

    private final CpuState state;
    private final int[] general;
    private final Mmu mmu;
    private final Operands operands;
    private final Alu alu;

    Strings(CpuState state, Mmu mmu, Operands operands, Alu alu) {
        this.state = state;
        this.general = state.general;
        this.mmu = mmu;
        this.operands = operands;
        this.alu = alu;
    }

    /** @param repeat the prefix 0xf2 or 0xf3, or 0 */
    void execute(int opcode, int size, int repeat) {
        if (repeat == 0) {
            element(opcode, size);
            return;
        }
        boolean compares = (opcode & 0xfe) == 0xa6 || (opcode & 0xfe) == 0xae;
        while (general[ECX] != 0) {
            element(opcode, size);
            general[ECX]--;
            boolean equal = (state.eflags & Alu.ZF) != 0;
            if (compares && equal == (repeat == REPNE)) {
                return;
            }
        }
    }

    private void element(int opcode, int size) {
        int step = (state.eflags & Alu.DF) == 0 ? size : -size;
        int source = operands.segmentBase(DS) + general[ESI];
        int target = state.segments[ES].base() + general[EDI];
        switch (opcode & 0xfe) {
            case 0xa4 -> {
                mmu.write(target, size, mmu.read(source, size));
                general[ESI] += step;
                general[EDI] += step;
            }
            case 0xa6 -> {
                alu.operate(Alu.CMP, size, mmu.read(source, size), mmu.read(target, size));
                general[ESI] += step;
                general[EDI] += step;
            }
            case 0xaa -> {
                mmu.write(target, size, general[EAX]);
                general[EDI] += step;
            }
            case 0xac -> {
                operands.setRegister(EAX, size, mmu.read(source, size));
                general[ESI] += step;
            }
            default -> {
                alu.operate(Alu.CMP, size, operands.getRegister(EAX, size), mmu.read(target, size));
                general[EDI] += step;
            }
        }
    }
}
