package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.flattened.FlattenedStream;

/** {@code -R}: makes the file of which standard input is the flattened form. */
record RearrangeRequest(String dumpfile, OnExisting onExisting) implements Request {
    @Override
    public String target() {
        return "dump file(%s)".formatted(dumpfile);
    }

    @Override
    public void run(Session session) throws IOException {
        session.refuseExisting(dumpfile, onExisting, List.of());
        FlattenedStream stream = new FlattenedStream("STDIN", Channels.newChannel(session.in()));
        new OutputFile(session.files(), dumpfile).write(sink -> {
            stream.rearrange(sink);
            return dumpfile;
        });
        session.messages().completed("The dumpfile is saved to %s.".formatted(dumpfile));
    }
}
