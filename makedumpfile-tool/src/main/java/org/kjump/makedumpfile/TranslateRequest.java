package org.kjump.makedumpfile;

import org.kjump.vmcore.VmcoreException;

/** {@code --vtop}: walks the dumped kernel's page tables. */
record TranslateRequest(DumpInput input, long vaddr) implements Request {
    @Override
    public String target() {
        return "report";
    }

    @Override
    public void run(Session session) {
        throw new VmcoreException("--vtop is not there yet");
    }
}
