package org.kjump.vmcore.fuzz;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is fuzzed.
 *
 * @param reading of an input
 * @param seeds sound inputs, which the fuzzer begins with
 */
record Format(Reading reading, Supplier<List<byte[]>> seeds) {
    interface Reading {
        /** @throws org.kjump.vmcore.VmcoreException if the input is damaged */
        void of(byte[] input);
    }

    /** By name: vmcoreinfo is a text and memory as it describes it, kernel and dmesg are memory with {@link Damage}. */
    static Map<String, Format> all() {
        return Map.ofEntries(
                Map.entry("elf", new Format(DumpReading::dump, Seeds::elf)),
                Map.entry("kdump", new Format(DumpReading::dump, Seeds::kdump)),
                Map.entry("flattened", new Format(DumpReading::dump, Seeds::flattened)),
                Map.entry("sadump", new Format(DumpReading::dump, Seeds::sadump)),
                Map.entry("lime", new Format(DumpReading::dump, Seeds::lime)),
                Map.entry("vmcoreinfo", new Format(KernelReading::vmcoreInfo, Seeds::vmcoreInfo)),
                Map.entry("vmlinux", new Format(DebugReading::vmlinux, Seeds::vmlinux)),
                Map.entry("btf", new Format(DebugReading::btf, Seeds::btf)),
                Map.entry("kernel", new Format(KernelReading::classes, Seeds::damages)),
                Map.entry("dmesg", new Format(KernelReading::dmesg, Seeds::damages)),
                Map.entry("erase", new Format(DebugReading::erasure, Seeds::erasures)));
    }
}
