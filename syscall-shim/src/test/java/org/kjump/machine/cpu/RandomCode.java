package org.kjump.machine.cpu;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/**
 * Random i386 code that touches only 0x20000 to 0x24000 and the stack. Where the manual leaves flags undefined, the code
 * itself clears them behind the instruction, so that all that is left at its end is defined.
 */
final class RandomCode {
    private static final int DATA = 0x21000;
    private static final int[] REGISTERS = {0, 1, 2, 3, 5, 6, 7};

    private static final int CF = 1;
    private static final int PF = 4;
    private static final int AF = 0x10;
    private static final int ZF = 0x40;
    private static final int SF = 0x80;
    private static final int OF = 0x800;

    private final Random random;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    /** The prefix 0x66 is in force. */
    private boolean word;

    private RandomCode(Random random) {
        this.random = random;
    }

    static byte[] of(Random random, int instructions) {
        RandomCode made = new RandomCode(random);
        for (int i = 0; i < instructions; i++) {
            made.instruction();
        }
        return made.code.toByteArray();
    }

    private int pick(int bound) {
        return random.nextInt(bound);
    }

    private int register() {
        return REGISTERS[pick(REGISTERS.length)];
    }

    private void emit(int... bytes) {
        for (int each : bytes) {
            code.write(each);
        }
    }

    private void emit32(int value) {
        emit(value, value >> 8, value >> 16, value >> 24);
    }

    /** As wide as the prefix says. */
    private void emitImmediate() {
        int value = pick(4) == 0 ? pick(5) - 2 : random.nextInt();
        if (word) {
            emit(value, value >> 8);
        } else {
            emit32(value);
        }
    }

    private void undefined(int flags) {
        emit(0x9c, 0x81, 0x24, 0x24); // pushf; and dword [esp], ~flags; popf
        emit32(~flags);
        emit(0x9d);
    }

    private void movImmediate(int register, int value) {
        emit(0xb8 + register);
        emit32(value);
    }

    private void instruction() {
        word = pick(4) == 0;
        switch (pick(26)) {
            case 0, 1, 2 -> arithmetic();
            case 3 -> arithmeticImmediate();
            case 4 -> group3();
            case 5, 6 -> shift();
            case 7 -> doubleShift();
            case 8 -> move();
            case 9 -> extend();
            case 10 -> bitTest();
            case 11 -> bitScan();
            case 12 -> exchange();
            case 13 -> conditional();
            case 14 -> multiply();
            case 15 -> divide();
            case 16 -> string();
            case 17 -> stack();
            case 18 -> flagInstruction();
            case 19 -> lea();
            case 20 -> branch();
            case 21 -> frame();
            case 22 -> increment();
            case 23 -> accumulator();
            case 24 -> farBit();
            default -> compareAndExchange8();
        }
    }

    /** Opcode and a ModRM that names a register, or memory in the data area. {@code even} is the byte form. */
    private void modRm(int reg, boolean bytes, int... opcode) {
        if (pick(3) != 0) {
            prefix();
            emit(opcode);
            emit(0xc0 | reg << 3 | (bytes ? pick(8) == 4 ? 0 : pick(4) : register()));
            return;
        }
        int base = register();
        movImmediate(base, DATA + pick(0x1000));
        int index = register();
        boolean indexed = index != base && pick(2) == 0;
        if (indexed) {
            movImmediate(index, pick(0x200) - 0x100);
        }
        prefix();
        emit(opcode);
        boolean wide = pick(2) == 0;
        int mod = wide ? 0x80 : 0x40;
        if (indexed) {
            emit(mod | reg << 3 | 4, pick(4) << 6 | index << 3 | base);
        } else {
            emit(mod | reg << 3 | base);
        }
        if (wide) {
            emit32(pick(0x400) - 0x200);
        } else {
            emit(pick(0x100));
        }
    }

    private void prefix() {
        if (word) {
            emit(0x66);
        }
    }

    /** Any byte register; those of ESP do not exist. */
    private int byteRegister() {
        return pick(8);
    }

    private void arithmetic() {
        int operation = pick(8);
        boolean bytes = pick(2) == 0;
        int direction = pick(2) * 2;
        modRm(bytes ? byteRegister() : register(), bytes, operation << 3 | direction | (bytes ? 0 : 1));
        if (operation == 1 || operation == 4 || operation == 6) {
            undefined(AF);
        }
    }

