package org.kjump.makedumpfile;

import org.kjump.vmcore.VmcoreException;

/** {@code --mem-usage}: says how many pages are used for what. */
record MemoryUsageRequest(DumpInput input) implements Request {
    @Override
    public String target() {
        return "report";
    }

    @Override
    public void run(Session session) {
        throw new VmcoreException("--mem-usage is not there yet");
    }
}
