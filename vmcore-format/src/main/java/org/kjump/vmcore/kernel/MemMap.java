package org.kjump.vmcore.kernel;

import java.util.List;

/**
 * An array of struct pages: that of frame {@code start} is at {@code vaddr}.
 *
 * @param start the first frame
 * @param end behind the last frame
 * @param vaddr virtual address of the first struct page
 */
record MemMap(long start, long end, long vaddr) {
    /** The number of the first of {@code maps}, which are in order, that ends behind {@code pfn}. */
    static int firstBehind(List<MemMap> maps, long pfn) {
        int low = 0;
        int high = maps.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (maps.get(middle).end() > pfn) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * The frame whose struct page is at {@code page}, or -1 if there is no struct page.
     *
     * @param size of a struct page in bytes
     */
    static long pfn(List<MemMap> maps, long page, int size) {
        for (MemMap map : maps) {
            long distance = page - map.vaddr;
            if (distance >= 0 && distance / size < map.end - map.start && distance % size == 0) {
                return map.start + distance / size;
            }
        }
        return -1;
    }
}
