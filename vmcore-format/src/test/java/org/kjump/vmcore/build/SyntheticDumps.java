package org.kjump.vmcore.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** Writes the dumps of {@link Kernels#all()} as files, for the C tools to read: {@code scripts/oracle/golden-kernels} runs it. */
public final class SyntheticDumps {
    private SyntheticDumps() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Map.Entry<String, Supplier<DumpBuilder>> kernel : Kernels.all().entrySet()) {
            Files.write(folder.resolve(kernel.getKey()), kernel.getValue().get().bytes());
        }
    }
}
