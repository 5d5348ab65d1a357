package org.kjump.makedumpfile;

import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.VmcoreException;

/** {@code --dump-dmesg}: writes the dumped kernel's log as text. */
record LogRequest(DumpInput input, String logfile, OnExisting onExisting, Extent extent) implements Request {
    /** Which messages. */
    enum Extent {
        ALL,
        /** Those since the log was cleared last ({@code dmesg -c}). */
        SINCE_CLEAR
    }

    @Override
    public String target() {
        return "log file(%s)".formatted(logfile);
    }

    @Override
    public void run(Session session) {
        throw new VmcoreException("--dump-dmesg is not there yet");
    }
}
