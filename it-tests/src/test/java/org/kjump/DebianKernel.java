package org.kjump;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Dumps of one of Debian's kernels, all of the same memory: scripts/oracle/kernels/dump makes them. */
record DebianKernel(Path folder) {
    private static final Path ORACLE = Path.of(System.getProperty("kjump.root"), "target", "oracle");

    /** Those that there are, by name; with -Dkjump.kernels=REGEX only those whose names match. */
    static Stream<DebianKernel> all() throws IOException {
        String chosen = System.getProperty("kjump.kernels", ".*");
        try (Stream<Path> folders = Files.list(ORACLE.resolve("kernels"))) {
            return folders
                    .map(DebianKernel::new)
                    .filter(kernel ->
                            Files.exists(kernel.plain()) && kernel.name().matches(chosen))
                    .sorted((a, b) -> a.name().compareTo(b.name()))
                    .toList()
                    .stream();
        }
    }

    /** Architecture, release and what is special, such as i386-6.1-pae. */
    String name() {
        return folder.getFileName().toString();
    }

    private String architecture() {
        return name().substring(0, name().indexOf('-'));
    }

    /** As QEMU wrote it. */
    Path vmcore() {
        return folder.resolve("vmcore");
    }

    /** QEMU's kdump-compressed file, flattened. */
    Path kdump() {
        return folder.resolve("vmcore.kdump");
    }

    /** QEMU's core of what page tables map. */
    Path paging() {
        return folder.resolve("vmcore.paging");
    }

    /** What the guest's console showed. */
    Path serialLog() {
        return folder.resolve("serial.log");
    }

    private Path plain() {
        return folder.resolve("vmcore.plain");
    }

    /** A C tool and the form of the core that it reads. */
    record Judge(String name, Oracle makedumpfile, Path core) {}

    /** The C tools of Debian's releases, oldest first. The last is right about this kernel, told in its words if need be. */
    List<Judge> judges() throws IOException, InterruptedException {
        List<Judge> judges = new ArrayList<>();
        for (String release : List.of("bookworm", "trixie", "sid")) {
            Oracle tool = Oracle.makedumpfile(release, architecture());
            judges.add(new Judge("C " + tool.version(folder), tool, plain()));
        }
        Path renamed = folder.resolve("vmcore.renamed");
        if (Files.exists(renamed)) {
            Judge newest = judges.get(judges.size() - 1);
            judges.add(new Judge(newest.name() + ", told in its words", newest.makedumpfile(), renamed));
        }
        return judges;
    }

    @Override
    public String toString() {
        return name();
    }
}
