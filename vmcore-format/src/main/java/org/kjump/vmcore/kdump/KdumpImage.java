package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Segment;

/** A kdump-compressed dump: one file, or the set that it was split into. */
public sealed interface KdumpImage extends MemoryImage permits KdumpFile, KdumpSet {
    /** The dump level that it was written with: what it may lack. */
    int level();

    /** Whether its writer ran out of space: pages are missing. They are excluded, and to read one is an error that says so. */
    boolean incomplete();

    /** 390 bytes of the kernel's {@code new_utsname}. */
    byte[] utsname();

    /** Seconds since 1970, 0 if unknown. */
    long crashTime();

    /**
     * Where an x86_64 kernel's image lies, less its link address; where an ARM's memory begins; 0 for others. QEMU 7.2 writes a wrong one
     * (it takes VMCOREINFO's decimal number for a hexadecimal one): the note counts where there is one.
     */
    long physBase();

    /** What was erased from the dump, as makedumpfile tells it: lines of text; empty if nothing was. */
    ByteBuffer eraseInfo();

    /** None: the bitmaps say which frames there are. */
    @Override
    default List<Segment> segments() {
        return List.of();
    }
}
