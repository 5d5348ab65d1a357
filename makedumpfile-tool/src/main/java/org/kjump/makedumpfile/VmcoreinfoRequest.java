package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.debug.Vmlinux;

/** {@code -g}: writes what a kernel's debug data say of it as VMCOREINFO text. */
record VmcoreinfoRequest(String vmlinux, String vmcoreinfo, OnExisting onExisting) implements Request {
    @Override
    public String target() {
        return "vmcoreinfo file(%s)".formatted(vmcoreinfo);
    }

    @Override
    public void run(Session session) throws IOException {
        session.refuseExisting(vmcoreinfo, onExisting, List.of(vmlinux));
        byte[] text;
        try (Vmlinux file = new Vmlinux(new DumpReader(session).source(vmlinux, "kernel file"))) {
            text = file.info().text().getBytes(StandardCharsets.US_ASCII);
        }
        new OutputFile(session.files(), vmcoreinfo).write(sink -> {
            sink.write(0, ByteBuffer.wrap(text));
            return text.length;
        });
        session.messages().completed("The vmcoreinfo is saved to %s.".formatted(vmcoreinfo));
    }
}
