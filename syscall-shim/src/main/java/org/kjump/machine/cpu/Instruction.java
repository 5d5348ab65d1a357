package org.kjump.machine.cpu;

/**
 * A decoded instruction, independent of the address it stands at. {@code first} to {@code third} are {@link Place}s in
 * the order of the manual; the memory operand, if there is one, is at {@code base + (index << scale) + displacement} in
 * {@code segment}.
 */
final class Instruction {
    /** The register number that stands for "none" in an address: {@link CpuState#general} has a zero there. */
    static final int NO_REGISTER = 8;

    final Operation operation;
    final int length;
    /** The last byte of the opcode: its low bits are a condition or a register in many instructions. */
    final int opcode;
    /** Width of the operation in bytes: 1, 2 or 4. */
    final int size;

    final int first;
    final int second;
    final int third;
    /** ModRM's reg field: a segment, control or debug register, where it is no general one. */
    final int register;

    final int immediate;
    /** The selector of a far pointer, or the nesting level of ENTER. */
    final int secondImmediate;
    /** The prefix 0xf2 or 0xf3, or 0. */
    final int repeat;

    final int segment;
    final int base;
    final int index;
    final int scale;
    final int displacement;

    Instruction(Decoder decoded, Row row, int length) {
        operation = row.operation();
        this.length = length;
        opcode = decoded.opcode;
        size = decoded.size;
        first = decoded.places[0];
        second = decoded.places[1];
        third = decoded.places[2];
        register = decoded.register;
        immediate = decoded.immediate;
        secondImmediate = decoded.secondImmediate;
        repeat = decoded.repeat;
        segment = decoded.segment;
        base = decoded.base;
        index = decoded.index;
        scale = decoded.scale;
        displacement = decoded.displacement;
    }
}
