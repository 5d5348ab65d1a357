package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.DS;
import static org.kjump.machine.cpu.CpuState.EAX;
import static org.kjump.machine.cpu.CpuState.EBP;
import static org.kjump.machine.cpu.CpuState.ECX;
import static org.kjump.machine.cpu.CpuState.EDX;
import static org.kjump.machine.cpu.CpuState.ES;
import static org.kjump.machine.cpu.CpuState.ESP;
import static org.kjump.machine.cpu.CpuState.FS;
import static org.kjump.machine.cpu.CpuState.GS;
import static org.kjump.machine.cpu.CpuState.SS;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.kjump.machine.memory.Ram;

/**
 * Executes i386 code from memory: 32-bit protected mode, paging off and on, integer instructions. It knows registers,
 * memory and ports, and nothing of what kernel runs. Instructions are decoded each time they run, so code that changes code
 * needs no care. Opcodes: Intel SDM 2, appendix A.
 */
public final class Processor {
    private final CpuState state;
    private final int[] general;
    private final Mmu mmu;
    private final Operands operands;
    private final Alu alu;
    private final Privileged privileged;
    private final Strings strings;
    private final TwoByteOpcodes twoByte;
    private final PortSpace ports;
    private @Nullable Exit exit;

    public Processor(Ram ram, PortSpace ports, CpuState state) {
        this.state = state;
        this.general = state.general;
        this.ports = ports;
        mmu = new Mmu(ram, state);
        operands = new Operands(state, mmu);
        alu = new Alu(state);
        privileged = new Privileged(state, mmu, operands);
        strings = new Strings(state, mmu, operands, alu);
        twoByte = new TwoByteOpcodes(state, mmu, operands, alu, privileged);
    }

    /** Executes until something happens, at most {@code budget} instructions. */
    public Exit run(long budget) {
        exit = null;
        for (long left = budget; left > 0; left--) {
            int start = state.eip;
            try {
                step(start);
            } catch (CpuFault fault) {
                // BP is a trap: its handler returns behind the instruction.
                deliver(fault, fault.vector == CpuFault.BREAKPOINT ? state.eip : start);
            }
            if (exit != null) {
                return exit;
            }
        }
        return new Exit.OutOfBudget();
    }

    private void deliver(CpuFault fault, int start) {
        state.eip = start;
        try {
            privileged.interrupt(fault, start);
        } catch (CpuFault second) {
            try {
                privileged.interrupt(new CpuFault(CpuFault.DOUBLE_FAULT), start);
            } catch (CpuFault third) {
                state.eip = start;
                state.shutdown = true;
                exit = new Exit.TripleFault(report(fault));
            }
        }
    }

