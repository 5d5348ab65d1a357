package org.kjump.linux;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.kjump.linux.image.InitramfsBuilder;
import org.kjump.linux.image.KernelImageBuilder;
import org.kjump.linux.kconfig.Kconfig;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineConfig;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.SyscallsProvider;

/** A machine on jimfs on which kernel A has booted from hda1. Every look at it opens it afresh. */
public final class BootedMachine implements AutoCloseable {
    private static final String CONFIG = """
            CONFIG_X86_32=y
            CONFIG_EXPERIMENTAL=y
            CONFIG_HIGHMEM4G=y
            CONFIG_RELOCATABLE=y
            CONFIG_BLOCK=y
            CONFIG_SWAP=y
            CONFIG_PM=y
            CONFIG_HIBERNATION=y
            CONFIG_KEXEC=y
            CONFIG_CRASH_DUMP=y
            """;

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = files.getPath("/machine");
    private final StringBuilder console = new StringBuilder();

    private BootedMachine(String moreConfig, String commandLine) throws IOException {
        Machine.create(folder, new MachineConfig(64L << 20));
        String config = Kconfig.ours().resolve(CONFIG + moreConfig).text();
        byte[] image = KernelImageBuilder.build(Profile.newest(), config);
        try (Machine machine = Machine.open(folder)) {
            InitramfsBuilder.install(machine.partition("hda1"));
            Files.createDirectories(machine.partition("hda1").resolve("boot"));
            Files.write(machine.partition("hda1").resolve("boot/bzImage"), image);
            BootLoader.boot(machine, "/boot/bzImage", image, new byte[0], "root=/dev/hda1 " + commandLine);
            machine.commit();
        }
    }

    public static BootedMachine withKexecJump() throws IOException {
        return new BootedMachine("CONFIG_KEXEC_JUMP=y", "");
    }

    public static BootedMachine withoutKexecJump() throws IOException {
        return new BootedMachine("", "");
    }

    /** With 0x2000000 to 0x2ffffff kept for a crash kernel. */
    public static BootedMachine withCrashKernel() throws IOException {
        return new BootedMachine("CONFIG_KEXEC_JUMP=y", "crashkernel=16M@32M");
    }

    public Path folder() {
        return folder;
    }

    public String console() {
        return console.toString();
    }

    /** A process of its own: the machine is opened for it and closed behind it. */
    public <T> T process(Function<Syscalls, T> body) {
        try (Syscalls kernel = SyscallsProvider.load().exec(folder, "kexec", folder, console)) {
            return body.apply(kernel);
        }
    }

    /** A look at the kernel in a machine opened afresh; what it changes is committed. */
    public <T> T kernel(Function<KernelView, T> body) {
        try (Machine machine = Machine.open(folder)) {
            T result = body.apply(KernelView.running(machine).orElseThrow());
            machine.commit();
            return result;
        }
    }

    /** A look at the machine itself. */
    public <T> T machine(Function<Machine, T> body) {
        try (Machine machine = Machine.open(folder)) {
            return body.apply(machine);
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
