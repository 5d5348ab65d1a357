package org.kjump.vmcore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.tukaani.xz.XZInputStream;

/** Dumps of real kernels, where this machine has them: {@code -Dkjump.samples=DIR}. They are not in the repository. */
public final class Samples {
    private Samples() {}

    /** The unpacked dump; the test is skipped, and says so, where there is none. */
    public static Path dump(String sample, String file) throws IOException {
        Path packed = folder(sample).resolve(file + ".xz");
        Path unpacked = Path.of("target", "samples", sample, file);
        if (!Files.exists(unpacked)) {
            Files.createDirectories(unpacked.getParent());
            Path aside =
                    unpacked.resolveSibling(file + "." + ProcessHandle.current().pid());
            try (InputStream in = new XZInputStream(Files.newInputStream(packed))) {
                Files.copy(in, aside, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(aside, unpacked, StandardCopyOption.ATOMIC_MOVE);
        }
        return unpacked;
    }

    private static Path folder(String sample) {
        Path folder = Path.of(System.getProperty("kjump.samples", "../shared/samples"))
                .resolve(sample);
        String missing = "skipped: no sample " + folder.toAbsolutePath().normalize() + " on this machine";
        if (Boolean.getBoolean("kjump.samples.required")) {
            Assertions.assertTrue(Files.isDirectory(folder), missing);
        }
        Assumptions.assumeTrue(Files.isDirectory(folder), missing);
        return folder;
    }

    /** A file of a sample that is not packed, as text. */
    public static String text(String sample, String file) throws IOException {
        return Files.readString(folder(sample).resolve(file));
    }

    /** A file of a sample that is not packed. */
    public static Path file(String sample, String file) {
        return folder(sample).resolve(file);
    }

    /** What the C tool kept at a level: column to value, level by level. */
    public static List<Map<String, String>> golden(String sample) throws IOException {
        List<String> lines = Files.readAllLines(folder(sample).resolve("golden.tsv"));
        String[] columns = lines.get(0).split("\t");
        return lines.stream()
                .skip(1)
                .map(line -> {
                    String[] cells = line.split("\t");
                    Map<String, String> row = new LinkedHashMap<>();
                    for (int i = 0; i < columns.length; i++) {
                        row.put(columns[i], cells[i]);
                    }
                    return row;
                })
                .toList();
    }
}
