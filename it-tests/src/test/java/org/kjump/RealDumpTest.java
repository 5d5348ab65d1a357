package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.kjump.Lab.Said;
import org.kjump.vmcore.Samples;

/** The dump of a real Linux 6.1 that jumped; where it is on this machine. */
class RealDumpTest {
    private static Lab booted(FileSystem files, String memory) throws IOException {
        Lab lab = RecipeOnJimfsTest.lab(files);
        lab.machine("create", lab.machineFolder().toString(), "--memory", memory)
                .succeeded();
        Path root = lab.partition("hda1");
        Files.createDirectories(root.resolve("boot"));
        lab.machine("build-kernel", "--config", "/lab/config", "--output", root.resolve("boot/bzImage") + "")
                .succeeded();
        lab.machine("build-rootfs", "--output", root.resolve("rootfs.gz").toString())
                .succeeded();
        lab.machine("boot", "--kernel", "/boot/bzImage", "--initrd", root.resolve("rootfs.gz") + "")
                .succeeded();
        return lab;
    }

    private static Said load(Lab lab, Path dump) throws IOException {
        lab.machine("partition", "add", "hda2", "128M").succeeded();
        Files.copy(dump, lab.partition("hda2").resolve("dump.elf"));
        return lab.kexec(lab.partition("hda2"), "-d", "-l", "--args-none", "--entry=0x01c000d7", "dump.elf");
    }

    /** Entry, flags and segments as a patched kexec 2.0.25 printed them on the real machine of 192 MiB; the low load there was cut by hand. */
    @Test
    void itIsLoadedAsTheLaboratoryLoadedIt() throws IOException {
        Path dump = Samples.dump("i386-jump", "dump.elf");
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Said said = load(booted(files, "192M"), dump).succeeded();
            assertThat(said.err())
                    .contains("kexec_load: entry = 0x1c000d7 flags = 0x0\nnr_segments = 2\n")
                    .contains("segment[0].mem   = 0x1000\nsegment[0].memsz = 0x9e000\n")
                    .contains("segment[1].mem   = 0x1000000\nsegment[1].memsz = 0x3000000\n");
        }
    }

    @Test
    void aMachineOfLessMemoryRefusesIt() throws IOException {
        Path dump = Samples.dump("i386-jump", "dump.elf");
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Lab lab = booted(files, "48M");
            Said said = load(lab, dump).failed(1);
            assertThat(said.err()).contains("Invalid memory segment 0x1000000 - 0x3ffffff");
            assertThat(lab.guest(lab.partition("hda2"), "cat", "/sys/kernel/kexec_loaded")
                            .out())
                    .isEqualTo("0\n");
        }
    }
}
