package org.kjump.makedumpfile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /**
     * Says before any work is done what can be said then.
     *
     * @param inputs names of files that have to be left alone
     * @throws VmcoreException if there is a file of that name which may not be overwritten
     */
    void refuseExisting(String name, FilterRequest.OnExisting onExisting, List<String> inputs) throws IOException {
        if (!files.exists(name)) {
            return;
        }
        if (onExisting == FilterRequest.OnExisting.REFUSE) {
            throw new VmcoreException("Can't open the dump file (%s). File exists".formatted(name));
        }
        for (String input : inputs) {
            if (files.exists(input) && files.isSame(input, name)) {
                throw new VmcoreException("%s and %s are the same file: the dump would be lost".formatted(input, name));
            }
        }
    }

    /** What the run was asked to say, which no message level silences. */
    void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
