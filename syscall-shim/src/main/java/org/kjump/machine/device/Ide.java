package org.kjump.machine.device;

/**
 * The first IDE channel with one disk: task file 0x1f0 to 0x1f7, device control 0x3f6. SET FEATURES (0xef) subcommand 3
 * takes the transfer mode from the sector count; 0x02 and 0x82 switch the write cache; all three are write-only.
 */
final class Ide extends Device {
    private static final int CONTROL = 0x3f6;

    Ide() {
        super(registers(
                "features",
                0,
                "count",
                0,
                "lba0",
                0,
                "lba1",
                0,
                "lba2",
                0,
                "device",
                0xa0,
                "control",
                0,
                "mode",
                0,
                "write_cache",
                1,
                "error",
                1));
    }

    @Override
    String name() {
        return "ide";
    }

    @Override
    boolean claims(int port) {
        return port >= 0x1f0 && port <= 0x1f7 || port == CONTROL;
    }

    @Override
    int in(int port) {
        return switch (port) {
            case 0x1f1 -> get("error");
            case 0x1f2 -> get("count");
            case 0x1f3 -> get("lba0");
            case 0x1f4 -> get("lba1");
            case 0x1f5 -> get("lba2");
            case 0x1f6 -> get("device");
            case 0x1f7, CONTROL -> 0x50; // ready, seek complete
            default -> 0xff;
        };
    }

    @Override
    void out(int port, int value) {
        switch (port) {
            case 0x1f1 -> set("features", value);
            case 0x1f2 -> set("count", value);
            case 0x1f3 -> set("lba0", value);
            case 0x1f4 -> set("lba1", value);
            case 0x1f5 -> set("lba2", value);
            case 0x1f6 -> set("device", value);
            case 0x1f7 -> command(value);
            case CONTROL -> set("control", value & 0x06);
            default -> {}
        }
    }

    private void command(int command) {
        if (command != 0xef) {
            return; // FLUSH CACHE and the like: the host's file system has the data already
        }
        switch (get("features")) {
            case 0x03 -> set("mode", get("count"));
            case 0x02 -> set("write_cache", 1);
            case 0x82 -> set("write_cache", 0);
            default -> set("error", 4);
        }
    }
}
