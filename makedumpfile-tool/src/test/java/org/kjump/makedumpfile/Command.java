package org.kjump.makedumpfile;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The command, run in a directory of its own, with what it said. */
final class Command implements AutoCloseable {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path work = files.getPath("/work");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Command() {
        try {
            Files.createDirectories(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Command file(String name, byte[] content) throws IOException {
        Files.write(work.resolve(name), content);
        return this;
    }

    Command text(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Path path(String name) {
        return work.resolve(name);
    }

    int run(String... words) {
        return run(work, words);
    }

    /** In a directory of the host. */
    int runThere(Path directory, String... words) {
        return run(directory, words);
    }

    private int run(Path directory, String... words) {
        out.reset();
        err.reset();
        return Makedumpfile.run(
                words,
                Map.of(),
                directory,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
