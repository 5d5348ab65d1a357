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

    /** A number, decimal or 0x…, behind which K, M or G may stand. */
    static long size(String text) {
        if (!text.matches("(0[xX][0-9a-fA-F]{1,15}|[0-9]{1,18})[KMGkmg]?")) {
            throw new MachineException(
                    "'%s' is no number of bytes; expected one such as 64M or 0x4000000".formatted(text));
        }
        int shift = switch (Character.toUpperCase(text.charAt(text.length() - 1))) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            default -> 0;
        };
        String digits = shift == 0 ? text : text.substring(0, text.length() - 1);
        boolean hex = digits.startsWith("0x") || digits.startsWith("0X");
        long number = hex ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
        if (number > Long.MAX_VALUE >> shift) {
            throw new MachineException("'%s' is more bytes than there are".formatted(text));
        }
        return number << shift;
    }
}
