package org.kjump.machine.cpu;

import static org.kjump.machine.cpu.CpuState.CS;
import static org.kjump.machine.cpu.CpuState.DS;
import static org.kjump.machine.cpu.CpuState.EBP;
import static org.kjump.machine.cpu.CpuState.ES;
import static org.kjump.machine.cpu.CpuState.ESP;
import static org.kjump.machine.cpu.CpuState.FS;
import static org.kjump.machine.cpu.CpuState.GS;
import static org.kjump.machine.cpu.CpuState.SS;

/** Bytes to an {@link Instruction}: prefixes, opcode, ModRM, SIB, displacement, immediates (Intel SDM 2A, 2.1). */
final class Decoder {
    /** The longest instruction that the processor takes. */
    static final int LONGEST = 15;

    private static final int NO_OVERRIDE = -1;
    private static final int NO_MODRM = 0;

    private final Mmu mmu;
    private final Segments segments;

    private int start;
    private int position;
    private int end;
    private int modRm;
    private int override;
    private boolean hasImmediate;

    int opcode;
    int size;
    int register;
    int repeat;
    int immediate;
    int secondImmediate;
    final int[] places = new int[3];
    int segment;
    int base;
    int index;
    int scale;
    int displacement;

    Decoder(Mmu mmu, Segments segments) {
        this.mmu = mmu;
        this.segments = segments;
    }

    /** The row that the last {@link #decode} found. */
    Row row = OpcodeTable.NOTHING;

    /**
     * @param eip where it stands in the code segment
     * @param room bytes that it may take at most; {@link #LONGEST} unless something else ends before
     * @throws CpuFault as the processor takes it, or #GP if there is no room
     */
    Instruction decode(int eip, int room) {
        start = eip;
        position = eip;
        end = eip + room;
        size = 4;
        repeat = 0;
        override = NO_OVERRIDE;
        boolean locked = false;
        int code = fetch8();
        for (boolean prefix = true; prefix; ) {
            switch (code) {
                case 0x66 -> size = 2;
                case 0x26 -> override = ES;
                case 0x2e -> override = CS;
                case 0x36 -> override = SS;
                case 0x3e -> override = DS;
                case 0x64 -> override = FS;
                case 0x65 -> override = GS;
                case 0xf2, 0xf3 -> repeat = code;
                case 0xf0 -> locked = true;
                default -> prefix = false;
            }
            if (prefix) {
                code = fetch8();
            }
        }
        operands(code);
        if (locked && !Place.isMemory(places[0])) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        return new Instruction(this, row, position - start);
    }

    private void operands(int code) {
        modRm = NO_MODRM;
        hasImmediate = false;
        immediate = 0;
        secondImmediate = 0;
        places[0] = Place.NONE;
        places[1] = Place.NONE;
        places[2] = Place.NONE;
        segment = override == NO_OVERRIDE ? DS : override;
        base = Instruction.NO_REGISTER;
        index = Instruction.NO_REGISTER;
        scale = 0;
        displacement = 0;
        boolean twoBytes = code == 0x0f;
        opcode = twoBytes ? fetch8() : code;
        int map = twoBytes ? OpcodeTable.TWO_BYTES + opcode : opcode;
        if (OpcodeTable.hasModRm(map)) {
            modRm();
        }
        row = OpcodeTable.row(map, modRm);
        for (int i = 0; i < row.operands().size(); i++) {
            String operand = row.operands().get(i);
            int width = width(operand);
            if (i == 0) {
                size = width;
            }
            places[i] = place(operand, width);
        }
    }

    private int width(String operand) {
        return switch (operand.charAt(operand.length() - 1)) {
            case 'b', 'L' -> 1;
            case 'w' -> 2;
            case 'd' -> 4;
            default -> size;
        };
    }

    /** Letters as in the Intel manual's opcode map (SDM 2D, A.2); Z is a register in the opcode's low bits. */
    private int place(String operand, int width) {
        return switch (operand.charAt(0)) {
            case 'E' -> modRm >= 0xc0 ? Place.register(modRm & 7, width) : Place.memory(width);
            case 'M', 'O' -> {
                if (operand.charAt(0) == 'O') {
                    displacement = fetch32();
                }
                yield Place.memory(width);
            }
            case 'R' -> Place.register(modRm & 7, 4);
            case 'G' -> Place.register(register, width);
            case 'Z' -> Place.register(opcode & 7, width);
            case 'I', 'J' -> immediate(operand, width);
            case 'L' -> immediate(operand, 1);
            case 'A' -> {
                immediate = fetch(size);
                secondImmediate = fetch(2);
                yield Place.NONE;
            }
            case '1' -> {
                immediate = 1;
                yield Place.IMMEDIATE;
            }
            case 'a', 'e' -> Place.register(CpuState.EAX, width); // AL and eAX
            case 'c' -> Place.register(CpuState.ECX, 1);
            default -> Place.NONE;
        };
    }

    /** Bytes are sign-extended; where they are a count, a port or a bit number, their user cuts them. */
    private int immediate(String operand, int width) {
        int value = width == 1 ? (byte) fetch8() : fetch(width);
        if (operand.equals("Iw")) {
            value &= 0xffff;
        }
        if (hasImmediate) {
            secondImmediate = value;
        } else {
            immediate = value;
        }
        hasImmediate = true;
        return Place.IMMEDIATE;
    }

    private void modRm() {
        modRm = fetch8();
        register = modRm >> 3 & 7;
        int mod = modRm >> 6;
        int rm = modRm & 7;
        if (mod == 3) {
            return;
        }
        boolean absolute = mod == 0 && rm == EBP;
        if (rm == ESP) {
            int sib = fetch8();
            scale = sib >> 6;
            index = (sib >> 3 & 7) == ESP ? Instruction.NO_REGISTER : sib >> 3 & 7;
            rm = sib & 7;
            absolute = mod == 0 && rm == EBP;
        }
        if (!absolute) {
            base = rm;
            if (override == NO_OVERRIDE && (rm == ESP || rm == EBP)) {
                segment = SS;
            }
        }
        if (mod == 1) {
            displacement = (byte) fetch8();
        } else if (mod == 2 || absolute) {
            displacement = fetch32();
        }
    }

    private int fetch8() {
        if (position == end || !segments.holdsCode(position, 1)) {
            throw new CpuFault(CpuFault.GENERAL_PROTECTION);
        }
        return mmu.read8(segments.code(position++));
    }

    private int fetch(int width) {
        return switch (width) {
            case 1 -> fetch8();
            case 2 -> fetch8() | fetch8() << 8;
            default -> fetch32();
        };
    }

    private int fetch32() {
        return fetch8() | fetch8() << 8 | fetch8() << 16 | fetch8() << 24;
    }
}
