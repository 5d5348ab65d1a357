package org.kjump.vmcore.debug;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.kjump.vmcore.io.ByteSource;

/** The files that {@code src/test/resources/debug/make.sh} makes. */
public final class DebugFiles {
    private DebugFiles() {}

    public static byte[] bytes(String name) {
        try (InputStream file = Objects.requireNonNull(DebugFiles.class.getResourceAsStream("/debug/" + name))) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ByteSource source(String name) {
        return ByteSource.of(name, ByteBuffer.wrap(bytes(name)));
    }

    public static Vmlinux vmlinux(String name) {
        return new Vmlinux(source(name));
    }

    /** What the compiler says: key to number. */
    static Map<String, Long> expected(String name) {
        Map<String, Long> expected = new LinkedHashMap<>();
        text(name).lines().forEach(line -> {
            String[] parts = line.split("=");
            expected.put(parts[0], Long.parseLong(parts[1]));
        });
        return expected;
    }

    /** What {@code nm} says of a file: symbol to address. */
    public static Map<String, Long> symbols(String file) {
        Map<String, Long> symbols = new LinkedHashMap<>();
        text("symbols.txt")
                .lines()
                .map(line -> line.split(" "))
                .filter(parts -> parts[0].equals(file))
                .forEach(parts -> symbols.put(parts[1], Long.parseUnsignedLong(parts[2], 16)));
        return symbols;
    }

    /** The value of a key that must be there. */
    static long number(Map<String, Long> values, String key) {
        return Objects.requireNonNull(values.get(key), key);
    }

    private static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }
}
