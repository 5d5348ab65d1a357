package org.kjump.vmcore.erase;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * What is to be erased from dumps, as a text (makedumpfile.conf(5)): names of the kernel's variables and their members, loops over
 * arrays and lists. Commands that cannot be understood are passed over, with a message. Immutable.
 */
public final class EraseConfig {
    private static final long SIZE_MAX = 1 << 20;

    private final List<Command> commands;
    private final List<String> messages;

    private EraseConfig(List<Command> commands, List<String> messages) {
        this.commands = List.copyOf(commands);
        this.messages = List.copyOf(messages);
    }

    /**
     * Reads a configuration. Does not close {@code file}.
     *
     * @throws VmcoreException if the file cannot be read, or is too long to be one
     */
    public static EraseConfig read(ByteSource file) {
        if (file.size() > SIZE_MAX) {
            throw new VmcoreException("%s: a configuration of at most %d bytes expected, %d found"
                    .formatted(file.name(), SIZE_MAX, file.size()));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        file.readFully(0, bytes);
        Parser parser = new Parser(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
        List<Command> commands = parser.parse();
        return new EraseConfig(commands, parser.messages());
    }

    /**
     * Looks up what is to be erased in the memory of a kernel.
     *
     * @param kernel what is dumped
     * @param vmlinux of that kernel: says where variables are, and their types
     */
    public Erasure erasure(KernelMemory kernel, Vmlinux vmlinux) {
        Erasure erasure = new Erasure(kernel, vmlinux);
        messages.forEach(erasure::message);
        commands.forEach(erasure::carryOut);
        return erasure;
    }
}
