package org.kjump;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe as a newcomer runs it: every step a process of its own, on disk. */
class RecipeScriptIT {
    private static final Path ROOT = Path.of(System.getProperty("kjump.root"));

    @TempDir
    Path work;

    private record Ended(int status, String output) {}

    private Ended recipe(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ROOT.resolve("scripts/recipe").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
        builder.environment().remove("KJUMP_MACHINE");
        Process process = builder.start();
        String output;
        try (InputStream stream = process.getInputStream()) {
            output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor(Duration.ofMinutes(5).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        return new Ended(process.exitValue(), output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"48M", "64M", "256M"})
    void kernelAComesBackWithEveryPage(String memory) throws IOException, InterruptedException {
        Ended ended = recipe("--memory", memory);
        assertThat(ended.output()).contains("all equal: kernel A is resumed.");
        assertThat(ended.status()).isZero();
    }

    @Test
    void anUnknownArgumentIsRefused() throws IOException, InterruptedException {
        Ended ended = recipe("--nosuch");
        assertThat(ended.output()).contains("unknown argument '--nosuch'");
        assertThat(ended.status()).isEqualTo(2);
    }
}
