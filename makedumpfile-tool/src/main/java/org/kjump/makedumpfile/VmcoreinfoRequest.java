package org.kjump.makedumpfile;

import org.kjump.makedumpfile.FilterRequest.OnExisting;
import org.kjump.vmcore.VmcoreException;

/** {@code -g}: writes what a kernel's debug data say of it as VMCOREINFO text. */
record VmcoreinfoRequest(String vmlinux, String vmcoreinfo, OnExisting onExisting) implements Request {
    @Override
    public String target() {
        return "vmcoreinfo file(%s)".formatted(vmcoreinfo);
    }

    @Override
    public void run(Session session) {
        throw new VmcoreException("-g is not there yet");
    }
}
