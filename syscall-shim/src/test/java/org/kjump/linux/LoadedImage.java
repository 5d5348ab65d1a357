package org.kjump.linux;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kjump.linux.view.KernelView;
import org.kjump.vmcore.layout.Struct;

/**
 * The image that a kernel has loaded, read from its memory: a walk of the page list of its own, apart from the kernel's. Frames
 * are page frame numbers.
 *
 * @param pairs destination and source of every page
 * @param indirection pages that hold the list
 */
record LoadedImage(List<Pair> pairs, Set<Integer> indirection, int control, int swap, int kimage) {
    record Pair(int destination, int source) {}

    static LoadedImage of(KernelView kernel) {
        long address = kernel.variable("kexec_image");
        List<Pair> pairs = new ArrayList<>();
        Set<Integer> indirection = new HashSet<>();
        long slot = address;
        long destination = 0;
        long entry = kernel.u32(slot);
        while ((entry & 4) == 0 && entry != 0) {
            long page = entry & 0xfffff000L;
            slot += 4;
            if ((entry & 1) != 0) {
                destination = page;
            } else if ((entry & 2) != 0) {
                indirection.add((int) (page >> 12));
                slot = 0xc0000000L + page;
            } else if ((entry & 8) != 0) {
                pairs.add(new Pair((int) (destination >> 12), (int) (page >> 12)));
                destination += 0x1000;
            }
            entry = kernel.u32(slot);
        }
        Struct image = kernel.struct("kimage", address);
        long map = kernel.variable("mem_map");
        return new LoadedImage(
                pairs,
                indirection,
                (int) (image.get("control_code_page") - map) / 32,
                (int) (image.get("swap_page") - map) / 32,
                (int) (address - 0xc0000000L >> 12));
    }

    /** Every page that was allocated for it. */
    Set<Integer> pages() {
        Set<Integer> all = new HashSet<>(indirection);
        all.add(control);
        all.add(swap);
        pairs.forEach(pair -> all.add(pair.source()));
        return all;
    }

    Set<Integer> destinations() {
        Set<Integer> all = new HashSet<>();
        pairs.forEach(pair -> all.add(pair.destination()));
        return all;
    }
}
