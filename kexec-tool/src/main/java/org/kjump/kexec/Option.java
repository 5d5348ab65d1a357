package org.kjump.kexec;

import java.util.List;
import java.util.Optional;

/** What the command line may say: kexec-tools 2.0.32 on i386, and {@code --machine}. */
enum Option {
    HELP('h', Argument.NONE, "help"),
    /** Its getopt code is that of an unknown option: usage, and exit status 1. */
    QUESTION('?', Argument.NONE),
    VERSION('v', Argument.NONE, "version"),
    DEBUG('d', Argument.NONE, "debug"),
    FORCE('f', Argument.NONE, "force"),
    NO_CHECKS('i', Argument.NONE, "no-checks"),
    NO_IFDOWN('x', Argument.NONE, "no-ifdown"),
    NO_SYNC('y', Argument.NONE, "no-sync"),
    LOAD('l', Argument.NONE, "load"),
    LOAD_PANIC('p', Argument.NONE, "load-panic"),
    UNLOAD('u', Argument.NONE, "unload"),
    EXEC('e', Argument.NONE, "exec"),
    TYPE('t', Argument.REQUIRED, "type"),
    KEXEC_FILE_SYSCALL('s', Argument.NONE, "kexec-file-syscall"),
    KEXEC_SYSCALL('c', Argument.NONE, "kexec-syscall"),
    KEXEC_SYSCALL_AUTO('a', Argument.NONE, "kexec-syscall-auto"),
    STATUS('S', Argument.NONE, "status"),
    MEM_MIN(Argument.REQUIRED, "mem-min"),
    MEM_MAX(Argument.REQUIRED, "mem-max"),
    ENTRY(Argument.REQUIRED, "entry"),
    LOAD_PRESERVE_CONTEXT(Argument.NONE, "load-preserve-context"),
    LOAD_JUMP_BACK_HELPER(Argument.NONE, "load-jump-back-helper"),
    REUSE_INITRD(Argument.NONE, "reuseinitrd"),
    PRINT_CKR_SIZE(Argument.NONE, "print-ckr-size"),
    MACHINE(Argument.REQUIRED, "machine"),

    APPEND(Argument.REQUIRED, "append", "command-line"),
    REUSE_COMMAND_LINE(Argument.NONE, "reuse-cmdline"),
    INITRD(Argument.REQUIRED, "initrd", "ramdisk"),
    ARGS_NONE(Argument.NONE, "args-none"),
    ARGS_ELF(Argument.NONE, "args-elf"),
    ARGS_LINUX(Argument.NONE, "args-linux"),
    REAL_MODE(Argument.NONE, "real-mode"),

    SERIAL(Argument.REQUIRED, "serial"),
    SERIAL_BAUD(Argument.REQUIRED, "serial-baud"),
    CONSOLE_SERIAL(Argument.NONE, "console-serial"),
    ELF32_CORE_HEADERS(Argument.NONE, "elf32-core-headers"),
    PASS_MEMMAP_CMDLINE(Argument.NONE, "pass-memmap-cmdline"),
    NO_EFI(Argument.NONE, "noefi"),

    RESET_VGA("there is no VGA to reset", Argument.NONE, "reset-vga"),
    CONSOLE_VGA("the purgatory writes to the serial line only", Argument.NONE, "console-vga"),
    ELF64_CORE_HEADERS("memory below 4 GiB is described by ELF32 headers", Argument.NONE, "elf64-core-headers"),
    REUSE_VIDEO_TYPE("the screen is handed over as text, 80 by 25", Argument.NONE, "reuse-video-type"),
    MODULE("multiboot images are not loaded", Argument.REQUIRED, "module"),
    DTB("i386 has no device tree", Argument.REQUIRED, "dtb"),
    FORCE_DTB("i386 has no device tree", Argument.NONE, "force-dtb"),
    HOTPLUG("i386 kernels do not update a loaded image", Argument.NONE, "hotplug"),
    NO_CMA("it is for kexec_file_load, which i386 has not", Argument.NONE, "no-cma"),
    LOAD_LIVE_UPDATE("it is for Xen", Argument.NONE, "load-live-update"),
    EXEC_LIVE_UPDATE("it is for Xen", Argument.NONE, "exec-live-update");

    enum Argument {
        NONE,
        REQUIRED
    }

    private static final char NO_LETTER = 0;

    private final char letter;
    private final Optional<String> refusal;
    private final Argument argument;

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives an immutable one
    private final List<String> names;

    Option(Argument argument, String... names) {
        this(NO_LETTER, Optional.empty(), argument, names);
    }

    Option(char letter, Argument argument, String... names) {
        this(letter, Optional.empty(), argument, names);
    }

    /** An option of the C tool that this program knows and refuses. */
    Option(String refusal, Argument argument, String... names) {
        this(NO_LETTER, Optional.of(refusal), argument, names);
    }

    Option(char letter, Optional<String> refusal, Argument argument, String[] names) {
        this.letter = letter;
        this.refusal = refusal;
        this.argument = argument;
        this.names = List.of(names);
    }

    Argument argument() {
        return argument;
    }

    /** Long names, without the hyphens. */
    List<String> names() {
        return names;
    }

    boolean isLetter(char name) {
        return letter == name;
    }

    /** Why this program does not do what the option asks for. */
    Optional<String> refusal() {
        return refusal;
    }

    /** Options of the C tool's image loaders: without something to load they are a mistake. */
    boolean isForLoading() {
        return switch (this) {
            case APPEND, REUSE_COMMAND_LINE, INITRD, ARGS_NONE, ARGS_ELF, ARGS_LINUX, REAL_MODE, MODULE, DTB -> true;
            default -> false;
        };
    }
}
