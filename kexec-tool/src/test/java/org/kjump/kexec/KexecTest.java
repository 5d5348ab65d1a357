package org.kjump.kexec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.kexec.SmallFiles.Load;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.UserBuffer;

/** Texts and exit statuses are those of kexec-tools 2.0.32, seen in its source and in runs of 2.0.25. */
class KexecTest {
    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HostedSyscalls syscalls = new HostedSyscalls(Path.of(""));

    @BeforeEach
    void aMachineWithAKernel() {
        syscalls = new HostedSyscalls(root);
        text("proc/iomem", "00000000-0009fbff : System RAM\n00100000-03ffffff : System RAM\n");
        text("proc/cmdline", "BOOT_IMAGE=/boot/bzImage root=/dev/hda1 crashkernel=16M@32M quiet\n");
        text("proc/meminfo", "MemTotal:        61440 kB\n");
        text("sys/kernel/kexec_loaded", "0\n");
        text("sys/kernel/kexec_crash_loaded", "0\n");
        syscalls.write("boot/bzImage", SmallFiles.bzImage(0x8000));
        syscalls.write("rootfs.gz", SmallFiles.gzip(SmallFiles.cpio()));
        syscalls.write("payload", SmallFiles.elf(2, 0x1800000, List.of(new Load(0x1800000, 16, 16))));
    }

    private void text(String name, String content) {
        syscalls.write(name, content.getBytes(StandardCharsets.US_ASCII));
    }

    private int kexec(String line) {
        String[] words = Arrays.stream(line.trim().split(" +"))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
        return Kexec.run(words, syscalls, new PrintStream(out), new PrintStream(err));
    }

