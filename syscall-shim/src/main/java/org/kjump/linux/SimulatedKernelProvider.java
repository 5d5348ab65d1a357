package org.kjump.linux;

import java.nio.file.Path;
import org.kjump.linux.fs.Namespace;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
import org.kjump.machine.MachineException;
import org.kjump.syscall.Errno;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.ProcessGoneException.Ending;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.SyscallsProvider;

/** Starts programs on the kernel that runs on a simulated machine. */
public final class SimulatedKernelProvider implements SyscallsProvider {
    @Override
    public Syscalls exec(Path folder, String program, Path workingDirectory, Appendable console) {
        Machine machine;
        try {
            machine = Machine.open(folder);
        } catch (MachineException e) {
            throw new ProcessGoneException(Ending.STOPPED, e.getMessage() + "");
        }
        try {
            machine.connectSerial(console);
            KernelView kernel = KernelView.running(machine).orElseThrow(() -> noKernel(machine));
            Namespace files = new Namespace(kernel, Namespace.workingDirectory(kernel, workingDirectory));
            if (!files.hasProgram(program)) {
                throw new SyscallException("execve(\"" + program + "\")", Errno.ENOENT);
            }
            return new SimulatedKernel(machine, kernel, files);
        } catch (RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    private static ProcessGoneException noKernel(Machine machine) {
        String why = machine.poweredOn() ? "has stopped" : "is switched off";
        return new ProcessGoneException(
                Ending.STOPPED, "%s: the machine %s; no kernel runs".formatted(machine.folder(), why));
    }
}
