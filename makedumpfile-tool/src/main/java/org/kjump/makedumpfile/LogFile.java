package org.kjump.makedumpfile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.dmesg.Dmesg;
import org.kjump.vmcore.io.ByteSink;

/** A log as text, in UTF-8, on its way to a file. */
final class LogFile {
    private static final int PIECE = 1 << 16;

    private final ByteSink sink;
    private final OptionalLong sizeLimit;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE);
    private long position;

    LogFile(ByteSink sink, OptionalLong sizeLimit) {
        this.sink = sink;
        this.sizeLimit = sizeLimit;
    }

    /**
     * Writes the log, or what of it is before damage.
     *
     * @return the damage: what could be read is worth keeping
     */
    Optional<VmcoreException> write(Dmesg dmesg, Dmesg.Extent extent) throws IOException {
        Optional<VmcoreException> damage = Optional.empty();
        try {
            dmesg.lines(extent, this::line);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (VmcoreException e) {
            damage = Optional.of(e);
        }
        flush();
        return damage;
    }

    private void line(String line) {
        piece.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
        if (piece.size() >= PIECE) {
            try {
                flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void flush() throws IOException {
        if (sizeLimit.isPresent() && position + piece.size() > sizeLimit.getAsLong()) {
            throw new IOException("Size limit(%d) reached.".formatted(sizeLimit.getAsLong()));
        }
        sink.write(position, ByteBuffer.wrap(piece.toByteArray()));
        position += piece.size();
        piece.reset();
    }
}
