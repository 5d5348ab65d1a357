/** kexec: loads kernels and jumps into them. */
module org.kjump.kexec {
    requires org.kjump.vmcore;
    requires org.kjump.syscall;
    requires static org.jspecify;

    exports org.kjump.kexec;

    uses org.kjump.syscall.SyscallsProvider;
}
