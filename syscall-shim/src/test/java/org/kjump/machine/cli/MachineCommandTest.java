package org.kjump.machine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.machine.Machine;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.cpu.SegmentRegister;

/** The command as people and scripts call it. */
class MachineCommandTest {
    @TempDir
    Path folder;

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void create() {
        assertThat(machine("create", "m", "--memory", "0x1000000").status()).isZero();
    }

    private Result machine(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = MachineMain.run(
                arguments,
                Map.of("KJUMP_MACHINE", "m"),
                folder,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void statusTellsEveryRegisterAsJson() {
        try (Machine machine = Machine.open(folder.resolve("m"))) {
            machine.powerOn();
            machine.cpu().general[CpuState.EDI] = 0xfedcba98;
            machine.cpu().idtLimit = 0x7ff;
            machine.cpu().debug[7] = 0x400;
            machine.cpu().segments[CpuState.GS] = new SegmentRegister(0x2b, 0xc0001000, 0xfff, 0x4093);
            machine.ports().out(0x3fb, 1, 0x1b);
            machine.commit();
        }
        JsonReader json = JsonReader.parse(machine("status", "--json").out());
        assertThat(json.get("power")).isEqualTo(true);
        assertThat(json.get("memory")).isEqualTo(0x1000000L);
        assertThat(json.get("cpu", "registers", "edi")).isEqualTo(0xfedcba98L);
        assertThat(json.get("cpu", "registers", "idtr_limit")).isEqualTo(0x7ffL);
        assertThat(json.get("cpu", "registers", "dr7")).isEqualTo(0x400L);
        assertThat(json.get("cpu", "segments", "gs", "base")).isEqualTo(0xc0001000L);
        assertThat(json.get("devices", "uart", "lcr")).isEqualTo(0x1bL);
        assertThat(json.get("disks", "0", "name")).isEqualTo("hda1");
        assertThat(json.get("e820", "3", "end")).isEqualTo(0x1000000L);
    }

    @Test
    void textInJsonIsEscaped() {
        String json = new JsonObject().put("a\"b", "\\ \n \u0001 \ud83d ä").toString();
        assertThat(json).isEqualTo("{\"a\\\"b\":\"\\\\ \\u000a \\u0001 \\ud83d ä\"}");
        assertThat(JsonReader.parse(json).get("a\"b")).isEqualTo("\\ \n \u0001 \ud83d ä");
    }

    @Test
    void pokedBytesArePeeked() {
        assertThat(machine("poke", "1M", "de ad BE ef").status()).isZero();
        assertThat(machine("peek", "0x0ffffe", "8").out()).isEqualTo("000ffffe  00 00 de ad be ef 00 00\n");
        assertThat(machine("peek", "0xfffffc", "4").status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1, peek -1 4",
        "1, peek 0xffffffffffffffff 4",
        "1, peek 0 9223372036854775807",
        "1, peek 0xfffffd 4",
        "1, peek x 4",
        "1, poke 0 abc",
        "1, poke 0x1000000 00",
        "1, create m",
        "1, create n --memory 999999999999G",
        "1, create n --memory 9000000001G",
        "1, create n --memory -5",
        "1, create n --memory 7M",
        "1, --machine nowhere status",
        "1, --machine m/lock status",
        "1, tasks",
        "1, memory --json",
        "1, tick -3",
        "1, boot --kernel nothing",
        "1, partition add ../x 5M",
        "1, partition add hda1 5M",
        "1, cat /proc/cmdline",
        "1, build-kernel --config nothing --output k",
        "2, tick many",
        "2, peek",
        "2, status --nothing",
        "2, nothing",
    })
    void whatCannotBeIsOneLine(int status, String arguments) {
        Result result = machine(arguments.split(" "));
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.err()).hasLineCount(1).startsWith("machine: ");
        assertThat(result.err()).doesNotContain("Exception");
        assertThat(Files.exists(folder.resolve("n"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create",
                "status",
                "poweroff",
                "peek",
                "poke",
                "partition",
                "build-kernel",
                "build-rootfs",
                "boot",
                "tick",
                "tasks",
                "memory",
                "dmesg",
                "cat",
                "cp"
            })
    void everyCommandHasHelpAndAPlaceInTheManPage(String command) throws IOException {
        Result result = machine(command, "--help");
        assertThat(result.status()).isZero();
        assertThat(result.out()).startsWith("Usage: machine " + command + " ");
        Path root = Path.of(System.getProperty("kjump.root", ".."));
        assertThat(Files.readString(root.resolve("docs/man/machine.1"))).contains("\\fB" + command.replace("-", "\\-"));
    }

    @Test
    void aMachineInUseIsSaidToBe() {
        try (Machine open = Machine.open(folder.resolve("m"))) {
            assertThat(open.poweredOn()).isFalse();
            assertThat(machine("status").err())
                    .isEqualTo("machine: %s: in use by pid %d%n"
                            .formatted(
                                    folder.resolve("m"), ProcessHandle.current().pid()));
        }
    }

    @Test
    void codeThatNeverEndsIsStopped() {
        try (Machine machine = Machine.open(folder.resolve("m"))) {
            machine.powerOn();
            machine.ram().setU16(0x1000, 0xfeeb); // jmp .
            machine.cpu().eip = 0x1000;
            assertThat(machine.run().getClass().getSimpleName()).isEqualTo("Spinning");
            assertThat(machine.patience()).isEqualTo(0x80000000L + 64 * 0x1000000L);
        }
    }

    @Test
    void aDamagedConfigurationIsOneLine() throws IOException {
        for (String text :
                List.of("", "memory=x\n", "memory=99999999999999999999\n", "memory=-1\n", "memory=\\u00zz\n")) {
            Files.writeString(folder.resolve("m/machine.properties"), text);
            Result result = machine("status");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err()).hasLineCount(1);
        }
    }
}
