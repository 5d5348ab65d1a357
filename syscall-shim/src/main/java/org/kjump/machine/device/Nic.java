package org.kjump.machine.device;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An NE2000 network card at 0x300: National DP8390 with the pages of its registers selected by bits 6 and 7 of the command
 * register. Most of page 0 is write-only.
 */
final class Nic extends Device {
    private static final int BASE = 0x300;
    /** Registers by page and port; an empty name is one that we have no use for. */
    private static final String[] PAGE0 = {
        "cr", "pstart", "pstop", "bnry", "tpsr", "tbcr0", "tbcr1", "isr", "rsar0", "rsar1", "rbcr0", "rbcr1", "rcr",
        "tcr", "dcr", "imr"
    };

    private static final String[] PAGE1 = {
        "cr", "par0", "par1", "par2", "par3", "par4", "par5", "curr", "mar0", "mar1", "mar2", "mar3", "mar4", "mar5",
        "mar6", "mar7"
    };

    Nic() {
        super(initial());
    }

    private static Map<String, Integer> initial() {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (String name : PAGE0) {
            all.put(name, 0);
        }
        for (String name : PAGE1) {
            all.put(name, 0);
        }
        all.put("cr", 0x21); // stopped
        return all;
    }

    @Override
    String name() {
        return "nic";
    }

    @Override
    boolean claims(int port) {
        return port >= BASE && port < BASE + 16;
    }

    private String register(int port) {
        return ((get("cr") & 0x40) == 0 ? PAGE0 : PAGE1)[port - BASE];
    }

    @Override
    int in(int port) {
        return get(register(port));
    }

    @Override
    void out(int port, int value) {
        String register = register(port);
        // Writing a one to the interrupt status acknowledges it.
        set(register, register.equals("isr") ? get(register) & ~value : value);
    }
}
