package org.kjump.vmcore.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** How a C compiler lays structures out: {@code golden-layouts.tsv}, which {@code scripts/oracle/golden-layouts} makes with gcc. */
public final class GoldenLayouts {
    private GoldenLayouts() {}

    /**
     * Checks all members that {@code layout} has, and its size.
     *
     * @param abi {@code 32}, {@code 32-aligned} or {@code 64}: its first column
     * @param structure its name in the table
     */
    public static void assertIsTheCompilers(StructLayout layout, String abi, String structure) throws IOException {
        Map<String, Field> golden = new LinkedHashMap<>();
        try (InputStream in = GoldenLayouts.class.getResourceAsStream("/golden-layouts.tsv");
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.US_ASCII))) {
            reader.lines()
                    .map(line -> line.split("\t"))
                    .filter(line -> line[0].equals(abi) && line[1].equals(structure))
                    .map(line -> new Field(line[2], Integer.parseInt(line[3]), Integer.parseInt(line[4])))
                    .forEach(field -> golden.put(field.name(), field));
        }
        Field size = Objects.requireNonNull(golden.remove("sizeof"), structure);
        assertThat(layout.size()).as("sizeof %s", structure).isEqualTo(size.length());
        assertThat(layout.fields()).as(structure).isNotEmpty().isSubsetOf(golden.values());
    }
}
