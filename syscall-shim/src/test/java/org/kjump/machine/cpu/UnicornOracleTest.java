package org.kjump.machine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.machine.device.Board;
import org.kjump.machine.memory.Ram;

/**
 * Random code leaves the same registers, flags and memory on our processor and on libunicorn, and the same exception
 * where it faults. {@code scripts/oracle/install} gets libunicorn; {@code -Dkjump.excludedGroups= -Dkjump.groups=oracle}
 * runs it.
 */
@Tag("oracle")
class UnicornOracleTest {
    private static final int PIECES = 4000;
    /** Every piece has a place of its own. */
    private static final int CODE = 0x100000;

    private static final int CODE_BYTES = 0x400;
    private static final int STACK = 0x32000;
    private static final int[] AREAS = {0x20000, 0x30000};
    private static final int AREA_BYTES = 0x4000;

    @TempDir
    Path folder;

    /** A piece of code and what the registers hold before it. */
    private record Piece(int address, byte[] code, int eflags, int[] general) {
        static Piece random(int address, Random random, int instructions) {
            int[] general = random.ints(8).toArray();
            general[CpuState.ESP] = STACK;
            int eflags = random.nextInt() & Flags.ARITHMETIC | 2;
            return new Piece(address, RandomCode.of(random, instructions), eflags, general);
        }

        String line() {
            StringBuilder line = new StringBuilder(
                    "%x %s %x".formatted(address, HexFormat.of().formatHex(code), eflags));
            for (int register : general) {
                line.append(' ').append(Integer.toHexString(register));
            }
            return line.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomCodeLeavesWhatItLeavesOnUnicorn(long seed) throws IOException, InterruptedException {
        Random random = new Random(seed);
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            pieces.add(Piece.random(CODE + i * CODE_BYTES, random, i % 2 == 0 ? 1 : 12));
        }
        List<String> expected = unicorn(pieces);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            String ours = ours(pieces.get(i));
            if (!ours.equals(expected.get(i))) {
                differences.add(
                        "%n%s%nunicorn %s%nours    %s".formatted(pieces.get(i).line(), expected.get(i), ours));
            }
        }
        assertThat(differences).as("seed %d", seed).isEmpty();
    }

    private List<String> unicorn(List<Piece> pieces) throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("kjump.root", ".."), "scripts", "oracle", "unicorn.py");
        Path input = folder.resolve("pieces");
        Files.write(input, pieces.stream().map(Piece::line).toList());
        Process process = new ProcessBuilder("/usr/bin/python3", script.toString())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
            lines = reader.lines().toList();
        }
        boolean installed = process.waitFor() == 0;
        Assumptions.assumeTrue(
                installed, () -> "skipped: no libunicorn; see scripts/oracle/install: " + String.join(" ", lines));
        return lines;
    }

    private static String ours(Piece piece) {
        Ram ram = new Ram(1 << 24);
        for (int area : AREAS) {
            for (int i = 0; i < AREA_BYTES; i++) {
                ram.setU8(area + i, i * 7);
            }
        }
        byte[] code = piece.code();
        ram.write(piece.address(), ByteBuffer.wrap(code));
        ram.setU8(piece.address() + code.length, 0xf4); // hlt
        CpuState state = new CpuState();
        System.arraycopy(piece.general(), 0, state.general, 0, 8);
        state.eflags = piece.eflags();
        state.eip = piece.address();
        Exit exit = new Processor(ram, new Board(), state).run(10_000);
        String ending = "-";
        if (exit instanceof Exit.Halted) {
            state.eip--;
        } else {
            ending = exit instanceof Exit.TripleFault fault && fault.report().contains("#DE") ? "0" : exit.toString();
        }
        StringBuilder line = new StringBuilder("%x %x ".formatted(state.eip, state.eflags));
        for (int register = 0; register < 8; register++) {
            line.append("%x ".formatted(state.general[register]));
        }
        CRC32 sum = new CRC32();
        for (int area : AREAS) {
            ByteBuffer bytes = ByteBuffer.allocate(AREA_BYTES);
            ram.read(area, bytes);
            sum.update(bytes.array());
        }
        return line + "%s %x".formatted(ending, sum.getValue());
    }
}
