/** The port to a kernel, and a simulated i386 machine and kernel behind it. */
module org.kjump.syscall {
    requires transitive org.kjump.vmcore;
    requires static transitive org.jspecify;
    requires info.picocli;
    requires org.apache.commons.compress;

    exports org.kjump.syscall;
    exports org.kjump.machine;

    uses org.kjump.syscall.SyscallsProvider;
}
