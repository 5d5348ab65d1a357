package org.kjump.linux.mm;

import org.kjump.linux.view.KernelView;

/**
 * What an allocation is for (include/linux/gfp.h): the highest zone that will do, and how movable the page is.
 *
 * @param zone name of the highest zone
 * @param migrateType name of the number of its lists
 */
public record Gfp(String zone, String migrateType) {
    /** Whether a frame is where the request would have it. */
    public boolean allows(KernelView kernel, int pfn) {
        return new MemMap(kernel).zone(pfn) <= Zones.number(kernel, zone);
    }

    /** The kernel's own data: in the direct mapping, and there to stay. */
    public static final Gfp KERNEL = new Gfp("Normal", "MIGRATE_UNMOVABLE");
    /** Caches that can be dropped: inodes, dentries. */
    public static final Gfp RECLAIMABLE = new Gfp("Normal", "MIGRATE_RECLAIMABLE");
    /** Pages that nobody needs to map for long, but that stay where they are. */
    public static final Gfp HIGHUSER = new Gfp("HighMem", "MIGRATE_UNMOVABLE");
    /** Pages of processes and of files. */
    public static final Gfp HIGHUSER_MOVABLE = new Gfp("HighMem", "MIGRATE_MOVABLE");
}
