package org.kjump.machine.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.kjump.machine.memory.Ram;

/**
 * Executes i386 code from memory: 32-bit protected mode, paging off and on, integer instructions of ring 0. It knows
 * registers, memory and ports, and nothing of what kernel runs. Code is decoded once and kept in blocks by its physical
 * address until somebody writes there.
 */
public final class Processor {
    /** Few straight pieces of code are longer, and a write into one costs as much as it is long. */
    private static final int LONGEST_BLOCK = 512;

    private final CpuState state;
    private final CodeCache code = new CodeCache();
    private final Core core;
    private final Decoder decoder;
    private final Interrupts interrupts;

    public Processor(Ram ram, PortSpace ports, CpuState state) {
        this.state = state;
        core = new Core(ram, ports, state, code);
        decoder = new Decoder(core.mmu, core.segments);
        interrupts = new Interrupts(core);
    }

    /** Executes until something happens, at most {@code budget} instructions. */
    public Exit run(long budget) {
        code.clear();
        core.enter();
        try {
            long end = core.done + budget;
            Exit exit = null;
            while (exit == null && core.done < end) {
                exit = runBlock(end - core.done);
            }
            return exit == null ? new Exit.OutOfBudget() : exit;
        } finally {
            core.leave();
        }
    }

    private @Nullable Exit runBlock(long left) {
        int start = state.eip;
        Block block;
        try {
            block = block(start);
        } catch (CpuFault fault) {
            core.done++;
            return deliver(fault, start);
        }
        int count = (int) Math.min(left, block.instructions.length);
        int finished = 0;
        // Only the last instruction of a block looks at EIP.
        state.eip = start + block.bytes;
        try {
            while (finished < count) {
                Instruction instruction = block.instructions[finished];
                instruction.operation.execute(core, instruction);
                finished++;
                if (code.changed) {
                    break;
                }
            }
        } catch (CpuFault fault) {
            core.done += finished + 1;
            return deliver(fault, start + block.offset(finished));
        }
        code.changed = false;
        core.done += finished;
        if (finished < block.instructions.length) {
            state.eip = start + block.offset(finished);
        }
        return core.exit;
    }

    private Block block(int eip) {
        int linear = core.segments.code(eip);
        CodePage page = core.mmu.codeAt(linear);
        if (page == CodePage.NONE) {
            return new Block(List.of(decoder.decode(eip, Decoder.LONGEST)));
        }
        int offset = linear & Ram.PAGE_SIZE - 1;
        Block known = page.at(offset);
        if (known != null && core.segments.holdsCode(eip, known.bytes)) {
            return known;
        }
        Block block = decode(eip, Ram.PAGE_SIZE - offset);
        if (offset + block.bytes <= Ram.PAGE_SIZE) {
            page.add(offset, block);
        }
        return block;
    }

    /** Instructions from {@code eip} on to a jump or to the page's end; only the first may reach beyond it. */
    private Block decode(int eip, int room) {
        List<Instruction> instructions = new ArrayList<>();
        Instruction next = decoder.decode(eip, Decoder.LONGEST);
        int length = 0;
        while (true) {
            instructions.add(next);
            length += next.length;
            if (decoder.row.endsBlock() || length >= room || instructions.size() == LONGEST_BLOCK) {
                return new Block(instructions);
            }
            try {
                next = decoder.decode(eip + length, Math.min(room - length, Decoder.LONGEST));
            } catch (CpuFault later) {
                // It is taken when the instruction is reached, as the first of its block.
                return new Block(instructions);
            }
        }
    }

    private @Nullable Exit deliver(CpuFault fault, int eip) {
        code.changed = false;
        state.eip = eip;
        if (interrupts.deliver(fault)) {
            return null;
        }
        state.shutdown = true;
        return new Exit.TripleFault(report(fault));
    }

    private String report(CpuFault fault) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            try {
                bytes.append(String.format(Locale.ROOT, " %02x", core.mmu.read8(core.segments.code(state.eip + i))));
            } catch (CpuFault unreadable) {
                bytes.append(" ??");
            }
        }
        state.eflags = core.flags.value();
        return "triple fault: %s\n%s\ncode at eip:%s".formatted(fault.describe(), state.describe(), bytes);
    }
}
