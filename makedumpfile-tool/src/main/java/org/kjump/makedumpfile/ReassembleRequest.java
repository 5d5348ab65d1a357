package org.kjump.makedumpfile;

import java.util.List;
import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.VmcoreException;

/**
 * {@code --reassemble}: makes one dump of the parts of a split one.
 *
 * @param parts names of the parts, in any order; at least one
 */
record ReassembleRequest(List<String> parts, String dumpfile, OnExisting onExisting) implements Request {
    ReassembleRequest {
        parts = List.copyOf(parts);
    }

    @Override
    public String target() {
        return "dump file(%s)".formatted(dumpfile);
    }

    @Override
    public void run(Session session) {
        throw new VmcoreException("--reassemble is not there yet");
    }
}
