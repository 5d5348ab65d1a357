package org.kjump.makedumpfile;

import java.io.IOException;
import org.kjump.vmcore.io.ByteSink;

/** A file that bears its name only when it is whole: until then it stands beside it under another. */
record OutputFile(DumpFiles files, String name) {
    private static final int NAMES = 100;

    /** Writes to a sink and says what was written. */
    interface Writer<T> {
        T write(ByteSink sink) throws IOException;
    }

    <T> T write(Writer<T> writer) throws IOException {
        if (files.isSpecial(name)) {
            // Such as /dev/null: there is nothing to rename to.
            try (ByteSink sink = files.openForWriting(name)) {
                return writer.write(sink);
            }
        }
        String aside = aside();
        // Not yet ours if this fails.
        ByteSink created = files.create(aside);
        try {
            T result;
            try (ByteSink sink = created) {
                result = writer.write(sink);
            }
            files.rename(aside, name);
            return result;
        } catch (IOException | RuntimeException e) {
            files.delete(aside);
            throw e;
        }
    }

    /** A name that nobody has, so that no other file is lost. */
    private String aside() throws IOException {
        for (int i = 0; i < NAMES; i++) {
            String aside = i == 0 ? name + ".incomplete" : "%s.incomplete%d".formatted(name, i);
            if (!files.exists(aside)) {
                return aside;
            }
        }
        throw new IOException(
                "%s.incomplete and %d others like it exist: remove what earlier runs left".formatted(name, NAMES - 1));
    }
}