    private void arithmeticImmediate() {
        int operation = pick(8);
        switch (pick(5)) {
            case 0 -> {
                modRm(operation, true, 0x80);
                emit(pick(256));
            }
            case 1 -> {
                modRm(operation, false, 0x81);
                emitImmediate();
            }
            case 2 -> {
                modRm(operation, false, 0x83);
                emit(pick(256));
            }
            case 3 -> emit(operation << 3 | 4, pick(256));
            default -> {
                prefix();
                emit(operation << 3 | 5);
                emitImmediate();
            }
        }
        if (operation == 1 || operation == 4 || operation == 6) {
            undefined(AF);
        }
    }

    /** TEST, NOT, NEG. */
    private void group3() {
        boolean bytes = pick(2) == 0;
        int operation = new int[] {0, 2, 3}[pick(3)];
        modRm(operation, bytes, bytes ? 0xf6 : 0xf7);
        if (operation == 0) {
            if (bytes) {
                emit(pick(256));
            } else {
                emitImmediate();
            }
            undefined(AF);
        }
    }

    private void shift() {
        boolean bytes = pick(2) == 0;
        int operation = pick(8);
        int form = pick(3);
        modRm(operation, bytes, (form == 0 ? 0xc0 : form == 1 ? 0xd0 : 0xd2) | (bytes ? 0 : 1));
        int count = form == 1 ? 1 : pick(256);
        if (form == 0) {
            emit(count);
        }
        int undefined = operation < 4 ? 0 : AF;
        if (form == 2 || (count & 31) != 1) {
            undefined |= OF;
        }
        if (operation >= 4 && operation != 7 && (bytes || word) && form != 1) {
            undefined |= CF;
        }
        undefined(undefined);
    }

    private void doubleShift() {
        boolean right = pick(2) == 0;
        boolean immediate = word || pick(2) == 0;
        modRm(register(), false, 0x0f, (right ? 0xac : 0xa4) | (immediate ? 0 : 1));
        if (immediate) {
            emit(word ? pick(17) : pick(256));
        }
        undefined(AF | OF);
    }

    private void move() {
        switch (pick(7)) {
            case 0 -> modRm(byteRegister(), true, 0x88 | pick(2) * 2);
            case 1 -> modRm(register(), false, 0x89 | pick(2) * 2);
            case 2 -> emit(0xb0 | byteRegister(), pick(256));
            case 3 -> {
                prefix();
                emit(0xb8 | register());
                emitImmediate();
            }
            case 4 -> {
                prefix();
                emit(0xa0 | pick(4));
                emit32(DATA + pick(0x1000));
            }
            case 5 -> {
                modRm(0, true, 0xc6);
                emit(pick(256));
            }
            default -> {
                modRm(0, false, 0xc7);
                emitImmediate();
            }
        }
    }

    private void extend() {
        int opcode = new int[] {0xb6, 0xb7, 0xbe, 0xbf}[pick(4)];
        modRm(register(), (opcode & 1) == 0, 0x0f, opcode);
    }

    private void bitTest() {
        int operation = 4 + pick(4);
        modRm(operation, false, 0x0f, 0xba);
        emit(pick(256));
        undefined(OF | SF | AF | PF);
    }

    /** The bit number is a register: in memory it may lie on either side of the operand. */
    private void farBit() {
        int bit = register();
        movImmediate(bit, pick(0x4000) - 0x2000);
        int base = register();
        while (base == bit) {
            base = register();
        }
        movImmediate(base, DATA + 0x800);
        prefix();
        emit(0x0f, 0x83 | 8 * (4 + pick(4)), 0x40 | bit << 3 | base, pick(16));
        undefined(OF | SF | AF | PF);
    }

    private void bitScan() {
        modRm(register(), false, 0x0f, 0xbc | pick(2));
        undefined(CF | OF | SF | AF | PF);
    }

    private void exchange() {
        boolean bytes = pick(2) == 0;
        int reg = bytes ? byteRegister() : register();
        int low = bytes ? 0 : 1;
        switch (pick(4)) {
            case 0 -> modRm(reg, bytes, 0x86 | low);
            case 1 -> modRm(reg, bytes, 0x0f, 0xb0 | low);
            case 2 -> modRm(reg, bytes, 0x0f, 0xc0 | low);
            default -> {
                prefix();
                emit(0x90 | register());
            }
        }
    }

    private void compareAndExchange8() {
        movImmediate(7, DATA + pick(0x1000));
        if (pick(2) == 0) {
            emit(0x8b, 0x07, 0x8b, 0x57, 0x04); // what is there is what is expected
        }
        emit(0x0f, 0xc7, 0x0f);
    }

    private void conditional() {
        if (pick(2) == 0) {
            modRm(0, true, 0x0f, 0x90 | pick(16));
        } else {
            modRm(register(), false, 0x0f, 0x40 | pick(16));
        }
    }

