/** The port to a kernel, and a simulated i386 machine and kernel behind it. */
module org.kjump.syscall {
    requires transitive org.kjump.vmcore;
    requires static transitive org.jspecify;
    requires info.picocli;
    requires org.apache.commons.compress;

    exports org.kjump.syscall;
    exports org.kjump.machine;
    exports org.kjump.machine.cpu;
    exports org.kjump.machine.memory;
    exports org.kjump.machine.device;
    exports org.kjump.linux;

    opens org.kjump.machine.cli to
            info.picocli;

    uses org.kjump.syscall.SyscallsProvider;

    provides org.kjump.syscall.SyscallsProvider with
            org.kjump.linux.SimulatedKernelProvider;
}
