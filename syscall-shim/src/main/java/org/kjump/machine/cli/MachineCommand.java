package org.kjump.machine.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kjump.linux.BootLoader;
import org.kjump.linux.image.InitramfsBuilder;
import org.kjump.linux.image.KernelImageBuilder;
import org.kjump.linux.kconfig.Kconfig;
import org.kjump.linux.printk.Printk;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.sched.Tasks;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineConfig;
import org.kjump.machine.MachineException;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.SyscallsProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, boots, looks into and switches off simulated machines. */
@Command(
        name = "machine",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        version = "kjump 0.1.0",
        sortOptions = false,
        description = "Makes, boots, looks into and switches off simulated i386 machines.")
final class MachineCommand {
    final Session session;

    @Option(
            names = "--machine",
            paramLabel = "DIR",
            scope = CommandLine.ScopeType.INHERIT,
            description = "The machine's folder (default: $KJUMP_MACHINE).")
    @Nullable
    String machine;

    MachineCommand(Session session) {
        this.session = session;
    }

    Machine open() {
        return session.open(machine);
    }

    @Command(description = "Makes a machine in a new folder, switched off, with a root file system on hda1.")
    void create(
            @Parameters(paramLabel = "DIR") String folder,
            @Option(
                            names = "--memory",
                            paramLabel = "SIZE",
                            defaultValue = "64M",
                            description = "RAM: whole MiB from 8M to 2G, such as 64M or 0x4000000 (default 64M).")
                    String memory)
            throws IOException {
        Path path = session.path(folder);
        Machine.create(path, new MachineConfig(Session.size(memory)));
        try (Machine made = Machine.open(path)) {
            InitramfsBuilder.install(made.partition("hda1"));
            Files.createDirectories(made.partition("hda1").resolve("boot"));
        }
    }

    @Command(description = "Shows power, memory, and the registers of processor and devices.")
    void status(@Option(names = "--json", description = "As JSON.") boolean json) {
        try (Machine opened = open()) {
            StatusReport report = StatusReport.of(opened);
            if (json) {
                session.out().println(report.json());
            } else {
                report.print(session.out());
            }
        }
    }

    @Command(description = "Switches the machine off: RAM and registers are lost, disks are kept.")
    void poweroff() {
        try (Machine opened = open()) {
            opened.powerOff();
            opened.commit();
        }
    }

    @Command(description = "Shows bytes of physical memory.")
    void peek(
            @Parameters(paramLabel = "PADDR", description = "Decimal, or hexadecimal with 0x.") String paddr,
            @Parameters(paramLabel = "LEN", description = "Bytes; K, M and G may follow.") String length) {
        try (Machine opened = open()) {
            long start = Session.size(paddr);
            long count = inMemory(opened, start, Session.size(length));
            for (long at = 0; at < count; at += 16) {
                ByteBuffer line = ByteBuffer.allocate((int) Math.min(16, count - at));
                opened.ram().read(start + at, line);
                session.out()
                        .printf(
                                "%08x  %s%n",
                                start + at, HexFormat.ofDelimiter(" ").formatHex(line.array()));
            }
        }
    }

    @Command(description = "Changes bytes of physical memory.")
    void poke(
            @Parameters(paramLabel = "PADDR", description = "Decimal, or hexadecimal with 0x.") String paddr,
            @Parameters(paramLabel = "HEXBYTES", description = "Such as deadbeef.") String bytes) {
        byte[] values;
        try {
            values = HexFormat.of().parseHex(bytes.replace(" ", ""));
        } catch (IllegalArgumentException e) {
            throw new MachineException("'%s' are no bytes; expected an even number of hex digits".formatted(bytes), e);
        }
        try (Machine opened = open()) {
            inMemory(opened, Session.size(paddr), values.length);
            opened.ram().write(Session.size(paddr), ByteBuffer.wrap(values));
            opened.commit();
        }
    }

    private static long inMemory(Machine opened, long start, long length) {
        long size = opened.ram().size();
        if (start > size || length > size - start) {
            throw new MachineException(
                    "0x%x bytes at 0x%x are not in the memory of 0x%x bytes".formatted(length, start, size));
        }
        return length;
    }

