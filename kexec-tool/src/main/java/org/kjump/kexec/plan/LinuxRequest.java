package org.kjump.kexec.plan;

import java.util.Optional;

/**
 * What a Linux kernel's load is planned from.
 *
 * @param map the running kernel's
 * @param window from {@code --mem-min} to behind {@code --mem-max}
 * @param vmcoreInfo text of the running kernel's VMCOREINFO note, empty if it has none
 * @param serialPort where the purgatory complains
 * @param seed random bytes for the new kernel
 */
public record LinuxRequest(
        LinuxKernel kernel,
        MemoryMap map,
        PaddrRange window,
        String commandLine,
        Optional<Payload> initrd,
        String vmcoreInfo,
        Checks checks,
        int serialPort,
        byte[] seed) {}