    private void multiply() {
        switch (pick(4)) {
            case 0 -> {
                boolean bytes = pick(2) == 0;
                modRm(4 + pick(2), bytes, bytes ? 0xf6 : 0xf7);
            }
            case 1 -> {
                modRm(register(), false, 0x69);
                emitImmediate();
            }
            case 2 -> {
                modRm(register(), false, 0x6b);
                emit(pick(256));
            }
            default -> modRm(register(), false, 0x0f, 0xaf);
        }
        undefined(SF | ZF | AF | PF);
    }

    /** Half of them with a dividend that is small enough. */
    private void divide() {
        boolean bytes = pick(3) == 0;
        boolean signed = pick(2) == 0;
        if (pick(4) != 0) {
            if (bytes) {
                emit(signed ? 0x98 : 0x0f, signed ? 0x90 : 0xb6, signed ? 0x90 : 0xc0); // cwde or movzx eax, al
                emit(0x66, signed ? 0x98 : 0x90);
            } else {
                prefix();
                emit(signed ? 0x99 : 0x31);
                if (!signed) {
                    emit(0xd2); // xor edx, edx
                }
            }
            emit(0x83, 0xc9, 0x01); // or ecx, 1
            prefixed(bytes, 0xc1 | (signed ? 7 : 6) << 3);
        } else {
            modRm(signed ? 7 : 6, bytes, bytes ? 0xf6 : 0xf7);
        }
        undefined(CF | OF | SF | ZF | AF | PF);
    }

    private void prefixed(boolean bytes, int modRm) {
        if (bytes) {
            emit(0xf6, modRm);
        } else {
            prefix();
            emit(0xf7, modRm);
        }
    }

    private void string() {
        movImmediate(6, DATA + pick(0x1000));
        movImmediate(7, DATA + 0x800 + pick(0x800));
        movImmediate(1, pick(20));
        emit(pick(2) == 0 ? 0xfc : 0xfd);
        int opcode = new int[] {0xa4, 0xa6, 0xaa, 0xac, 0xae}[pick(5)] | pick(2);
        prefix();
        switch (pick(3)) {
            case 0 -> emit(0xf3);
            case 1 -> emit(opcode >= 0xa6 && opcode <= 0xa7 || opcode >= 0xae ? 0xf2 : 0xf3);
            default -> {}
        }
        emit(opcode);
    }

    private void stack() {
        prefix();
        switch (pick(7)) {
            case 0, 1 -> emit(0x50 | register());
            case 2 -> emit(0x58 | register());
            case 3 -> emit(0x6a, pick(256));
            case 4 -> {
                emit(0x68);
                emitImmediate();
            }
            case 5 -> emit(0x60);
            default -> emit(0x61);
        }
    }

    private void frame() {
        if (pick(2) == 0) {
            emit(0xc8, pick(64), 0, 0, 0xc9); // enter n, 0; leave
        } else {
            movImmediate(3, DATA);
            emit(0xff, 0x73, pick(64), 0x8f, 0x43, pick(64)); // push [ebx+n]; pop [ebx+m]
        }
    }

    private void flagInstruction() {
        emit(new int[] {0xf5, 0xf8, 0xf9, 0x9e, 0x9f, 0xfc}[pick(6)]);
    }

    private void lea() {
        int base = register();
        int index = register();
        prefix();
        emit(0x8d, 0x84 | register() << 3, pick(4) << 6 | index << 3 | base);
        emit32(random.nextInt());
    }

    /** Over a few bytes of NOP and INC, which all can be jumped into. */
    private void branch() {
        int distance = pick(4);
        switch (pick(5)) {
            case 0, 1 -> emit(0x70 | pick(16), distance);
            case 2 -> {
                emit(0x0f, 0x80 | pick(16));
                emit32(distance);
            }
            case 3 -> {
                emit(0xe8); // call over; the return address stays on the stack
                emit32(distance);
            }
            default -> {
                movImmediate(1, pick(3));
                emit(0xe0 + pick(4), distance);
            }
        }
        emit(0x40, 0x43, 0x90, 0x46);
    }

    private void increment() {
        switch (pick(3)) {
            case 0 -> {
                prefix();
                emit(0x40 | pick(2) << 3 | register());
            }
            case 1 -> modRm(pick(2), true, 0xfe);
            default -> modRm(pick(2), false, 0xff);
        }
    }

    private void accumulator() {
        switch (pick(3)) {
            case 0 -> {
                prefix();
                emit(0x98 | pick(2));
            }
            case 1 -> emit(0x0f, 0xc8 | register());
            default -> {
                movImmediate(3, DATA);
                emit(0xd7);
            }
        }
    }
}
