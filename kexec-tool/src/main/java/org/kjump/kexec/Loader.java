package org.kjump.kexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.image.ElfCore;
import org.kjump.kexec.image.ElfExecutable;
import org.kjump.kexec.image.Initrd;
import org.kjump.kexec.image.KernelImage;
import org.kjump.kexec.plan.CorePlanner;
import org.kjump.kexec.plan.ElfPlanner;
import org.kjump.kexec.plan.LinuxKernel;
import org.kjump.kexec.plan.LinuxPlanner;
import org.kjump.kexec.plan.LinuxRequest;
import org.kjump.kexec.plan.LoadPlan;
import org.kjump.kexec.plan.MemoryMap;
import org.kjump.kexec.plan.Payload;
import org.kjump.kexec.plan.Purpose;
import org.kjump.syscall.Syscalls;
import org.kjump.vmcore.io.ByteSource;

/** From a request to the plan for it: opens the files, and keeps them open until the kernel has copied from them. */
final class Loader implements AutoCloseable {
    private static final List<String> TYPES =
            List.of("multiboot-x86", "multiboot2-x86", "elf-x86", "bzImage", "beoboot-x86", "nbi-x86");

    private final KernelFiles kernel;
    private final ImageFiles images;
    private final LoadRequest request;
    private final List<ByteSource> open = new ArrayList<>();

    Loader(Syscalls syscalls, KernelFiles kernel, LoadRequest request) {
        this.kernel = kernel;
        this.request = request;
        images = new ImageFiles(syscalls);
    }

    /** @param debug is told what is known before there is a plan */
    LoadPlan plan(Consumer<String> debug) {
        ByteSource file = opened(images.kernel(request.file()));
        debug.accept("kernel: %s kernel_size: 0x%x\n".formatted(file.name(), file.size()));
        MemoryMap map = kernel.memoryMap();
        debug.accept(map.debugText());
        request.type().ifPresent(Loader::requireKnown);
        KernelImage image = KernelImage.of(file);
        requireType(image);
        return plan(image, map).within(kernel.limits());
    }

    private LoadPlan plan(KernelImage image, MemoryMap map) {
        if (image instanceof ElfCore core) {
            requireBareReplacement();
            return CorePlanner.plan(core, map, request.window(), request.entry());
        }
        LoadPlan plan = image instanceof BzImage bzImage
                ? linux(LinuxKernel.of(bzImage), map)
                : elf((ElfExecutable) image, map);
        return plan.enteredAt(request.entry().orElse(plan.entry()));
    }

    private static void requireKnown(String type) {
        if (!TYPES.contains(type)) {
            throw new RefusedException(
                    255, "Unsupported kernel type %s (elf-x86 and bzImage are supported)".formatted(type));
        }
    }

    private void requireType(KernelImage image) {
        request.type().filter(wanted -> !wanted.equals(image.type())).ifPresent(wanted -> {
            throw new RefusedException(255, "Wrong file type %s, file matches type %s".formatted(wanted, image.type()));
        });
    }

    /** A dump has no use for arguments, and leaves nothing to come back to. */
    private void requireBareReplacement() {
        if (request.handover() != LoadRequest.Handover.NONE) {
            throw new RefusedException(
                    1, "%s: a dump is entered without arguments: give --args-none".formatted(request.file()));
        }
        if (request.purpose() != Purpose.REPLACE) {
            throw new RefusedException(
                    1,
                    "%s: a dump takes the machine over: load it with -l, not with -p or --load-preserve-context"
                            .formatted(request.file()));
        }
    }

    private LoadPlan elf(ElfExecutable program, MemoryMap map) {
        return switch (request.handover()) {
            case NONE -> ElfPlanner.bare(program, map, request.window(), request.purpose());
            case ELF_NOTES -> {
                if (request.initrd().isPresent()) {
                    throw new RefusedException(1, "Ramdisks not supported with generic elf arguments");
                }
                yield ElfPlanner.withNotes(
                        program, map, request.window(), commandLine(), request.purpose(), request.checks());
            }
            case LINUX -> linux(LinuxKernel.of(program), map);
        };
    }

    private LoadPlan linux(LinuxKernel image, MemoryMap map) {
        Optional<ByteSource> initrd = request.initrd().map(name -> opened(images.initrd(name)));
        LinuxRequest linux = new LinuxRequest(
                image,
                map,
                request.window(),
                commandLine(),
                initrd.map(file -> Payload.of(file, 0, file.size())),
                kernel.vmcoreInfo(),
                request.checks(),
                request.serialPort(),
                kernel.randomSeed());
        LoadPlan plan = switch (request.purpose()) {
            case REPLACE -> LinuxPlanner.replace(linux);
            case PRESERVE_CONTEXT -> LinuxPlanner.preserveContext(linux);
            case CRASH -> LinuxPlanner.crash(linux, kernel.crashRegion().orElseThrow());
        };
        initrd.ifPresent(Initrd::requireUsable);
        return plan;
    }

    private String commandLine() {
        LoadRequest.CommandLine wanted = request.commandLine();
        return switch (wanted.base()) {
            case NOTHING -> wanted.appended();
            case RUNNING_KERNEL -> (running() + " " + wanted.appended()).strip();
        };
    }

    private String running() {
        return Stream.of(kernel.text("/proc/cmdline").strip().split(" "))
                .filter(word -> !word.startsWith("BOOT_IMAGE"))
                .filter(word -> request.purpose() != Purpose.CRASH || !word.startsWith("crashkernel"))
                .collect(Collectors.joining(" "));
    }

    private ByteSource opened(ByteSource file) {
        open.add(file);
        return file;
    }

    @Override
    public void close() {
        open.forEach(ByteSource::close);
    }
}
