package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EBX;
import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.EDX;
import static org.kjump.machine.cpu.CpuState.FS;
import static org.kjump.machine.cpu.CpuState.GS;

/** The opcodes behind 0x0f. */
final class TwoByteOpcodes {
    private static final int CR0_TS = 8;

    private final CpuState state;
    private final int[] general;
    private final Mmu mmu;
    private final Operands operands;
    private final Alu alu;
    private final Privileged privileged;

    TwoByteOpcodes(CpuState state, Mmu mmu, Operands operands, Alu alu, Privileged privileged) {
        this.state = state;
        this.general = state.general;
        this.mmu = mmu;
        this.operands = operands;
        this.alu = alu;
        this.privileged = privileged;
    }

    void execute(int opcode) {
        int size = operands.operandSize;
        switch (opcode & 0xf0) {
            case 0x40 -> {
                operands.modRm();
                int value = operands.getRm(size);
                if (alu.condition(opcode & 15)) {
                    operands.setRegister(operands.reg, size, value);
                }
                return;
            }
            case 0x80 -> {
                int offset = operands.fetch32();
                if (alu.condition(opcode & 15)) {
                    state.eip += offset;
                }
                return;
            }
            case 0x90 -> {
                operands.modRm();
                operands.setRm(1, alu.condition(opcode & 15) ? 1 : 0);
                return;
            }
            default -> {}
        }
        switch (opcode) {
            case 0x01 -> {
                operands.modRm();
                privileged.group7();
            }
            case 0x06 -> state.cr0 &= ~CR0_TS;
            case 0x08, 0x09 -> {} // caches: there are none
            case 0x1f -> operands.modRm();
            case 0x20 -> {
                operands.modRm();
                general[operands.registerNumber()] = privileged.controlRegister(operands.reg);
            }
            case 0x22 -> {
                operands.modRm();
                privileged.setControlRegister(operands.reg, general[operands.registerNumber()]);
            }
            case 0xa0, 0xa8 -> operands.push(4, state.segments[opcode == 0xa0 ? FS : GS].selector());
            case 0xa1, 0xa9 -> privileged.loadSegment(opcode == 0xa1 ? FS : GS, operands.pop(4) & 0xffff);
            case 0xa2 -> cpuid();
            case 0xa3 -> bitTest(4, general[regAfterModRm()]);
            case 0xab -> bitTest(5, general[regAfterModRm()]);
            case 0xb3 -> bitTest(6, general[regAfterModRm()]);
            case 0xbb -> bitTest(7, general[regAfterModRm()]);
            case 0xba -> {
                operands.modRm();
                bitTest(operands.reg, operands.fetch8() & 31);
            }
            case 0xa4, 0xa5, 0xac, 0xad -> {
                operands.modRm();
                int by = (opcode & 1) == 0 ? operands.fetch8() : general[ECX];
                int fill = general[operands.reg];
                int value = operands.getRm(4);
                operands.setRm(
                        4,
                        opcode < 0xa8 ? alu.shiftLeftDouble(value, fill, by) : alu.shiftRightDouble(value, fill, by));
            }
            case 0xaf -> {
                operands.modRm();
                operands.setRegister(
                        operands.reg,
                        size,
                        alu.multiplySigned(size, operands.getRegister(operands.reg, size), operands.getRm(size)));
            }
            case 0xb0, 0xb1 -> compareAndExchange((opcode & 1) == 0 ? 1 : size);
            case 0xb6, 0xb7 -> {
                operands.modRm();
                operands.setRegister(operands.reg, size, operands.getRm(opcode == 0xb6 ? 1 : 2));
            }
            case 0xbe, 0xbf -> {
                operands.modRm();
                int from = opcode == 0xbe ? 1 : 2;
                operands.setRegister(operands.reg, size, Alu.signExtend(from, operands.getRm(from)));
            }
            case 0xbc, 0xbd -> bitScan(opcode);
            case 0xc0, 0xc1 -> exchangeAndAdd((opcode & 1) == 0 ? 1 : size);
            case 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf ->
                general[opcode & 7] = Integer.reverseBytes(general[opcode & 7]);
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
    }

    private int regAfterModRm() {
        operands.modRm();
        return operands.reg;
    }

    /** BT, BTS, BTR, BTC as ModRM's reg field numbers them. In memory the bit may lie far from the operand. */
    private void bitTest(int operation, int bit) {
        int value;
        int address = 0;
        if (operands.isRegister()) {
            value = operands.getRm(4);
        } else {
            address = operands.memoryAddress() + 4 * (bit >> 5);
            value = mmu.read32(address);
        }
        int mask = 1 << bit;
        alu.setCarry((value & mask) != 0);
        int changed = switch (operation) {
            case 4 -> value;
            case 5 -> value | mask;
            case 6 -> value & ~mask;
            case 7 -> value ^ mask;
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        };
        if (operation == 4) {
            return;
        }
        if (operands.isRegister()) {
            operands.setRm(4, changed);
        } else {
            mmu.write32(address, changed);
        }
    }

    private void bitScan(int opcode) {
        operands.modRm();
        int value = operands.getRm(4);
        state.eflags = value == 0 ? state.eflags | Alu.ZF : state.eflags & ~Alu.ZF;
        if (value != 0) {
            general[operands.reg] =
                    opcode == 0xbc ? Integer.numberOfTrailingZeros(value) : 31 - Integer.numberOfLeadingZeros(value);
        }
    }

    private void compareAndExchange(int size) {
        operands.modRm();
        int value = operands.getRm(size);
        alu.operate(Alu.CMP, size, operands.getRegister(EAX, size), value);
        if ((state.eflags & Alu.ZF) != 0) {
            operands.setRm(size, operands.getRegister(operands.reg, size));
        } else {
            operands.setRegister(EAX, size, value);
        }
    }

    private void exchangeAndAdd(int size) {
        operands.modRm();
        int value = operands.getRm(size);
        int sum = alu.operate(Alu.ADD, size, value, operands.getRegister(operands.reg, size));
        operands.setRegister(operands.reg, size, value);
        operands.setRm(size, sum);
    }

    /** A Pentium II with 4 MiB pages, global pages, CMOV and nothing else that code might look for. */
    private void cpuid() {
        int leaf = general[EAX];
        general[EAX] = leaf == 0 ? 1 : leaf == 1 ? 0x633 : 0;
        general[EBX] = leaf == 0 ? 0x756e6547 : 0;
        general[EDX] = leaf == 0 ? 0x49656e69 : leaf == 1 ? 1 << 3 | 1 << 8 | 1 << 13 | 1 << 15 : 0;
        general[ECX] = leaf == 0 ? 0x6c65746e : 0;
    }
}