    private String report(CpuFault fault) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            try {
                code.append(String.format(Locale.ROOT, " %02x", mmu.read8(state.segments[CS].base() + state.eip + i)));
            } catch (CpuFault unreadable) {
                code.append(" ??");
            }
        }
        return "triple fault: %s\n%s\ncode at eip:%s".formatted(fault.describe(), state.describe(), code);
    }

    private void step(int start) {
        operands.begin();
        int repeat = 0;
        int opcode = operands.fetch8();
        for (boolean prefix = true; prefix; ) {
            switch (opcode) {
                case 0x66 -> operands.operandSize = 2;
                case 0x26 -> operands.overrideSegment(ES);
                case 0x2e -> operands.overrideSegment(CS);
                case 0x36 -> operands.overrideSegment(SS);
                case 0x3e -> operands.overrideSegment(DS);
                case 0x64 -> operands.overrideSegment(FS);
                case 0x65 -> operands.overrideSegment(GS);
                case 0xf2, 0xf3 -> repeat = opcode;
                case 0xf0 -> {}
                default -> prefix = false;
            }
            if (prefix) {
                opcode = operands.fetch8();
            }
            if (state.eip - start > 15) {
                throw new CpuFault(CpuFault.GENERAL_PROTECTION);
            }
        }
        if (opcode == 0x0f) {
            int second = operands.fetch8();
            if (second == 0x01 && mmu.read8(state.segments[CS].base() + state.eip) == 0xc1) {
                state.eip = start;
                exit = new Exit.Handover(state.segments[CS].base() + start);
            } else {
                twoByte.execute(second);
            }
        } else if (opcode < 0x40) {
            arithmetic(opcode);
        } else {
            execute(opcode, repeat);
        }
    }

    /** 0x00 to 0x3f: eight operations in six forms each, and what else lives there. */
    private void arithmetic(int opcode) {
        int operation = opcode >> 3;
        int size = (opcode & 1) == 0 ? 1 : operands.operandSize;
        switch (opcode & 7) {
            case 0, 1 -> {
                operands.modRm();
                int result =
                        alu.operate(operation, size, operands.getRm(size), operands.getRegister(operands.reg, size));
                if (operation != Alu.CMP) {
                    operands.setRm(size, result);
                }
            }
            case 2, 3 -> {
                operands.modRm();
                int result =
                        alu.operate(operation, size, operands.getRegister(operands.reg, size), operands.getRm(size));
                operands.setRegister(operands.reg, size, result);
            }
            case 4, 5 ->
                operands.setRegister(
                        EAX, size, alu.operate(operation, size, operands.getRegister(EAX, size), operands.fetch(size)));
            case 6 -> {
                requireSegmentOpcode(opcode);
                operands.push(4, state.segments[opcode >> 3].selector());
            }
            default -> {
                requireSegmentOpcode(opcode);
                if (opcode >> 3 == CS) {
                    throw new CpuFault(CpuFault.INVALID_OPCODE);
                }
                popSegment(opcode >> 3);
            }
        }
    }

    private static void requireSegmentOpcode(int opcode) {
        // 0x27, 0x2f, 0x37 and 0x3f are decimal arithmetic, which no code of this machine uses.
        if (opcode >= 0x20) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
    }

    private void popSegment(int segment) {
        privileged.loadSegment(segment, mmu.read(state.segments[SS].base() + general[ESP], 2));
        general[ESP] += 4;
    }

    private void execute(int opcode, int repeat) {
        int size = operands.operandSize;
        int byForm = (opcode & 1) == 0 ? 1 : size;
        switch (opcode) {
            case 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47 ->
                operands.setRegister(opcode & 7, size, alu.increment(size, operands.getRegister(opcode & 7, size)));
            case 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f ->
                operands.setRegister(opcode & 7, size, alu.decrement(size, operands.getRegister(opcode & 7, size)));
            case 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57 ->
                operands.push(size, operands.getRegister(opcode & 7, size));
            case 0x58, 0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f ->
                operands.setRegister(opcode & 7, size, operands.pop(size));
            case 0x60 -> pushAll();
            case 0x61 -> popAll();
            case 0x68 -> operands.push(size, operands.fetch(size));
            case 0x6a -> operands.push(size, operands.fetchSigned8());
            case 0x69, 0x6b -> {
                operands.modRm();
                int source = operands.getRm(size);
                int factor = opcode == 0x69 ? operands.fetch(size) : operands.fetchSigned8();
                operands.setRegister(operands.reg, size, alu.multiplySigned(size, source, factor));
            }
            case 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f -> {
                int offset = operands.fetchSigned8();
                if (alu.condition(opcode & 15)) {
                    state.eip += offset;
                }
            }
            case 0x80, 0x81, 0x83 -> {
                operands.modRm();
                int immediate = opcode == 0x81 ? operands.fetch(size) : operands.fetchSigned8();
                int result = alu.operate(operands.reg, byForm, operands.getRm(byForm), immediate);
                if (operands.reg != Alu.CMP) {
                    operands.setRm(byForm, result);
                }
            }
            case 0x84, 0x85 -> {
                operands.modRm();
                alu.logic(byForm, operands.getRm(byForm) & operands.getRegister(operands.reg, byForm));
            }
            case 0x86, 0x87 -> {
                operands.modRm();
                int value = operands.getRm(byForm);
                operands.setRm(byForm, operands.getRegister(operands.reg, byForm));
                operands.setRegister(operands.reg, byForm, value);
            }
            case 0x88, 0x89 -> {
                operands.modRm();
                operands.setRm(byForm, operands.getRegister(operands.reg, byForm));
            }
            case 0x8a, 0x8b -> {
                operands.modRm();
                operands.setRegister(operands.reg, byForm, operands.getRm(byForm));
            }
            case 0x8c -> {
                operands.modRm();
                operands.setRm(
                        operands.isRegister() ? size : 2, segment(operands.reg).selector());
            }
            case 0x8d -> {
                operands.modRm();
                operands.setRegister(operands.reg, size, operands.effectiveAddress());
            }
            case 0x8e -> {
                operands.modRm();
                segment(operands.reg);
                if (operands.reg == CS) {
                    throw new CpuFault(CpuFault.INVALID_OPCODE);
                }
                privileged.loadSegment(operands.reg, operands.getRm(2));
            }
            case 0x8f -> {
                operands.modRm();
                operands.setRm(size, operands.pop(size));
            }
            case 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97 -> {
                int value = operands.getRegister(opcode & 7, size);
                operands.setRegister(opcode & 7, size, operands.getRegister(EAX, size));
                operands.setRegister(EAX, size, value);
            }
            case 0x98 -> operands.setRegister(EAX, size, Alu.signExtend(size / 2, operands.getRegister(EAX, size / 2)));
            case 0x99 -> operands.setRegister(EDX, size, Alu.signExtend(size, operands.getRegister(EAX, size)) >> 31);
            case 0x9b -> {}
            case 0x9c -> operands.push(size, state.eflags | 2);
            case 0x9d -> setEflags(operands.pop(size));
            case 0x9e -> state.eflags = state.eflags & ~0xd5 | general[EAX] >> 8 & 0xd5;
            case 0x9f -> operands.setRegister(4, 1, state.eflags & 0xd5 | 2);
            case 0xa0, 0xa1 -> operands.setRegister(EAX, byForm, mmu.read(absolute(), byForm));
            case 0xa2, 0xa3 -> mmu.write(absolute(), byForm, operands.getRegister(EAX, byForm));
            case 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf -> strings.execute(opcode, byForm, repeat);
            case 0xa8, 0xa9 -> alu.logic(byForm, operands.getRegister(EAX, byForm) & operands.fetch(byForm));
            case 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7 ->
                operands.setRegister(opcode & 7, 1, operands.fetch8());
            case 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf ->
                operands.setRegister(opcode & 7, size, operands.fetch(size));
            case 0xc0, 0xc1 -> {
                operands.modRm();
                int by = operands.fetch8();
                operands.setRm(byForm, alu.shift(operands.reg, byForm, operands.getRm(byForm), by));
            }
            case 0xc2, 0xc3 -> {
                int drop = opcode == 0xc2 ? operands.fetch(2) : 0;
                state.eip = operands.pop(4);
                general[ESP] += drop;
            }
            case 0xc6, 0xc7 -> {
                operands.modRm();
                operands.setRm(byForm, operands.fetch(byForm));
            }
            case 0xc9 -> {
                general[ESP] = general[EBP];
                general[EBP] = operands.pop(4);
            }
            case 0xca, 0xcb -> farReturn(opcode == 0xca ? operands.fetch(2) : 0);
            case 0xcc -> throw new CpuFault(CpuFault.BREAKPOINT);
            case 0xcd -> privileged.interrupt(new CpuFault(operands.fetch8()), state.eip);
            case 0xcf -> {
                farReturn(0);
                setEflags(operands.pop(4));
            }
            case 0xd0, 0xd1 -> {
                operands.modRm();
                operands.setRm(byForm, alu.shift(operands.reg, byForm, operands.getRm(byForm), 1));
            }
            case 0xd2, 0xd3 -> {
                operands.modRm();
                operands.setRm(byForm, alu.shift(operands.reg, byForm, operands.getRm(byForm), general[ECX] & 0xff));
            }
            case 0xe0, 0xe1, 0xe2 -> {
                int offset = operands.fetchSigned8();
                boolean zero = (state.eflags & Alu.ZF) != 0;
                if (--general[ECX] != 0 && (opcode == 0xe2 || zero == (opcode == 0xe1))) {
                    state.eip += offset;
                }
            }
            case 0xe3 -> {
                int offset = operands.fetchSigned8();
                if (general[ECX] == 0) {
                    state.eip += offset;
                }
            }
            case 0xe4, 0xe5 -> operands.setRegister(EAX, byForm, ports.in(operands.fetch8(), byForm));
            case 0xe6, 0xe7 -> ports.out(operands.fetch8(), byForm, operands.getRegister(EAX, byForm));
            case 0xec, 0xed -> operands.setRegister(EAX, byForm, ports.in(general[EDX] & 0xffff, byForm));
            case 0xee, 0xef -> ports.out(general[EDX] & 0xffff, byForm, operands.getRegister(EAX, byForm));
            case 0xe8 -> {
                int offset = operands.fetch32();
                operands.push(4, state.eip);
                state.eip += offset;
            }
            case 0xe9 -> jump(operands.fetch32());
            case 0xea -> {
                int offset = operands.fetch32();
                privileged.loadCode(operands.fetch(2));
                state.eip = offset;
            }
            case 0xeb -> jump(operands.fetchSigned8());
            case 0xf4 -> exit = new Exit.Halted();
            case 0xf5 -> alu.setCarry(!alu.carry());
            case 0xf6, 0xf7 -> group3(byForm);
            case 0xf8 -> alu.setCarry(false);
            case 0xf9 -> alu.setCarry(true);
            case 0xfa -> state.eflags &= ~CpuState.EFLAGS_IF;
            case 0xfb -> state.eflags |= CpuState.EFLAGS_IF;
            case 0xfc -> state.eflags &= ~Alu.DF;
            case 0xfd -> state.eflags |= Alu.DF;
            case 0xfe, 0xff -> group5(opcode, byForm);
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
    }

    /** From behind the instruction, whose last byte is fetched before this. */
    private void jump(int offset) {
        state.eip += offset;
    }

    private SegmentRegister segment(int number) {
        if (number > GS) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        return state.segments[number];
    }

    private int absolute() {
        return operands.segmentBase(DS) + operands.fetch32();
    }

    private void setEflags(int value) {
        state.eflags = value & 0x3f7fd7 | 2;
    }

    private void pushAll() {
        int esp = general[ESP];
        for (int register = 0; register < 8; register++) {
            operands.push(4, register == ESP ? esp : general[register]);
        }
    }

    private void popAll() {
        for (int register = 7; register >= 0; register--) {
            int value = operands.pop(4);
            if (register != ESP) {
                general[register] = value;
            }
        }
    }

    private void farReturn(int drop) {
        int eip = operands.pop(4);
        int selector = operands.pop(4);
        privileged.loadCode(selector & 0xffff);
        state.eip = eip;
        general[ESP] += drop;
    }

    /** TEST, NOT, NEG, MUL, IMUL, DIV, IDIV. */
    private void group3(int size) {
        operands.modRm();
        int value = operands.getRm(size);
        switch (operands.reg) {
            case 0, 1 -> alu.logic(size, value & operands.fetch(size));
            case 2 -> operands.setRm(size, ~value);
            case 3 -> operands.setRm(size, alu.negate(size, value));
            case 4, 5 -> multiply(size, value);
            default -> divide(size, value);
        }
    }

    private void multiply(int size, int value) {
        boolean signed = operands.reg == 5;
        int a = operands.getRegister(EAX, size);
        long product = signed
                ? (long) Alu.signExtend(size, a) * Alu.signExtend(size, value)
                : (a & 0xffffffffL) * (value & 0xffffffffL);
        int low = (int) product & Alu.mask(size);
        int high = (int) (product >> 8 * size);
        if (size == 1) {
            operands.setRegister(EAX, 2, (int) product);
        } else {
            operands.setRegister(EAX, size, low);
            operands.setRegister(EDX, size, high);
        }
        alu.multiplyFlags(signed ? product != Alu.signExtend(size, low) : (high & Alu.mask(size)) != 0);
    }

    private void divide(int size, int value) {
        boolean signed = operands.reg == 7;
        int bits = 8 * size;
        long dividend = size == 1
                ? operands.getRegister(EAX, 2)
                : (operands.getRegister(EDX, size) & 0xffffffffL) << bits
                        | operands.getRegister(EAX, size) & 0xffffffffL;
        long divisor = signed ? Alu.signExtend(size, value) : value & 0xffffffffL;
        if (divisor == 0) {
            throw new CpuFault(CpuFault.DIVIDE_ERROR);
        }
        long quotient;
        long remainder;
        if (signed) {
            long extended = dividend << 64 - 2 * bits >> 64 - 2 * bits;
            quotient = extended / divisor;
            remainder = extended % divisor;
            if (quotient != Alu.signExtend(size, (int) quotient)) {
                throw new CpuFault(CpuFault.DIVIDE_ERROR);
            }
        } else {
            quotient = Long.divideUnsigned(dividend, divisor);
            remainder = Long.remainderUnsigned(dividend, divisor);
            if (quotient >>> bits != 0) {
                throw new CpuFault(CpuFault.DIVIDE_ERROR);
            }
        }
        operands.setRegister(EAX, size, (int) quotient);
        operands.setRegister(size == 1 ? 4 : EDX, size, (int) remainder);
    }

    /** INC, DEC, and for words CALL, JMP and PUSH through an operand. */
    private void group5(int opcode, int size) {
        operands.modRm();
        if (opcode == 0xfe && operands.reg > 1) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        switch (operands.reg) {
            case 0 -> operands.setRm(size, alu.increment(size, operands.getRm(size)));
            case 1 -> operands.setRm(size, alu.decrement(size, operands.getRm(size)));
            case 2 -> {
                int target = operands.getRm(4);
                operands.push(4, state.eip);
                state.eip = target;
            }
            case 4 -> state.eip = operands.getRm(4);
            case 5 -> {
                int address = operands.memoryAddress();
                int target = mmu.read32(address);
                privileged.loadCode(mmu.read(address + 4, 2));
                state.eip = target;
            }
            case 6 -> operands.push(size, operands.getRm(size));
            default -> throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
    }
}