    private String message() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--load-preserve-context /boot/bzImage --mem-min=0x100000 --mem-max=0xffffff --initrd=rootfs.gz",
                "--initrd rootfs.gz --mem-max 0xffffff --load-preserve-context --mem-min 0x100000 /boot/bzImage",
                "-c --load-pres /boot/bzImage --mem-mi=1048576 --mem-ma=077777777 --ramdisk=rootfs.gz",
                "-p --load-preserve-context --mem-max=5 --mem-max=0xffffff -tbzImage --initrd=gone --initrd=rootfs.gz /boot/bzImage",
            })
    void theSeedsLineLoadsHoweverItIsWritten(String line) {
        assertThat(kexec(line)).as(message()).isZero();
        assertThat(syscalls.flags()).isEqualTo(2);
        assertThat(syscalls.loaded()).hasSizeBetween(6, 16);
        assertThat(message() + said()).isEmpty();
    }

    /** Files that a row of the table below names. */
    private void damagedFiles() {
        byte[] kernel = SmallFiles.bzImage(0x8000);
        byte[] initrd = SmallFiles.gzip(SmallFiles.cpio());
        byte[] payload = SmallFiles.elf(2, 0x1800000, List.of(new Load(0x1800000, 0x100, 0x1000)));
        syscalls.write("empty", new byte[0]);
        text("words", "this is no kernel\n");
        syscalls.write("cut-in-setup", Arrays.copyOf(kernel, 0x900));
        syscalls.write("cut-in-payload", Arrays.copyOf(kernel, kernel.length - 16));
        syscalls.write("cut-in-header", Arrays.copyOf(kernel, 1000));
        byte[] low = kernel.clone();
        low[0x211] = 0;
        syscalls.write("zImage", low);
        syscalls.write("cut.gz", Arrays.copyOf(initrd, initrd.length - 9));
        syscalls.write("no-cpio.gz", SmallFiles.gzip(new byte[1000]));
        byte[] archive = SmallFiles.cpio();
        syscalls.write("cut.cpio", Arrays.copyOf(archive, archive.length - 130));
        syscalls.write("cut-elf", Arrays.copyOf(payload, payload.length - 1));
        byte[] foreign = payload.clone();
        foreign[18] = 62;
        syscalls.write("x86_64-elf", foreign);
        byte[] odd = payload.clone();
        odd[40] = 53;
        syscalls.write("odd-elf", odd);
        byte[] interpreted = payload.clone();
        interpreted[52] = 3;
        syscalls.write("interpreted-elf", interpreted);
        syscalls.write("unaligned-elf", SmallFiles.elf(2, 0x1800010, List.of(new Load(0x1800010, 16, 16))));
        syscalls.write("high-elf", SmallFiles.elf(2, 0x5000000, List.of(new Load(0x5000000, 16, 16))));
        syscalls.write(
                "twice-elf",
                SmallFiles.elf(2, 0x1800000, List.of(new Load(0x1800000, 16, 0x2000), new Load(0x1801000, 16, 16))));
        Load[] seventeen = new Load[17];
        Arrays.setAll(seventeen, i -> new Load(0x1800000 + i * 0x2000L, 16, 16));
        syscalls.write("seventeen-elf", SmallFiles.elf(2, 0x1800000, List.of(seventeen)));
        syscalls.write("core", SmallFiles.elf(4, 0, List.of(new Load(0x100000, 0x1000, 0x3000))));
        syscalls.write("foreign-core", SmallFiles.elf(4, 0, List.of(new Load(0x3fff000, 0x1000, 0x3000))));
        text("kdump", "KDUMP   and more");
        text("flattened", "makedumpfile\0 and more");
        syscalls.write("dir/file", new byte[1]);
    }

    /** Line, exit status, and what standard error says; nothing is loaded, and there is no stack trace. */
    @ParameterizedTest(name = "kexec {0}")
    @CsvSource(delimiter = '|', textBlock = """
            --nothing                                    |   1 | kexec: unrecognized option '--nothing'
            --nothing=3                                  |   1 | kexec: unrecognized option '--nothing=3'
            -Z                                           |   1 | kexec: invalid option -- 'Z'
            -dlZ /boot/bzImage                           |   1 | kexec: invalid option -- 'Z'
            --lo /boot/bzImage                           |   1 | kexec: option '--lo' is ambiguous; possibilities: '--load'
            --load=x /boot/bzImage                       |   1 | kexec: option '--load' doesn't allow an argument
            -l /boot/bzImage --mem-min                   |   1 | kexec: option '--mem-min' requires an argument
            -l /boot/bzImage --app                       |   1 | kexec: option '--append' requires an argument
            -l /boot/bzImage -t                          |   1 | kexec: option requires an argument -- 't'
            -l /boot/bzImage --mem-min=12x               |   1 | Bad option value in --mem-min=12x
            -l /boot/bzImage --mem-max=16M               |   1 | Bad option value in --mem-max=16M (bytes are expected, without K or M)
            -l /boot/bzImage --mem-max=-1                |   1 | Bad option value in --mem-max=-1
            -l /boot/bzImage --entry=#10                 |   1 | Bad option value in --entry=#10
            -l /boot/bzImage --entry=08                  |   1 | Bad option value in --entry=08
            -l /boot/bzImage --entry=0x                  |   1 | Bad option value in --entry=0x
            -l /boot/bzImage --mem-max=0x100000000       |   1 | Bad option value in --mem-max=0x100000000 (more than 32 bits)
            -l /boot/bzImage --mem-min=99999999999999999999 | 1 | Bad option value in --mem-min=99999999999999999999 (more than 32 bits)
            -l                                           | 255 | No kernel specified
            --                                           | 255 | No kernel specified
            -e -f                                        | 255 | No kernel specified
            -l /boot/bzImage quiet                       |   1 | kexec: one kernel is expected, '/boot/bzImage' and 'quiet' are given
            -l /nowhere                                  |   1 | Cannot open `/nowhere': No such file or directory
            -l -                                         |   1 | Cannot open `-': No such file or directory
            -l /empty                                    |   1 | Cannot read /empty
            -l /dir                                      |   1 | Read on /dir failed: Is a directory
            -l /words                                    | 255 | Cannot determine the file type of /words
            -l /rootfs.gz                                | 255 | Cannot determine the file type of /rootfs.gz: a cpio archive
            -l /cut.gz                                   |   1 | Read on /cut.gz failed: damaged gzip
            -l /cut-in-header                            | 255 | Cannot determine the file type of /cut-in-header
            -l /cut-in-setup                             | 255 | BzImage truncated?;Cannot load /cut-in-setup;2560 bytes expected;2304
            -l /cut-in-payload                           | 255 | BzImage truncated?;Cannot load /cut-in-payload;0x8000;0x7ff0
            -l /zImage                                   | 255 | Cannot determine the file type of /zImage: a zImage
            -l /kdump                                    | 255 | Cannot determine the file type of /kdump;makedumpfile -E
            -l /flattened                                | 255 | Cannot determine the file type of /flattened;makedumpfile -R
            -l /cut-elf                                  | 255 | Cannot determine the file type of /cut-elf;0x100 bytes expected at offset 0x54
            -l /x86_64-elf                               | 255 | Cannot determine the file type of /x86_64-elf: ELF e_machine: 3 (i386) expected, 62 found
            -l /odd-elf                                  | 255 | Cannot determine the file type of /odd-elf: ELF e_ehsize: 52 expected, 53 found
            -l /interpreted-elf                          | 255 | Requires an ELF interpreter
            -l --args-none /unaligned-elf                |   1 | Base address: 0x1800010 is not page aligned
            -l --args-none /high-elf                     |   1 | Invalid memory segment 0x5000000 - 0x5000fff
            -l --args-none /twice-elf                    | 255 | Overlapping memory segments at 0x1801000
            -l --args-none /seventeen-elf                | 255 | kernel segment limit reached;at most 16;17 needed
            -l --args-none /payload --mem-max=0x17fffff  |   1 | Invalid memory segment 0x1800000 - 0x1800fff
            -l --args-none /payload --entry=0x1900000    |   1 | entry 0x1900000 is in no segment
            -l /payload --initrd=/rootfs.gz              |   1 | Ramdisks not supported with generic elf arguments
            -l /core --entry=0x100000                    |   1 | give --args-none
            -l --args-none /core                         |   1 | /core: a dump is resumed at its jump back entry: give --entry
            -l --args-none --entry= /core                |   1 | /core: a dump is resumed at its jump back entry: give --entry
            -l --args-none --entry=0 /core               |   1 | /core: jump-back entry 0x0
            -l --args-none --entry=0x100010 /core        |   1 | /core: no control page of a jump at entry 0x100010
            -l --args-none --entry=0x3000000 /core       |   1 | /core: jump-back entry 0x3000000: the dump has no page there
            -l --args-none --entry=0x100000 /foreign-core |  1 | Invalid memory segment 0x3fff000 - 0x4001fff;0x4000000
            --load-preserve-context --mem-max=0xffffff --args-none --entry=0x100000 /core | 1 | a dump takes the machine over
            -l /boot/bzImage -t elf-x86                  | 255 | Wrong file type elf-x86, file matches type bzImage
            -l /boot/bzImage --type=nbi-x86              | 255 | Wrong file type nbi-x86, file matches type bzImage
            -l /boot/bzImage -ta.out                     | 255 | Unsupported kernel type a.out
            -l /boot/bzImage --initrd=/gone              |   1 | Cannot open `/gone': No such file or directory
            -l /boot/bzImage --initrd=/empty             |   1 | Cannot read /empty
            -l /boot/bzImage --initrd=/words             | 255 | Cannot determine the file type of /words: as initrd: a cpio archive
            -l /boot/bzImage --initrd=/cut.gz            | 255 | Cannot determine the file type of /cut.gz: as initrd
            -l /boot/bzImage --initrd=/no-cpio.gz        | 255 | Cannot determine the file type of /no-cpio.gz: as initrd: damaged cpio
            -l /boot/bzImage --initrd=/cut.cpio          | 255 | Cannot determine the file type of /cut.cpio: as initrd: truncated?
            --load-preserve-context /boot/bzImage        |   1 | Please specify memory range used by kexeced kernel;to preserve the context of original kernel with ;"--mem-max" parameter
            --load-preserve-context /boot/bzImage --mem-max=0x2000 | 255 | Too small mem_max: 0x2000.;Cannot load /boot/bzImage
            -l /boot/bzImage --mem-min=0x200000 --mem-max=0x1fffff | 255 | Too small mem_max: 0x1fffff.;Cannot load /boot/bzImage
            --load-preserve-context /boot/bzImage --mem-max=0x10ffff | 1 | Could not find a free area of memory of;locate_hole failed;too small
            --load-preserve-context /boot/bzImage --mem-max=0xffffff --initrd=/large.cpio | 1 | Could not find a free area of memory of;locate_hole failed;too small
            --load-preserve-context /boot/bzImage --mem-max=0x4ffffff | 1 | Invalid memory segment 0x100000 - 0x4ffffff
            --load-preserve-context /boot/bzImage --mem-max=0xffffff -s | 1 | --load-preserve-context not supported with kexec_file_load
            --load-jump-back-helper --entry=1 -s         |   1 | --load-jump-back-helper not supported with kexec_file_load
            -l /boot/bzImage -s                          | 253 | syscall kexec_file_load not available.
            --load-jump-back-helper                      | 255 | Please specify jump back entry in command line
            -p /boot/bzImage                             |   1 | Memory for crashkernel is not reserved;Please reserve memory by passing"crashkernel=Y@X" parameter to kernel;Then try to loading kdump kernel
            -l /boot/bzImage --real-mode                 |   1 | --real-mode is not supported
            -p /boot/bzImage --real-mode                 | 255 | Can't use bzImage for crash dump purposes with real mode entry
            -l /boot/bzImage --module=x                  |   1 | kexec: --module is not supported: multiboot
            -l /boot/bzImage --console-vga               |   1 | kexec: --console-vga is not supported
            -l /boot/bzImage --serial=ttyS9              | 255 | Bad serial port base 'ttyS9'
            -l /boot/bzImage --serial-baud=9601          | 255 | Bad serial port baud rate '9601'
            -l /boot/bzImage --reuseinitrd               |   1 | unrecoverable error: current boot didn't retain the initrd for reuse.
            -e --append=quiet                            |   1 | kexec: --append is for loading a kernel
            -u --initrd=/rootfs.gz                       |   1 | kexec: --initrd is for loading a kernel
            -e                                           |   1 | Nothing has been loaded!
            """)
    void badInputIsOneClearErrorAndNothingIsLoaded(String line, int status, String texts) {
        damagedFiles();
        if (line.contains("/large.cpio")) {
            syscalls.write("large.cpio", Arrays.copyOf(SmallFiles.cpio(), 20 << 20));
        }
        assertThat(kexec(line)).as(message()).isEqualTo(status);
        for (String text : texts.split(";(?! )")) {
            assertThat(message()).contains(text);
        }
        assertThat(message()).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(message().lines().count()).isLessThanOrEqualTo(3);
        assertThat(syscalls.calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nothing", "-l --mem-min", "-l /boot/bzImage --entry=x", "-l", "-e --append=x"})
    void aMistakeInTheLineIsFollowedByTheUsageOnStandardOutput(String line) {
        assertThat(kexec(line)).isNotZero();
        assertThat(said()).contains("Usage: kexec [OPTION]... [kernel]");
        assertThat(message()).hasLineCount(1);
    }

    @Test
    void theFirstThingInTheLineThatEndsTheCommandWins() {
        assertThat(kexec("-h --nothing")).isZero();
        assertThat(kexec("--vers --mem-min")).isZero();
        assertThat(kexec("-?")).isEqualTo(1);
        assertThat(kexec("--nothing -h")).isEqualTo(1);
        assertThat(message()).hasLineCount(1);
        assertThat(said()).contains("kexec-tools");
    }

    @Test
    void everyOptionIsInTheUsage() {
        assertThat(kexec("--help")).isZero();
        for (Option option : Option.values()) {
            option.names().forEach(name -> assertThat(said()).contains("--" + name));
        }
        assertThat(message()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, -S,0",
        "1, 0, -S,1",
        "1, 0, -S -l,1",
        "1, 0, --stat --load-preserve-context --mem-max=0xffffff,1",
        "0, 1, -S,1",
        "0, 1, -S -l,0",
        "1, 1, -Sl /nowhere -u,1",
    })
    void theStatusIsOneIfAKernelIsLoaded(int normal, int crash, String line, int status) {
        text("sys/kernel/kexec_loaded", normal + "\n");
        text("sys/kernel/kexec_crash_loaded", crash + "\n");
        assertThat(kexec(line)).as(message()).isEqualTo(status);
        assertThat(message() + said()).isEmpty();
        assertThat(syscalls.calls()).isZero();
    }

    @Test
    void ofTwoModesTheLastWins() {
        text("sys/kernel/kexec_loaded", "1\n");
        assertThat(kexec("-l -e")).isZero();
        assertThat(syscalls.loaded()).isEmpty();
        assertThat(syscalls.calls()).as("reboot only").isEqualTo(1);
        assertThat(kexec("-e -l --args-none /payload")).isZero();
        assertThat(syscalls.calls()).as("kexec_load only").isEqualTo(2);
        assertThat(syscalls.loaded()).hasSize(1);
    }

    @Test
    void withoutAModeTheKernelIsLoadedAndShutdownIsDue() {
        text("sys/kernel/kexec_loaded", "1\n");
        assertThat(kexec("--args-none /payload")).isEqualTo(255);
        assertThat(message()).contains("shutdown: No such file or directory");
        assertThat(syscalls.loaded()).hasSize(1);
    }

    @Test
    void theHelperIsAnImageWithoutPages() {
        assertThat(kexec("--load-jump-back-helper --entry=0x1c000d7"))
                .as(message())
                .isZero();
        assertThat(syscalls.entry()).isEqualTo(0x1c000d7);
        assertThat(syscalls.flags()).isEqualTo(2);
        assertThat(syscalls.loaded()).hasSize(1);
        assertThat(syscalls.loaded().get(0).memsz()).isZero();
        text("sys/kernel/kexec_loaded", "1\n");
        assertThat(kexec("--load-jump-back-helper --entry=0x1c000d7")).isEqualTo(255);
        assertThat(message()).contains("There is kexec kernel loaded, make sure you are in kexeced kernel.");
    }

    @Test
    void theEntryZeroCanBeGiven() {
        syscalls.write("zero", SmallFiles.elf(2, 0x1234, List.of(new Load(0, 16, 16))));
        assertThat(kexec("-l --args-none --entry=0 /zero")).as(message()).isZero();
        assertThat(syscalls.entry()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "ppc64le", "mips"})
    void anotherMachineIsRefused(String machine) {
        syscalls = new HostedSyscalls(root, "2.6.27", machine);
        assertThat(kexec("-l /boot/bzImage")).isEqualTo(255);
        assertThat(message()).isEqualTo("Unsupported machine type: %s%n".formatted(machine));
    }

    @Test
    void aMapThatAnUnprivilegedUserSeesIsRefused() {
        text("proc/iomem", "00000000-00000000 : System RAM\n00000000-00000000 : Reserved\n");
        assertThat(kexec("-l /boot/bzImage")).isEqualTo(255);
        assertThat(message()).contains("Could not get memory layout").hasLineCount(1);
    }

    /** A dump of 9000 pages on a machine of 15360; only kernels since 4.7 refuse that. */
    @ParameterizedTest
    @CsvSource({"2.6.27, false", "4.6.1, false", "4.7.0, true", "6.1.192, true", "kjump, false"})
    void moreThanHalfOfMemoryIsSaidBeforeAKernelRefusesIt(String release, boolean warned) {
        syscalls = new HostedSyscalls(root, release, "i686");
        syscalls.write("half", SmallFiles.elf(2, 0x400000, List.of(new Load(0x400000, 1, 9000 * 0x1000L))));
        assertThat(kexec("-l --args-none /half")).as(message()).isZero();
        assertThat(message().contains("9000 pages") && message().contains("15360"))
                .isEqualTo(warned);
    }

    @Test
    void theRunningKernelsCommandLineIsReusedWithoutItsBootImage() {
        assertThat(kexec("-d -l /boot/bzImage --reuse-cmdline --append=single --append=debug"))
                .isZero();
        byte[] setup = new byte[4096 + 47 + 64];
        UserBuffer content = syscalls.loaded().stream()
                .filter(segment -> segment.mem() < 0xa0000)
                .map(KexecSegment::buf)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        content.copyFromUser(0, ByteBuffer.wrap(setup));
        assertThat(new String(setup, 4096, 47, StandardCharsets.US_ASCII))
                .startsWith("root=/dev/hda1 crashkernel=16M@32M quiet debug\0");
    }

    @Test
    void debugPrintsThePlanInTheCToolsWords() {
        assertThat(kexec("-d -l --args-none /payload")).isZero();
        assertThat(message()).isEqualTo("""
                        kernel: /payload kernel_size: 0x64
                        MEMORY RANGES
                        0000000000000000-000000000009fbff (0)
                        0000000000100000-0000000003ffffff (0)
                        kexec_load: entry = 0x1800000 flags = 0x0
                        nr_segments = 1
                        segment[0].buf   = program
                        segment[0].bufsz = 0x10
                        segment[0].mem   = 0x1800000
                        segment[0].memsz = 0x1000
                        """);
    }
}
