package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.DS;
import static org.kjump.machine.cpu.CpuState.EBP;
import static org.kjump.machine.cpu.CpuState.ESP;
import static org.kjump.machine.cpu.CpuState.SS;

/**
 * The operands of the instruction that is being executed: its bytes as they are fetched, the register or memory operand
 * that ModRM and SIB name (Intel SDM 2A, 2.1), and the stack.
 */
final class Operands {
    private static final int NO_OVERRIDE = -1;

    private final CpuState state;
    private final Mmu mmu;
    private final int[] general;

    /** 4, or 2 behind the prefix 0x66. */
    int operandSize;

    private int override;
    /** ModRM's reg field: a register, or more opcode. */
    int reg;

    private boolean isRegister;
    private int rm;
    private int linear;

    Operands(CpuState state, Mmu mmu) {
        this.state = state;
        this.mmu = mmu;
        this.general = state.general;
    }

    /** A new instruction begins. */
    void begin() {
        operandSize = 4;
        override = NO_OVERRIDE;
    }

    void overrideSegment(int segment) {
        override = segment;
    }

    int fetch8() {
        return mmu.read8(state.segments[CS].base() + state.eip++);
    }

    int fetch32() {
        int value = mmu.read32(state.segments[CS].base() + state.eip);
        state.eip += 4;
        return value;
    }

    int fetch(int size) {
        return switch (size) {
            case 1 -> fetch8();
            case 2 -> fetch8() | fetch8() << 8;
            default -> fetch32();
        };
    }

    int fetchSigned8() {
        return (byte) fetch8();
    }

    void modRm() {
        int modRm = fetch8();
        reg = modRm >> 3 & 7;
        rm = modRm & 7;
        isRegister = modRm >= 0xc0;
        if (!isRegister) {
            memory(modRm >> 6);
        }
    }

    private void memory(int mod) {
        int segment = DS;
        int offset;
        if (rm == 4) {
            int sib = fetch8();
            int base = sib & 7;
            int index = sib >> 3 & 7;
            if (base == EBP && mod == 0) {
                offset = fetch32();
            } else {
                offset = general[base];
                segment = base == ESP || base == EBP ? SS : DS;
            }
            if (index != ESP) {
                offset += general[index] << (sib >> 6);
            }
        } else if (rm == EBP && mod == 0) {
            offset = fetch32();
        } else {
            offset = general[rm];
            segment = rm == EBP ? SS : DS;
        }
        if (mod == 1) {
            offset += fetchSigned8();
        } else if (mod == 2) {
            offset += fetch32();
        }
        effective = offset;
        linear = segmentBase(segment) + offset;
    }

    private int effective;

    /** What LEA gives. */
    int effectiveAddress() {
        requireMemory();
        return effective;
    }

    /** The memory operand's linear address. */
    int memoryAddress() {
        requireMemory();
        return linear;
    }

    private void requireMemory() {
        if (isRegister) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
    }

    boolean isRegister() {
        return isRegister;
    }

    /** The register number of a register operand. */
    int registerNumber() {
        return rm;
    }

    /** Base of the segment that a memory operand uses unless a prefix names another. */
    int segmentBase(int usual) {
        return state.segments[override == NO_OVERRIDE ? usual : override].base();
    }

    int getRm(int size) {
        return isRegister ? getRegister(rm, size) : mmu.read(linear, size);
    }

    void setRm(int size, int value) {
        if (isRegister) {
            setRegister(rm, size, value);
        } else {
            mmu.write(linear, size, value);
        }
    }

    int getRegister(int number, int size) {
        return switch (size) {
            case 1 -> number < 4 ? general[number] & 0xff : general[number - 4] >> 8 & 0xff;
            case 2 -> general[number] & 0xffff;
            default -> general[number];
        };
    }

    void setRegister(int number, int size, int value) {
        switch (size) {
            case 1 -> {
                if (number < 4) {
                    general[number] = general[number] & ~0xff | value & 0xff;
                } else {
                    general[number - 4] = general[number - 4] & ~0xff00 | (value & 0xff) << 8;
                }
            }
            case 2 -> general[number] = general[number] & ~0xffff | value & 0xffff;
            default -> general[number] = value;
        }
    }

    void push(int size, int value) {
        int esp = general[ESP] - size;
        mmu.write(state.segments[SS].base() + esp, size, value);
        general[ESP] = esp;
    }

    int pop(int size) {
        int value = mmu.read(state.segments[SS].base() + general[ESP], size);
        general[ESP] += size;
        return value;
    }
}
