package org.kjump.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a machine is made of.
 *
 * @param memory bytes of RAM, a multiple of 1 MiB, from 8 MiB to 2 GiB
 * @param partitions capacity in bytes by name
 */
public record MachineConfig(long memory, SortedMap<String, Long> partitions) {
    public static final long DEFAULT_MEMORY = 64L << 20;
    private static final String FILE = "machine.properties";
    private static final String PARTITION = "partition.";

    public MachineConfig {
        if (memory < 8L << 20 || memory > 2L << 30 || (memory & 0xfffff) != 0) {
            throw new MachineException("memory of %d bytes; expected whole MiB from 8 MiB to 2 GiB".formatted(memory));
        }
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }

    public MachineConfig(long memory) {
        this(memory, new TreeMap<>());
    }

    MachineConfig withPartition(String name, long capacity) {
        SortedMap<String, Long> more = new TreeMap<>(partitions);
        more.put(name, capacity);
        return new MachineConfig(memory, more);
    }

    static MachineConfig load(Path folder) {
        Properties properties = new Properties();
        Path file = folder.resolve(FILE);
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            SortedMap<String, Long> partitions = new TreeMap<>();
            for (String key : properties.stringPropertyNames()) {
                if (key.startsWith(PARTITION)) {
                    partitions.put(key.substring(PARTITION.length()), number(file, properties, key));
                }
            }
            return new MachineConfig(number(file, properties, "memory"), partitions);
        } catch (NoSuchFileException e) {
            throw new MachineException(folder + ": no machine here; make one with: machine create DIR", e);
        } catch (FileSystemException e) {
            throw new MachineException(file + ": cannot be read: " + e.getReason(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new MachineException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static long number(Path file, Properties properties, String key) {
        String value = properties.getProperty(key, "");
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            throw new MachineException("%s: %s='%s'; expected a number of bytes".formatted(file, key, value), e);
        }
    }

    void store(Path folder) throws IOException {
        StringBuilder text =
                new StringBuilder("# A machine of kjump: see the command machine\nmemory=" + memory + "\n");
        partitions.forEach((name, capacity) -> text.append(PARTITION + name + "=" + capacity + "\n"));
        Path aside = folder.resolve(FILE + ".new");
        Files.writeString(aside, text);
        Files.move(aside, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
