package org.kjump.makedumpfile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kdump.KdumpReassembly;
import org.kjump.vmcore.open.Dump;

/**
 * {@code --reassemble}: makes one dump of the parts of a split one.
 *
 * @param parts names of the parts, in any order; at least one
 */
record ReassembleRequest(List<String> parts, String dumpfile, OnExisting onExisting) implements Request {
    ReassembleRequest {
        parts = List.copyOf(parts);
    }

    private static KdumpFile part(DumpReader reader, String name) {
        MemoryImage image = Dump.open(reader.source(name, "dump memory"));
        if (image instanceof KdumpFile part) {
            return part;
        }
        image.close();
        throw new VmcoreException("%s: a part of a split dump expected, another kind of dump found".formatted(name));
    }

    @Override
    public String target() {
        return "dump file(%s)".formatted(dumpfile);
    }

    @Override
    public void run(Session session) throws IOException {
        session.refuseExisting(dumpfile, onExisting, parts);
        DumpReader reader = new DumpReader(session);
        List<KdumpFile> files = new ArrayList<>();
        try {
            for (String part : parts) {
                files.add(part(reader, part));
            }
            int pageSize = files.get(0).target().pageSize();
            new OutputFile(session.files(), dumpfile).write(sink -> {
                try (ProgressLine progress = session.messages().progress("Copying data", pageSize)) {
                    KdumpReassembly.write(files, sink, progress);
                }
                return files.size();
            });
        } finally {
            files.forEach(KdumpFile::close);
        }
        session.messages().completed("The dumpfile is saved to %s.".formatted(dumpfile));
    }
}
