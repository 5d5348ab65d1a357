package org.kjump.makedumpfile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.flattened.FlattenedStream;

/** {@code -R}: makes the file of which standard input is the flattened form. */
record RearrangeRequest(String dumpfile, OnExisting onExisting) {
    void run(DumpFiles files, InputStream in) throws IOException {
        if (onExisting == OnExisting.REFUSE && files.exists(dumpfile)) {
            throw new VmcoreException("Can't open the dump file (%s). File exists".formatted(dumpfile));
        }
        FlattenedStream stream = new FlattenedStream("STDIN", Channels.newChannel(in));
        new OutputFile(files, dumpfile).write(sink -> {
            stream.rearrange(sink);
            return dumpfile;
        });
    }
}
