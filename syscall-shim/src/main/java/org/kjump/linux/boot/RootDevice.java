package org.kjump.linux.boot;

import java.util.Optional;
import org.kjump.linux.view.KernelView;

/** The partition that {@code root=} names. Only one of this machine is one: its world ends there. */
public final class RootDevice {
    private RootDevice() {}

    public static Optional<String> of(KernelView kernel) {
        return kernel.parameter("root")
                .map(device -> device.replaceFirst("^/dev/", ""))
                .filter(kernel.machine().partitions()::contains);
    }
}
