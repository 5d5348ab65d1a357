package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.SS;

/** Descriptor tables, segment loads, control registers, interrupts: what only a kernel does. All code is ring 0's. */
final class Privileged {
    private static final int S_BIT = 0x10;
    private static final int CODE = 0x08;
    private static final int PRESENT = 0x80;
    private static final int CODE_READABLE_OR_DATA_WRITABLE = 0x02;

    private final CpuState state;
    private final Mmu mmu;
    private final Operands operands;

    Privileged(CpuState state, Mmu mmu, Operands operands) {
        this.state = state;
        this.mmu = mmu;
        this.operands = operands;
    }

    /** MOV, POP and LDS forms: a load of a segment register other than CS. */
    void loadSegment(int segment, int selector) {
        if ((selector & 0xfffc) == 0) {
            if (segment == SS) {
                throw new CpuFault(CpuFault.GENERAL_PROTECTION);
            }
            state.segments[segment] = new SegmentRegister(selector, 0, 0, 0);
            return;
        }
        SegmentRegister loaded = descriptor(selector);
        boolean code = (loaded.access() & CODE) != 0;
        boolean usable = segment == SS
                ? !code && (loaded.access() & CODE_READABLE_OR_DATA_WRITABLE) != 0
                : !code || (loaded.access() & CODE_READABLE_OR_DATA_WRITABLE) != 0;
        if (!usable) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        if ((loaded.access() & PRESENT) == 0) {
            throw new CpuFault(segment == SS ? CpuFault.STACK_FAULT : CpuFault.SEGMENT_NOT_PRESENT, selector & 0xfffc);
        }
        state.segments[segment] = loaded;
    }

    void loadCode(int selector) {
        if ((selector & 0xfffc) == 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        SegmentRegister loaded = descriptor(selector);
        if ((loaded.access() & CODE) == 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        if ((loaded.access() & PRESENT) == 0) {
            throw new CpuFault(CpuFault.SEGMENT_NOT_PRESENT, selector & 0xfffc);
        }
        state.segments[CS] = loaded;
    }

    private SegmentRegister descriptor(int selector) {
        boolean local = (selector & 4) != 0;
        if (local || (selector | 7) > state.gdtLimit) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        int address = state.gdtBase + (selector & 0xfff8);
        int low = mmu.read32(address);
        int high = mmu.read32(address + 4);
        int access = high >>> 8 & 0xffff;
        if ((access & S_BIT) == 0) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, selector & 0xfffc);
        }
        int base = low >>> 16 | (high & 0xff) << 16 | high & 0xff000000;
        int limit = low & 0xffff | high & 0xf0000;
        boolean pages = (access & 0x8000) != 0;
        return new SegmentRegister(selector & 0xffff, base, pages ? limit << 12 | 0xfff : limit, access);
    }

    /** Delivers a fault or interrupt; {@code returnTo} is the EIP that the handler finds on its stack. */
    void interrupt(CpuFault fault, int returnTo) {
        int gate = fault.vector * 8;
        if (gate + 7 > state.idtLimit) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, gate + 2);
        }
        int low = mmu.read32(state.idtBase + gate);
        int high = mmu.read32(state.idtBase + gate + 4);
        int type = high >>> 8 & 0x1f;
        if ((high & 0x8000) == 0 || type != 0x0e && type != 0x0f) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION, gate + 2);
        }
        SegmentRegister oldCode = state.segments[CS];
        loadCode(low >>> 16);
        operands.push(4, state.eflags);
        operands.push(4, oldCode.selector());
        operands.push(4, returnTo);
        if (CpuFault.pushesErrorCode(fault.vector)) {
            operands.push(4, fault.errorCode);
        }
        state.eip = low & 0xffff | high & 0xffff0000;
        if (type == 0x0e) {
            state.eflags &= ~CpuState.EFLAGS_IF;
        }
    }

    /** Opcode 0f 01: descriptor tables and the machine status word. */
    void group7() {
        switch (operands.reg) {
            case 0 -> storeTable(state.gdtLimit, state.gdtBase);
            case 1 -> storeTable(state.idtLimit, state.idtBase);
            case 2 -> {
                state.gdtLimit = mmu.read(operands.memoryAddress(), 2);
                state.gdtBase = mmu.read32(operands.memoryAddress() + 2);
            }
            case 3 -> {
                state.idtLimit = mmu.read(operands.memoryAddress(), 2);
                state.idtBase = mmu.read32(operands.memoryAddress() + 2);
            }
            case 4 -> operands.setRm(2, state.cr0);
            case 7 -> {
                operands.memoryAddress();
                mmu.flush();
            }
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
    }

    private void storeTable(int limit, int base) {
        mmu.write(operands.memoryAddress(), 2, limit);
        mmu.write32(operands.memoryAddress() + 2, base);
    }

    int controlRegister(int number) {
        return switch (number) {
            case 0 -> state.cr0;
            case 2 -> state.cr2;
            case 3 -> state.cr3;
            case 4 -> state.cr4;
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        };
    }

    void setControlRegister(int number, int value) {
        switch (number) {
            case 0 -> {
                boolean pagingWithoutProtection = (value & CpuState.CR0_PG) != 0 && (value & CpuState.CR0_PE) == 0;
                // Leaving protected mode would need a processor that executes 16-bit code.
                if (pagingWithoutProtection || (value & CpuState.CR0_PE) == 0) {
                    throw new CpuFault(CpuFault.GENERAL_PROTECTION);
                }
                state.cr0 = value | 0x10;
            }
            case 2 -> state.cr2 = value;
            case 3 -> state.cr3 = value;
            case 4 -> state.cr4 = value;
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        mmu.flush();
    }
}
