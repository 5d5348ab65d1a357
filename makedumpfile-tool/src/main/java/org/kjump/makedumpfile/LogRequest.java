package org.kjump.makedumpfile;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.Need;
import org.kjump.vmcore.dmesg.Dmesg;

/**
 * {@code --dump-dmesg}: writes the dumped kernel's log as text.
 *
 * @param sizeLimit the most bytes that the file may have
 */
record LogRequest(DumpInput input, String logfile, OnExisting onExisting, Dmesg.Extent extent, OptionalLong sizeLimit)
        implements Request {
    @Override
    public String target() {
        return "log file(%s)".formatted(logfile);
    }

    @Override
    public void run(Session session) throws IOException {
        session.refuseExisting(logfile, onExisting, input.vmcores());
        DumpReader reader = new DumpReader(session);
        try (MemoryImage image = reader.open(input)) {
            Dmesg dmesg = Dmesg.of(reader.kernel(image, input, EnumSet.of(Need.LOG)));
            Optional<VmcoreException> damage = new OutputFile(session.files(), logfile)
                    .write(sink -> new LogFile(sink, sizeLimit).write(dmesg, extent));
            if (damage.isPresent()) {
                throw new VmcoreException(
                        "%s %s has what is before.".formatted(damage.get().getMessage(), logfile), damage.get());
            }
        }
        session.messages().completed("The dmesg log is saved to %s.".formatted(logfile));
    }
}
