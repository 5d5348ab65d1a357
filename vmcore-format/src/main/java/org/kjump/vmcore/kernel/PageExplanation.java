package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.layout.Field;

/**
 * What a kernel's memory says of one page frame, for people who ask why a page is kept or left out. Immutable.
 *
 * @param use what the page is used for
 * @param mark what makes every level drop it whatever its use, {@link PageClass#HWPOISON} or {@link PageClass#OFFLINE}; otherwise {@link
 *     PageClass#KERNEL}
 * @param struct virtual address of its struct page, if it has one
 * @param members members of the struct page that VMCOREINFO tells, zero-extended, in the order of their offsets
 * @param names flags and the page type that the members say, by the kernel's names without {@code PG_}
 * @param block the first frame of the free block or compound page that it is in, if it is in one that says so
 * @param order log2 of the frames of that block
 */
public record PageExplanation(
        long pfn,
        PageClass use,
        PageClass mark,
        OptionalLong struct,
        Map<String, Long> members,
        List<String> names,
        OptionalLong block,
        OptionalInt order) {
    private static final List<String> INT_MEMBERS = List.of("_count", "_refcount", "_mapcount");
    private static final List<String> WORD_MEMBERS =
            List.of("flags", "mapping", "lru", "private", "compound_head", "compound_info");
    private static final List<String> FLAGS =
            List.of("lru", "private", "swapcache", "swapbacked", "slab", "hwpoison", "hugetlb");
    private static final List<String> TYPES = List.of("BUDDY", "SLAB", "OFFLINE", "HUGETLB", "UNACCEPTED");

    public PageExplanation {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        names = List.copyOf(names);
    }

    /**
     * @param classifier of the same kernel
     * @throws VmcoreException if the kernel's memory does not say where its struct pages are
     */
    public static PageExplanation of(KernelMemory kernel, PageClassifier classifier, long pfn) {
        return new Reader(kernel, ClassesInOrder.from(classifier, pfn)).explain(pfn);
    }

    /** Reads struct pages one by one. */
    private static final class Reader {
        private final KernelMemory kernel;
        private final ClassesInOrder classes;
        private final List<MemMap> maps;
        private final int size;

        Reader(KernelMemory kernel, ClassesInOrder classes) {
            this.kernel = kernel;
            this.classes = classes;
            this.maps = MemoryModel.of(kernel, kernel.image().pfnLimit());
            this.size = kernel.size("page");
        }

        PageExplanation explain(long pfn) {
            OptionalLong struct = struct(pfn);
            Map<String, Long> members = struct.isPresent() ? members(struct.getAsLong()) : Map.of();
            OptionalLong head = head(members);
            OptionalInt order = OptionalInt.empty();
            if (head.isEmpty() && classes.of(pfn) == PageClass.FREE) {
                order = freeBlock(pfn);
                if (order.isPresent()) {
                    head = OptionalLong.of(pfn & -1L << order.getAsInt());
                }
            }
            return new PageExplanation(
                    pfn, classes.of(pfn), classes.droppedAs(pfn, 0), struct, members, names(members), head, order);
        }

        private OptionalLong struct(long pfn) {
            return maps.stream()
                    .filter(map -> pfn >= map.start() && pfn < map.end())
                    .mapToLong(map -> map.vaddr() + (pfn - map.start()) * size)
                    .findFirst();
        }

        private Map<String, Long> members(long struct) {
            ByteBuffer bytes = ByteBuffer.allocate(size).order(kernel.order());
            try {
                kernel.read(struct, bytes);
            } catch (VmcoreException e) {
                return Map.of(); // a frame in a hole: its struct page is not there either
            }
            List<Field> fields = new ArrayList<>();
            INT_MEMBERS.forEach(name -> add(fields, name, 4));
            WORD_MEMBERS.forEach(
                    name -> add(fields, name, kernel.image().target().wordBytes()));
            fields.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
            Map<String, Long> members = new LinkedHashMap<>();
            fields.forEach(field -> members.put(field.name(), field.unsigned(bytes, 0)));
            return members;
        }

        private void add(List<Field> fields, String name, int width) {
            if (kernel.info().offset("page." + name).isPresent()) {
                fields.add(kernel.pageMember(name, kernel.offset("page." + name), width));
            }
        }

        private List<String> names(Map<String, Long> members) {
            VmcoreInfo info = kernel.info();
            List<String> names = new ArrayList<>();
            long flags = members.getOrDefault("flags", 0L);
            for (String name : FLAGS) {
                long bit = info.number("PG_" + name).orElse(-1);
                if (bit >= 0 && bit < 64 && (flags >>> bit & 1) != 0) {
                    names.add(name);
                }
            }
            if ((flags & info.number("PG_head_mask").orElse(0)) != 0) {
                names.add("head");
            }
            for (String type : TYPES) {
                OptionalLong value = info.number("PAGE_%s_MAPCOUNT_VALUE".formatted(type));
                Long mapcount = members.get("_mapcount");
                if (value.isPresent() && mapcount != null && (int) value.getAsLong() == mapcount.intValue()) {
                    names.add("type " + type);
                }
            }
            return names;
        }

        /** A tail of a compound page has its head's address, with bit 0 set. */
        private OptionalLong head(Map<String, Long> members) {
            Long link =
                    members.containsKey("compound_info") ? members.get("compound_info") : members.get("compound_head");
            if (link == null || (link & 1) == 0) {
                return OptionalLong.empty();
            }
            long pfn = MemMap.pfn(maps, link & ~1L, size);
            return pfn < 0 ? OptionalLong.empty() : OptionalLong.of(pfn);
        }

        /** The order of the free block around a frame: the first frame of one has its type and its order. */
        private OptionalInt freeBlock(long pfn) {
            OptionalLong buddy = kernel.info().number("PAGE_BUDDY_MAPCOUNT_VALUE");
            for (int order = 0; order < 20 && buddy.isPresent(); order++) {
                OptionalLong struct = struct(pfn & -1L << order);
                Map<String, Long> members = struct.isPresent() ? members(struct.getAsLong()) : Map.of();
                Long mapcount = members.get("_mapcount");
                Long of = members.get("private");
                if (mapcount != null
                        && of != null
                        && mapcount.intValue() == (int) buddy.getAsLong()
                        && of >= order
                        && of < 20) {
                    return OptionalInt.of(of.intValue());
                }
            }
            return OptionalInt.empty();
        }
    }
}
