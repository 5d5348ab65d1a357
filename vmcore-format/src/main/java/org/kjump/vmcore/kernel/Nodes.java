package org.kjump.vmcore.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.kjump.vmcore.VmcoreInfo;

/** The nodes of a kernel's memory: each is described by a struct pglist_data. */
final class Nodes {
    /** MAX_NUMNODES of every kernel (NODES_SHIFT of at most 10). */
    private static final int MAX = 1024;

    private Nodes() {}

    /** Whether VMCOREINFO tells of arrays of struct pages that belong to nodes. */
    static boolean haveArrays(VmcoreInfo info) {
        boolean named =
                info.symbol("node_data").isPresent() && info.length("node_data").isPresent()
                        || info.symbol("pgdat_list").isPresent()
                                && (info.length("pgdat_list").isPresent()
                                        || info.offset("pglist_data.pgdat_next").isPresent());
        return named
                && Stream.of("node_mem_map", "node_start_pfn", "node_spanned_pages")
                        .allMatch(member -> info.offset("pglist_data." + member).isPresent());
    }

    /** The addresses of the descriptions, by node number; a kernel that knows no nodes has one. */
    static List<Long> online(KernelMemory kernel) {
        VmcoreInfo info = kernel.info();
        for (String array : List.of("node_data", "pgdat_list")) {
            if (info.symbol(array).isPresent() && info.length(array).isPresent()) {
                return inArray(kernel, array);
            }
        }
        return info.symbol("pgdat_list").isPresent() ? chain(kernel) : List.of(kernel.symbol("contig_page_data"));
    }

    private static List<Long> inArray(KernelMemory kernel, String array) {
        int word = kernel.image().target().wordBytes();
        List<Long> nodes = new ArrayList<>();
        for (int number = 0; number < kernel.length(array, MAX); number++) {
            long node = isOnline(kernel, number) ? kernel.pointer(kernel.symbol(array) + (long) number * word) : 0;
            if (node != 0) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    /** Kernels before 2.6.17. */
    private static List<Long> chain(KernelMemory kernel) {
        List<Long> nodes = new ArrayList<>();
        for (long node = kernel.pointer(kernel.symbol("pgdat_list")); node != 0 && nodes.size() < MAX; ) {
            nodes.add(node);
            node = kernel.pointer(node + kernel.offset("pglist_data.pgdat_next"));
        }
        return nodes;
    }

    /** The set is an array of long, bit 0 of the first for node 0; it is the second of several sets since 2.6.24. */
    private static boolean isOnline(KernelMemory kernel, int number) {
        VmcoreInfo info = kernel.info();
        long set;
        if (info.symbol("node_online_map").isPresent()) {
            set = kernel.symbol("node_online_map");
        } else if (info.symbol("node_states").isPresent()) {
            set = kernel.symbol("node_states")
                    + kernel.size("nodemask_t") * info.number("N_ONLINE").orElse(1);
        } else {
            return number == 0;
        }
        int word = kernel.image().target().wordBytes();
        long bits = kernel.pointer(set + number / (8L * word) * word);
        return (bits >>> number % (8 * word) & 1) != 0;
    }
}
