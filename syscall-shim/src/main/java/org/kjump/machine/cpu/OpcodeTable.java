package org.kjump.machine.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of the processor, a row each, in the notation of the Intel manual: opcode bytes, {@code /r} where
 * ModRM follows, {@code /0} to {@code /7} where its reg field belongs to the opcode, {@code +r} and {@code +cc} where the
 * last byte's low bits name a register or a condition. Operand codes are those of the opcode map (SDM 2D, A.2): E a
 * register or memory by ModRM, M memory only, R register only, G the register in ModRM's reg field, Z the one in the
 * opcode, I an immediate, J a distance, O an absolute address, A a far pointer, L a byte that is extended to the width; b, w, d are 1, 2, 4 bytes, v is 2 or 4 by
 * prefix, and the first operand's width is the instruction's. A code without a register or a place, such as Yb, only
 * gives the width.
 */
final class OpcodeTable {
    static final int TWO_BYTES = 0x100;
    static final Row NOTHING = new Row(List.of(), Moves::nothing, true);

    private static final int MODRM_FORMS = 0x100;
    private static final int FIRST_REGISTER_FORM = 0xc0;
    /** By opcode; two-byte opcodes behind the others. */
    private static final @Nullable Row[] PLAIN = new @Nullable Row[2 * TWO_BYTES];
    /** By opcode and the ModRM byte behind it. */
    private static final @Nullable Row[] @Nullable [] BY_MODRM = new @Nullable Row[2 * TWO_BYTES] @Nullable [];

    static {
        IntegerInstructions.define();
        SystemInstructions.define();
    }

    private OpcodeTable() {}

    static boolean hasModRm(int map) {
        return BY_MODRM[map] != null;
    }

    /** @throws CpuFault #UD if there is no such instruction */
    static Row row(int map, int modRm) {
        @Nullable Row[] forms = BY_MODRM[map];
        Row row = forms == null ? PLAIN[map] : forms[modRm];
        if (row == null) {
            throw new CpuFault(CpuFault.INVALID_OPCODE);
        }
        return row;
    }

    /** Behind the instruction stands the next one. */
    static void row(String encoding, String operands, Operation operation) {
        add(encoding, new Row(operandList(operands), operation, false));
    }

    /** The instruction may jump, or after it code may have to be read in another way. */
    static void last(String encoding, String operands, Operation operation) {
        add(encoding, new Row(operandList(operands), operation, true));
    }

    private static List<String> operandList(String operands) {
        return operands.isEmpty() ? List.of() : List.of(operands.split(","));
    }

    private static void add(String encoding, Row row) {
        List<String> parts = List.of(encoding.split(" "));
        boolean twoBytes = parts.get(0).equals("0f");
        String opcode = parts.get(twoBytes ? 1 : 0);
        int map = Integer.parseInt(opcode.substring(0, 2), 16) + (twoBytes ? TWO_BYTES : 0);
        int opcodes = opcode.endsWith("+r") ? 8 : opcode.endsWith("+cc") ? 16 : 1;
        boolean hasModRm = parts.size() > (twoBytes ? 2 : 1);
        for (int each = map; each < map + opcodes; each++) {
            if (hasModRm) {
                addForms(each, parts.get(parts.size() - 1), row);
            } else {
                PLAIN[each] = row;
            }
        }
    }

    private static void addForms(int map, String modRm, Row row) {
        @Nullable Row[] forms = BY_MODRM[map];
        if (forms == null) {
            forms = new @Nullable Row[MODRM_FORMS];
            BY_MODRM[map] = forms;
        }
        boolean memoryOnly = row.operands().stream().anyMatch(operand -> operand.startsWith("M"));
        for (int form = 0; form < (memoryOnly ? FIRST_REGISTER_FORM : MODRM_FORMS); form++) {
            boolean matches = modRm.equals("/r")
                    || modRm.equals("/" + (form >> 3 & 7))
                    || !modRm.startsWith("/") && form == Integer.parseInt(modRm, 16);
            if (matches) {
                forms[form] = row;
            }
        }
    }
}
