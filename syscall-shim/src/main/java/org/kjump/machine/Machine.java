package org.kjump.machine;

import java.nio.file.Path;
import java.util.List;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.Exit;
import org.kjump.machine.cpu.PortSpace;

/**
 * A PC in a folder: memory, processor, devices, disks. All the state there is lies in the folder; whoever opens it acts
 * on a copy in memory and commits all of it or nothing.
 */
public final class Machine implements AutoCloseable {
    private Machine() {}

    /** Makes a machine, switched off. */
    public static Machine create(Path folder, MachineConfig config) {
        throw new MachineException("not yet");
    }

    /** @throws MachineException if there is no machine, or a process is using it: "in use by pid N" */
    public static Machine open(Path folder) {
        throw new MachineException("not yet");
    }

    public Path folder() {
        throw new MachineException("not yet");
    }

    public Ram ram() {
        throw new MachineException("not yet");
    }

    public CpuState cpu() {
        throw new MachineException("not yet");
    }

    public PortSpace ports() {
        throw new MachineException("not yet");
    }

    /** The firmware's memory map, sorted. */
    public List<E820Entry> e820() {
        throw new MachineException("not yet");
    }

    /** The folder that is the file system of a partition, such as {@code hda1}. */
    public Path partition(String name) {
        throw new MachineException("not yet");
    }

    /** Names of the partitions, sorted. */
    public List<String> partitions() {
        throw new MachineException("not yet");
    }

    /** Where the serial line's bytes go from now on; nowhere until it is called. */
    public void connectSerial(Appendable console) {
        throw new MachineException("not yet");
    }

    /** True from power-on to power-off. */
    public boolean poweredOn() {
        throw new MachineException("not yet");
    }

    /** RAM zero, processor and devices as after reset. */
    public void powerOn() {
        throw new MachineException("not yet");
    }

    /** RAM, processor and devices lose their contents; disks keep theirs. */
    public void powerOff() {
        throw new MachineException("not yet");
    }

    /** Lets the processor execute. */
    public Exit run() {
        throw new MachineException("not yet");
    }

    /** Puts RAM, registers and power into the folder, atomically. */
    public void commit() {
        throw new MachineException("not yet");
    }

    /** Lets go of the folder. What was not committed is lost. */
    @Override
    public void close() {}
}
