package org.kjump.kexec;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line as picocli fills it in. */
@Command(name = "kexec")
final class KexecOptions {
    @Option(names = {"-h", "-?", "--help"})
    boolean help;

    @Option(names = {"-v", "--version"})
    boolean version;

    @Option(names = {"-d", "--debug"})
    boolean debug;

    @Option(names = {"-l", "--load"})
    boolean load;

    @Option(names = {"-p", "--load-panic"})
    boolean panic;

    @Option(names = "--load-preserve-context")
    boolean preserveContext;

    @Option(names = "--load-jump-back-helper")
    boolean jumpBackHelper;

    @Option(names = {"-e", "--exec"})
    boolean exec;

    @Option(names = {"-u", "--unload"})
    boolean unload;

    @Option(names = {"-S", "--status"})
    boolean status;

    @Option(names = {"-f", "--force"})
    boolean force;

    @Option(names = {"-c", "--kexec-syscall"})
    boolean kexecSyscall;

    @Option(names = {"-a", "--kexec-syscall-auto"})
    boolean automatic;

    @Option(names = {"-s", "--kexec-file-syscall"})
    boolean fileSyscall;

    @Option(names = {"-i", "--no-checks"})
    boolean noChecks;

    @Option(names = {"-x", "--no-ifdown"})
    boolean noIfdown;

    @Option(names = {"-y", "--no-sync"})
    boolean noSync;

    @Option(names = {"-t", "--type"})
    @Nullable
    String type;

    @Option(names = "--mem-min")
    String memMin = "0";

    @Option(names = "--mem-max")
    @Nullable
    String memMax;

    @Option(names = "--entry")
    String entry = "0";

    @Option(names = {"--initrd", "--ramdisk"})
    @Nullable
    String initrd;

    @Option(names = {"--append", "--command-line"})
    String append = "";

    @Option(names = "--reuse-cmdline")
    boolean reuseCommandLine;

    @Option(names = "--args-none")
    boolean argsNone;

    @Option(names = {"--args-linux", "--args-elf"})
    boolean argsUnsupported;

    @Option(names = "--machine")
    @Nullable
    String machine;

    @Parameters(arity = "0..*")
    String[] kernel = {};
}
