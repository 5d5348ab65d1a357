package org.kjump.machine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.Exit;
import org.kjump.machine.cpu.PortSpace;
import org.kjump.machine.cpu.Processor;
import org.kjump.machine.device.Board;
import org.kjump.machine.memory.Ram;

/**
 * A PC in a folder: memory, processor, devices, disks. All the state there is lies in the folder; whoever opens it acts
 * on a copy in memory and commits all of it or nothing. Not thread-safe; one process at a time has a machine open.
 */
public final class Machine implements AutoCloseable {
    private final Path folder;
    private final MachineLock lock;
    private final Ram ram;
    private final CpuState cpu = new CpuState();
    private final Board board = new Board();
    private boolean poweredOn;

    private Machine(Path folder, MachineLock lock, MachineConfig config) {
        this.folder = folder;
        this.lock = lock;
        this.ram = new Ram(config.memory());
    }

    /**
     * Makes a machine, switched off, with one partition, {@code hda1}, as large as the host allows.
     *
     * @throws MachineException if the folder exists
     */
    public static void create(Path folder, MachineConfig config) {
        try {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder);
            config.withPartition("hda1", Long.MAX_VALUE).store(folder);
            Files.createDirectories(folder.resolve("disk").resolve("hda1"));
        } catch (FileAlreadyExistsException e) {
            throw new MachineException(folder + ": exists already", e);
        } catch (IOException e) {
            throw new MachineException(folder + ": cannot be made: " + e, e);
        }
    }

    /** @throws MachineException if there is no machine, it is damaged, or a process is using it: "in use by pid N" */
    public static Machine open(Path folder) {
        MachineConfig config = MachineConfig.load(folder);
        MachineLock lock = MachineLock.take(folder);
        try {
            Machine machine = new Machine(folder, lock, config);
            machine.poweredOn = new StateFile(folder).load(machine.ram, machine.cpu, machine.board);
            return machine;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    public Path folder() {
        return folder;
    }

    public Ram ram() {
        return ram;
    }

    public CpuState cpu() {
        return cpu;
    }

    public Board board() {
        return board;
    }

    public PortSpace ports() {
        return board;
    }

    /** The firmware's memory map, sorted: a PC's, with all memory above 1 MiB in one piece. */
    public List<E820Entry> e820() {
        return List.of(
                new E820Entry(0, 0x9fc00, E820Entry.Type.RAM),
                new E820Entry(0x9fc00, 0xa0000, E820Entry.Type.RESERVED),
                new E820Entry(0xf0000, 0x100000, E820Entry.Type.RESERVED),
                new E820Entry(0x100000, ram.size(), E820Entry.Type.RAM),
                new E820Entry(0xfffc0000L, 0x1_0000_0000L, E820Entry.Type.RESERVED));
    }

    /** Adds a partition of {@code capacity} bytes, empty. */
    public void addPartition(String name, long capacity) {
        if (!name.matches("hd[a-d][1-9][0-9]?")) {
            throw new MachineException("%s: no name of a partition; expected one such as hda2".formatted(name));
        }
        if (partitions().contains(name)) {
            throw new MachineException("%s: exists already".formatted(name));
        }
        try {
            Files.createDirectories(folder.resolve("disk").resolve(name));
            MachineConfig.load(folder).withPartition(name, capacity).store(folder);
        } catch (IOException e) {
            throw new MachineException("%s: cannot be made: %s".formatted(name, e), e);
        }
    }

    /**
     * The folder that is the file system of a partition, such as {@code hda1}.
     *
     * @throws MachineException if there is no such partition
     */
    public Path partition(String name) {
        if (!partitions().contains(name)) {
            throw new MachineException("%s: no partition '%s'".formatted(folder, name));
        }
        return folder.resolve("disk").resolve(name);
    }

    /** Names of the partitions, sorted. */
    public List<String> partitions() {
        return List.copyOf(MachineConfig.load(folder).partitions().keySet());
    }

    /** Bytes that the files of a partition may have together. */
    public long capacity(String partition) {
        return MachineConfig.load(folder).partitions().getOrDefault(partition, 0L);
    }

    /** Where the serial line's bytes go from now on; nowhere until it is called. */
    public void connectSerial(Appendable console) {
        board.connectSerial(console);
    }

    /** True from power-on to power-off. */
    public boolean poweredOn() {
        return poweredOn;
    }

    /** RAM zero, processor and devices as after reset. */
    public void powerOn() {
        powerOff();
        poweredOn = true;
    }

    /** RAM, processor and devices lose their contents; disks keep theirs. */
    public void powerOff() {
        ram.clear();
        cpu.reset();
        board.reset();
        poweredOn = false;
    }

    /** Lets the processor execute, at most {@link #patience} instructions. */
    public Exit run() {
        return new Processor(ram, board, cpu).run(patience());
    }

    /**
     * Instructions after which a program that has not ended is said to be stuck. A purgatory's digest of all memory, the
     * longest work there is, takes 50 for each byte.
     */
    public long patience() {
        return (2L << 30) + 64 * ram.size();
    }

    /** Puts RAM, registers and power into the folder, atomically. */
    public void commit() {
        new StateFile(folder).store(poweredOn, ram, cpu, board);
    }

    /** Lets go of the folder. What was not committed is lost. */
    @Override
    public void close() {
        lock.close();
    }
}
