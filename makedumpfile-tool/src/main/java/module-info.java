/** makedumpfile: filters dumps of kernels. */
module org.kjump.makedumpfile {
    requires org.kjump.vmcore;
    requires org.kjump.syscall;
    requires info.picocli;
    requires static org.jspecify;

    opens org.kjump.makedumpfile to
            info.picocli;

    uses org.kjump.syscall.SyscallsProvider;
}
