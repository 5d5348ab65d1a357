package org.kjump.vmcore.debug;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * Brings together what is known of a dumped kernel, in this order: what the user gives (a text of VMCOREINFO, or a vmlinux), the dump's
 * own VMCOREINFO, the kernel's symbols in its memory (kallsyms), the kernel's types in its memory (BTF). A key that an earlier source has
 * stays as it is; {@link VmcoreInfo#keysBySource()} of the answer tells which source gave what. Stateless.
 */
public final class DebugData {
    private static final Pattern RELEASE = Pattern.compile("[!-~]+");

    private static final Types NO_TYPES = new Types() {
        @Override
        public Optional<Type> struct(String tag) {
            return Optional.empty();
        }

        @Override
        public Optional<Type> typedef(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Type> enumeration(String tag) {
            return Optional.empty();
        }

        @Override
        public Optional<Type> variable(String name) {
            return Optional.empty();
        }
    };

    private DebugData() {}

    /**
     * A text of VMCOREINFO ({@code makedumpfile -i}). Does not close {@code file}.
     *
     * @throws VmcoreException if a line is damaged, or OSRELEASE or PAGESIZE is missing
     */
    public static VmcoreInfo fromText(ByteSource file) {
        return VmcoreInfoFile.read(file);
    }

    /**
     * What is known before the kernel's memory is looked into: what the user gives, its symbols moved to where the kernel runs, then the
     * dump's own VMCOREINFO.
     *
     * @param given from {@link #fromText} or {@link Vmlinux#info}
     * @throws ReleaseMismatchException if they are of different kernels
     * @throws VmcoreException if there is neither
     */
    public static VmcoreInfo known(MemoryImage image, Optional<VmcoreInfo> given) {
        Optional<VmcoreInfo> own = image.vmcoreInfo();
        if (given.isEmpty()) {
            return own.orElseThrow(() -> new VmcoreException(
                    "%s doesn't contain vmcoreinfo: only levels 0 and 1 are possible".formatted(image.name())));
        }
        VmcoreInfo first = given.get();
        if (own.isEmpty()) {
            return first;
        }
        own.get().text("OSRELEASE").ifPresent(release -> checkRelease(first, release, image));
        return first.movedTo(own.get().kernelOffset()).completedBy(own.get());
    }

    private static void checkRelease(VmcoreInfo given, String release, MemoryImage image) {
        Optional<String> expected = given.text("OSRELEASE");
        if (expected.isPresent() && !expected.get().equals(release)) {
            throw new ReleaseMismatchException("%s and %s don't match: release %s, and %s in the dump"
                    .formatted(given.source(), image.name(), expected.get(), release));
        }
    }

    /**
     * The kernel in a dump, by its own VMCOREINFO and, as far as a need is not met, its own symbols and types.
     *
     * @param image stays open, and belongs to the caller
     * @param needs what the caller is going to ask of the kernel; none if virtual memory alone
     * @throws VmcoreException if the dump has no VMCOREINFO, or the kernel's page tables cannot be found
     */
    public static KernelMemory kernel(MemoryImage image, Need... needs) {
        return kernel(image, Optional.empty(), new LinkedHashSet<>(Arrays.asList(needs)));
    }

    /**
     * The kernel in a dump with all that is known of it. Of the kernel's own symbols and types nothing is read unless a need is not met
     * without them, and nothing is taken but for that need.
     *
     * @param image stays open, and belongs to the caller
     * @param given from {@link #fromText} or {@link Vmlinux#info}
     * @throws ReleaseMismatchException if what is given is of another kernel
     * @throws VmcoreException if the kernel's page tables cannot be found
     */
    public static KernelMemory kernel(MemoryImage image, Optional<VmcoreInfo> given, Set<Need> needs) {
        KernelMemory kernel = new KernelMemory(image, known(image, given));
        if (given.isPresent()) {
            release(kernel).ifPresent(release -> checkRelease(given.get(), release, image));
        }
        Set<String> missing = new LinkedHashSet<>();
        for (Need need : needs) {
            if (!need.isMetBy(kernel.info())) {
                missing.addAll(need.keys());
            }
        }
        missing.removeAll(kernel.info().keys());
        return missing.isEmpty()
                ? kernel
                : new KernelMemory(image, kernel.info().completedBy(find(kernel, missing)));
    }

    /** The name of the kernel that runs in {@code kernel}, such as 6.1.0-50-amd64, if its memory has one where it should be. */
    public static Optional<String> release(KernelMemory kernel) {
        return unlessDamaged(() -> kernel.utsname().map(name -> name.string("release")))
                .filter(release -> RELEASE.matcher(release).matches());
    }

    /** Those of {@code keys} that the kernel's symbols and types in its own memory tell. */
    static VmcoreInfo find(KernelMemory kernel, Set<String> keys) {
        String name = kernel.image().name();
        Symbols symbols = unlessDamaged(() -> Kallsyms.of(kernel, Names::isSymbol))
                .<Symbols>map(found -> found)
                .orElse(symbol -> OptionalLong.empty());
        VmcoreInfo found = Names.find(name + ": kallsyms", keys, symbols, NO_TYPES);
        List<String> others = new ArrayList<>(keys);
        others.removeAll(found.keys());
        return others.isEmpty()
                ? found
                : unlessDamaged(() -> BtfInMemory.of(kernel, symbols)
                                .map(types -> Names.find(name + ": BTF", others, symbols, types)))
                        .map(found::completedBy)
                        .orElse(found);
    }

    /** Damage there is no reason to give up: what is missing will be told by who needs it. */
    private static <T> Optional<T> unlessDamaged(Supplier<Optional<T>> reading) {
        try {
            return reading.get();
        } catch (VmcoreException e) {
            return Optional.empty();
        }
    }
}
