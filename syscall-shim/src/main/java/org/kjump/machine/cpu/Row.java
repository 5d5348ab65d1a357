package org.kjump.machine.cpu;

import java.util.List;

/**
 * A row of the {@link OpcodeTable}.
 *
 * @param operands codes of the Intel manual's opcode map
 * @param endsBlock whether the next instruction need not be the one behind it, or may have to be read in another way
 */
record Row(List<String> operands, Operation operation, boolean endsBlock) {}
