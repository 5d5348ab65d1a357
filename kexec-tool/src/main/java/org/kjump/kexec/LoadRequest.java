package org.kjump.kexec;

import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.kexec.plan.Checks;
import org.kjump.kexec.plan.PaddrRange;
import org.kjump.kexec.plan.Purpose;

/**
 * A load as it was asked for.
 *
 * @param file the kernel, in the running kernel's names
 * @param window from {@code --mem-min} to behind {@code --mem-max}
 * @param entry {@code --entry}, if it was given
 */
record LoadRequest(
        String file,
        Purpose purpose,
        Optional<String> type,
        PaddrRange window,
        OptionalLong entry,
        Handover handover,
        CommandLine commandLine,
        Optional<String> initrd,
        Checks checks,
        int serialPort) {
    /** How an ELF program is entered. */
    enum Handover {
        /** At once: {@code --args-none}. */
        NONE,
        /** With ELF boot notes: {@code --args-elf}. */
        ELF_NOTES,
        /** As a Linux kernel: {@code --args-linux}. */
        LINUX
    }

    /** Whose words the new kernel's command line begins with. */
    enum Base {
        NOTHING,
        /** The running kernel's. */
        RUNNING_KERNEL
    }

    record CommandLine(Base base, String appended) {}
}