    @Command(description = "Adds a partition, a folder of plain files in disk/.")
    void partition(
            @Parameters(paramLabel = "add") String what,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "SIZE") String size) {
        if (!what.equals("add")) {
            throw new MachineException("partition %s; expected: partition add NAME SIZE".formatted(what));
        }
        try (Machine opened = open()) {
            opened.addPartition(name, Session.size(size));
        }
    }

    @Command(name = "build-kernel", description = "Resolves a configuration and makes a bzImage of it.")
    void buildKernel(
            @Option(names = "--config", paramLabel = "FILE", required = true) String config,
            @Option(names = "--output", paramLabel = "FILE", required = true) String output)
            throws IOException {
        Kconfig.Resolved resolved = Kconfig.ours().resolve(Files.readString(session.path(config)));
        resolved.dropped().forEach(line -> session.err().println("machine: " + config + ": " + line));
        write(output, KernelImageBuilder.build(Profile.newest(), resolved.text()));
    }

    @Command(name = "build-rootfs", description = "Makes an initramfs with kexec, makedumpfile, cat and cp.")
    void buildRootfs(@Option(names = "--output", paramLabel = "FILE", required = true) String output)
            throws IOException {
        write(output, InitramfsBuilder.build());
    }

    private void write(String name, byte[] content) throws IOException {
        Path target = session.path(name);
        Path aside = target.resolveSibling(target.getFileName() + ".new");
        Files.write(aside, content);
        Files.move(
                aside,
                target,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Command(description = "Switches the machine on, loads a bzImage from hda1 and runs it until the kernel idles.")
    void boot(
            @Option(names = "--kernel", defaultValue = "/boot/bzImage", description = "Path on hda1.") String image,
            @Option(names = "--initrd", paramLabel = "FILE") @Nullable String initrd,
            @Option(names = "--append", defaultValue = "", description = "The kernel's command line.") String append)
            throws IOException {
        try (Machine opened = open()) {
            Path file = opened.partition("hda1").resolve(image.replaceFirst("^/", ""));
            byte[] ramdisk = initrd == null ? new byte[0] : Files.readAllBytes(session.path(initrd));
            try {
                BootLoader.boot(opened, image, Files.readAllBytes(file), ramdisk, append);
            } catch (ProcessGoneException e) {
                opened.commit();
                throw e;
            }
            opened.commit();
        }
    }

    @Command(description = "Lets time pass for the running kernel's tasks: each counts on and writes to its pages.")
    void tick(@Parameters(paramLabel = "N", defaultValue = "1", description = "How often (default 1).") int times) {
        if (times < 0) {
            throw new MachineException("tick %d: time does not go back".formatted(times));
        }
        try (Machine opened = open()) {
            new Tasks(KernelReport.of(opened).kernel()).tick(times);
            opened.commit();
        }
    }

    @Command(description = "Shows the running kernel's tasks, with their counters and a checksum of all their pages.")
    void tasks(
            @Option(names = "--json", description = "As JSON.") boolean json,
            @Option(names = "--pages", description = "One line for every page that a task owns.") boolean pages) {
        try (Machine opened = open()) {
            TaskReport report = new TaskReport(KernelReport.of(opened));
            if (json) {
                session.out().println(report.json());
            } else if (pages) {
                report.printPages(session.out());
            } else {
                report.print(session.out());
            }
        }
    }

    @Command(description = "Shows what the running kernel uses memory for, in pages.")
    void memory(@Option(names = "--json", description = "As JSON.") boolean json) {
        try (Machine opened = open()) {
            List<KernelReport.MemoryLine> lines = KernelReport.of(opened).memory();
            if (json) {
                JsonObject object = new JsonObject();
                lines.forEach(line -> object.put(line.name(), line.pages()));
                session.out().println(object);
            } else {
                lines.forEach(line -> session.out().printf("%8d %s%n", line.pages(), line.name()));
            }
        }
    }

    @Command(description = "Shows the running kernel's log, with levels.")
    void dmesg() {
        try (Machine opened = open()) {
            session.out().print(new Printk(KernelReport.of(opened).kernel()).text());
        }
    }

    @Command(description = "As the running kernel's cat: prints files that this kernel sees.")
    void cat(@Parameters(paramLabel = "FILE", arity = "1..*") List<String> files) throws IOException {
        try (Syscalls kernel = exec("cat")) {
            for (String file : files) {
                Programs.cat(kernel, file, session.out());
            }
        }
    }

    @Command(description = "As the running kernel's cp: copies a file that this kernel sees.")
    void cp(@Parameters(paramLabel = "FROM") String from, @Parameters(paramLabel = "TO") String to) throws IOException {
        try (Syscalls kernel = exec("cp")) {
            Programs.cp(kernel, from, to);
        }
    }

    private Syscalls exec(String program) {
        return SyscallsProvider.load()
                .exec(session.machineFolder(machine), program, session.directory(), session.err());
    }
}
