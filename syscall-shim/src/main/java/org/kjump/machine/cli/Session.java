package org.kjump.machine.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineException;

/** What a command was called with: environment, working directory, where to print. */
record Session(Map<String, String> environment, Path directory, PrintStream out, PrintStream err) {
    Path path(String name) {
        return directory.resolve(name);
    }

    /** The machine that was chosen: by --machine, else by KJUMP_MACHINE. */
    Path machineFolder(@Nullable String option) {
        String name = option == null ? environment.get("KJUMP_MACHINE") : option;
        if (name == null || name.isEmpty()) {
            throw new MachineException("no machine chosen: use --machine DIR or set KJUMP_MACHINE");
        }
        return path(name);
    }

    Machine open(@Nullable String option) {
        Machine machine = Machine.open(machineFolder(option));
        machine.connectSerial(err);
        return machine;
    }

    /** A number of bytes with K, M or G. */
    static long size(String text) {
        if (!text.matches("[0-9]{1,12}[KMGkmg]?")) {
            throw new MachineException("'%s' is no size; expected one such as 64M".formatted(text));
        }
        int shift = switch (Character.toUpperCase(text.charAt(text.length() - 1))) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        return Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1)) << shift;
    }

    /** A number, decimal or 0x…. */
    static long number(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new MachineException("'%s' is no number; expected one such as 0x100000".formatted(text), e);
        }
    }
}
