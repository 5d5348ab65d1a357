package org.kjump.vmcore.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes the seeds of every format: {@code FOLDER/elf/0} and so on. */
public final class SeedFolders {
    private SeedFolders() {}

    public static void main(String[] arguments) throws IOException {
        for (Map.Entry<String, Format> format : Format.all().entrySet()) {
            Path folder = Path.of(arguments[0]).resolve(format.getKey());
            Files.createDirectories(folder);
            List<byte[]> seeds = format.getValue().seeds().get();
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(folder.resolve(Integer.toString(i)), seeds.get(i));
            }
        }
    }
}
