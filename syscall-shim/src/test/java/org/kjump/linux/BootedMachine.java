package org.kjump.linux;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** A boot leaves the same state every time: it is made once for every kind of machine. */
    private static final Map<List<Object>, byte[]> STATES = new ConcurrentHashMap<>();

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = files.getPath("/machine");
    private final StringBuilder console = new StringBuilder();

    private BootedMachine(long memory, String moreConfig, String commandLine) throws IOException {
        Machine.create(folder, new MachineConfig(memory));
        String config = Kconfig.ours().resolve(CONFIG + moreConfig).text();
        byte[] image = KernelImageBuilder.build(Profile.newest(), config);
        Path root = folder.resolve("disk/hda1");
        InitramfsBuilder.install(root);
        Files.createDirectories(root.resolve("boot"));
        Files.write(root.resolve("boot/bzImage"), image);
        byte[] state = STATES.computeIfAbsent(List.of(memory, config, commandLine), key -> boot(image, commandLine));
        Files.write(folder.resolve("state"), state);
    }

    private byte[] boot(byte[] image, String commandLine) {
        try (Machine machine = Machine.open(folder)) {
            BootLoader.boot(machine, "/boot/bzImage", image, new byte[0], "root=/dev/hda1 " + commandLine);
            machine.commit();
            return Files.readAllBytes(folder.resolve("state"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static BootedMachine withKexecJump() throws IOException {
        return withMemory(64L << 20);
    }

    public static BootedMachine withMemory(long memory) throws IOException {
        return new BootedMachine(memory, "CONFIG_KEXEC_JUMP=y", "");
    }

    public static BootedMachine withCommandLine(String more) throws IOException {
        return new BootedMachine(64L << 20, "CONFIG_KEXEC_JUMP=y", more);
    }

    public static BootedMachine withoutKexecJump() throws IOException {
        return new BootedMachine(64L << 20, "", "");
    }

    /** A kernel that undoes no more than 2.6.27 when a jump is refused. */
    public static BootedMachine withoutUnwinding() throws IOException {
        return new BootedMachine(64L << 20, "CONFIG_KEXEC_JUMP=y\nCONFIG_KEXEC_JUMP_NO_UNWIND=y", "");
    }

    /** With 0x2000000 to 0x2ffffff kept for a crash kernel. */
    public static BootedMachine withCrashKernel() throws IOException {
        return new BootedMachine(128L << 20, "CONFIG_KEXEC_JUMP=y", "crashkernel=16M@32M");
    }

    /** The machine as it lies on the disk. */
    public byte[] state() throws IOException {
        return Files.readAllBytes(folder.resolve("state"));
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

    /** The text of a file that a process reads. */
    public String file(String path) {
        return process(kernel -> {
            try (SeekableByteChannel channel = kernel.open(path)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
                channel.read(bytes);
                return new String(bytes.array(), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
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
