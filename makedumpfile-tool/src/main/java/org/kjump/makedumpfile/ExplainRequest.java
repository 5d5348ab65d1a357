package org.kjump.makedumpfile;

import java.util.List;
import org.kjump.vmcore.VmcoreException;

/**
 * {@code --explain}: says why a page is kept or left out.
 *
 * @param levels as of {@link FilterRequest}
 */
record ExplainRequest(DumpInput input, Place place, List<Integer> levels) implements Request {
    ExplainRequest {
        levels = List.copyOf(levels);
    }

    /** A page, as the user named it. */
    sealed interface Place {
        /** {@code pfn:NUMBER}. */
        record Pfn(long pfn) implements Place {}

        /** A physical address: a number alone. */
        record Paddr(long paddr) implements Place {}
    }

    @Override
    public String target() {
        return "report";
    }

    @Override
    public void run(Session session) {
        throw new VmcoreException("--explain is not there yet");
    }
}
