package org.kjump.makedumpfile;

import java.io.InputStream;
import java.io.OutputStream;
import org.kjump.vmcore.VmcoreException;

/**
 * What a request works with.
 *
 * @param out where data go that are not written to a file; what cannot be written there is an error
 * @param form of reports
 */
record Session(DumpFiles files, Messages messages, InputStream in, OutputStream out, Form form) {
    /** Whether reports are for people or for programs. */
    enum Form {
        TEXT,
        JSON
    }

    /** @throws VmcoreException if there is a file of that name which may not be overwritten */
    void refuseExisting(String name, FilterRequest.OnExisting onExisting) {
        if (onExisting == FilterRequest.OnExisting.REFUSE && files.exists(name)) {
            throw new VmcoreException("Can't open the dump file (%s). File exists".formatted(name));
        }
    }
}
