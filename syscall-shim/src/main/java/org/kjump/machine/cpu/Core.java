package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.ESP;
import static org.kjump.machine.cpu.CpuState.SS;

import org.jspecify.annotations.Nullable;
import org.kjump.machine.memory.Ram;

/** What instructions act on: registers, memory and ports, and their own operands there. */
final class Core {
    final CpuState state;
    final int[] general;
    final Flags flags = new Flags();
    final Segments segments;
    final Mmu mmu;
    final Descriptors descriptors;
    final PortSpace ports;

    /** Set by an instruction behind which the processor does not go on. */
    @Nullable
    Exit exit;

    /** Instructions done since power-on, the elements of repeated ones counted too. */
    long done;

    Core(Ram ram, PortSpace ports, CpuState state, CodeCache code) {
        this.state = state;
        this.general = state.general;
        this.ports = ports;
        segments = new Segments(state);
        mmu = new Mmu(ram, state, code);
        descriptors = new Descriptors(state, mmu);
    }

    /** Before the first instruction: what the registers say now holds. */
    void enter() {
        general[Instruction.NO_REGISTER] = 0;
        exit = null;
        flags.load(state.eflags);
        segments.refresh();
        mmu.flush();
        done = state.timeStamp;
    }

    /** Behind the last instruction: all is in the registers. */
    void leave() {
        state.eflags = flags.value();
        state.timeStamp = done;
    }

    int first(Instruction i) {
        return get(i.first, i);
    }

    int second(Instruction i) {
        return get(i.second, i);
    }

    int third(Instruction i) {
        return get(i.third, i);
    }

    void setFirst(Instruction i, int value) {
        set(i.first, i, value);
    }

    void setSecond(Instruction i, int value) {
        set(i.second, i, value);
    }

    /** Parts of registers come without sign; bits above the operand's width mean nothing where a value is set. */
    private int get(int place, Instruction i) {
        if (place < Place.REGISTER_16) {
            return general[place];
        }
        return switch (place) {
            case Place.MEMORY_32 -> mmu.read32(readable(i, 4));
            case Place.IMMEDIATE -> i.immediate;
            case Place.MEMORY_8 -> mmu.read8(readable(i, 1));
            case Place.MEMORY_16 -> mmu.read16(readable(i, 2));
            default -> place < Place.REGISTER_8 ? general[place & 7] & 0xffff : get8(place & 7);
        };
    }

    private void set(int place, Instruction i, int value) {
        if (place < Place.REGISTER_16) {
            general[place] = value;
            return;
        }
        switch (place) {
            case Place.MEMORY_32 -> mmu.write32(writable(i, 4), value);
            case Place.MEMORY_8 -> mmu.write8(writable(i, 1), value);
            case Place.MEMORY_16 -> mmu.write16(writable(i, 2), value);
            default -> setRegister(place & 7, place < Place.REGISTER_8 ? 2 : 1, value);
        }
    }

    private int get8(int number) {
        return number < 4 ? general[number] & 0xff : general[number & 3] >> 8 & 0xff;
    }

    int register(int number, int size) {
        return size == 4 ? general[number] : size == 2 ? general[number] & 0xffff : get8(number);
    }

    void setRegister(int number, int size, int value) {
        if (size == 4) {
            general[number] = value;
        } else if (size == 2) {
            general[number] = general[number] & ~0xffff | value & 0xffff;
        } else if (number < 4) {
            general[number] = general[number] & ~0xff | value & 0xff;
        } else {
            general[number & 3] = general[number & 3] & ~0xff00 | (value & 0xff) << 8;
        }
    }

    /** The offset of the memory operand in its segment: what LEA gives. */
    int offset(Instruction i) {
        return general[i.base] + (general[i.index] << i.scale) + i.displacement;
    }

    private int readable(Instruction i, int size) {
        return segments.readable(i.segment, offset(i), size);
    }

    private int writable(Instruction i, int size) {
        return segments.writable(i.segment, offset(i), size);
    }

    int read(int segment, int offset, int size) {
        int linear = segments.readable(segment, offset, size);
        return size == 4 ? mmu.read32(linear) : size == 2 ? mmu.read16(linear) : mmu.read8(linear);
    }

    void write(int segment, int offset, int size, int value) {
        int linear = segments.writable(segment, offset, size);
        switch (size) {
            case 4 -> mmu.write32(linear, value);
            case 2 -> mmu.write16(linear, value);
            default -> mmu.write8(linear, value);
        }
    }

    void push(int size, int value) {
        int esp = general[ESP] - size;
        write(SS, esp, size, value);
        general[ESP] = esp;
    }

    int pop(int size) {
        int value = peek(0, size);
        general[ESP] += size;
        return value;
    }

    /** What lies {@code depth} bytes above the top of the stack. */
    int peek(int depth, int size) {
        return read(SS, general[ESP] + depth, size);
    }

    /** To an offset in the present code segment; the 16-bit form cuts it. */
    void jump(int size, int eip) {
        int target = size == 2 ? eip & 0xffff : eip;
        if (!segments.holdsCode(target, 1)) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        state.eip = target;
    }
}
