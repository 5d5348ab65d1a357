package org.kjump.makedumpfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.kernel.KernelMemory;
import org.kjump.vmcore.kernel.PageClass;
import org.kjump.vmcore.kernel.PageClassifier;
import org.kjump.vmcore.kernel.PageExplanation;

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

        default long pfn(int pageShift) {
            return this instanceof Pfn frame ? frame.pfn : ((Paddr) this).paddr >>> pageShift;
        }
    }

    @Override
    public String target() {
        return "explanation";
    }

    @Override
    public void run(Session session) throws IOException {
        DumpReader reader = new DumpReader(session);
        try (MemoryImage image = reader.open(input)) {
            KernelMemory kernel = reader.kernel(image, input, InputDump.CLASSES);
            long pfn = place.pfn(image.target().pageShift());
            if (pfn < 0 || pfn >= image.pfnLimit()) {
                throw new VmcoreException("%s: page frame 0x%x: the dump knows of frames below 0x%x"
                        .formatted(image.name(), pfn, image.pfnLimit()));
            }
            PageExplanation page = PageExplanation.of(kernel, PageClassifier.of(kernel), pfn);
            session.print(text(page, image));
        }
    }

    private String text(PageExplanation page, MemoryImage image) {
        StringBuilder text = new StringBuilder("page frame 0x%x, physical address 0x%x\n"
                .formatted(page.pfn(), page.pfn() << image.target().pageShift()));
        PageState state = image.state(page.pfn());
        boolean zero = isZero(image, page.pfn());
        line(text, "in the dump", state(state) + (zero ? ", all zeros" : ""));
        line(
                text,
                "struct page",
                page.struct().isPresent() ? Long.toHexString(page.struct().getAsLong()) : "none");
        page.members().forEach((name, value) -> line(text, "  " + name, Long.toHexString(value)));
        if (!page.names().isEmpty()) {
            line(text, "  which say", String.join(", ", page.names()));
        }
        page.block()
                .ifPresent(head -> line(
                        text,
                        "part of",
                        page.order().isPresent()
                                ? "the free block of 2^%d pages at page frame 0x%x"
                                        .formatted(page.order().getAsInt(), head)
                                : "the compound page at page frame 0x%x, whose class it has".formatted(head)));
        line(text, "class", name(page.use()) + (page.mark() == PageClass.KERNEL ? "" : ", " + name(page.mark())));
        for (int level : levels) {
            line(text, "level " + level, verdict(page, state, zero, level));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append("  %-16s: %s\n".formatted(what, value));
    }

    private static boolean isZero(MemoryImage image, long pfn) {
        ByteBuffer page = ByteBuffer.allocate(image.target().pageSize());
        PageState state = image.read(pfn, page);
        boolean isThere = state == PageState.PRESENT || state == PageState.ZERO;
        return isThere && page.rewind().equals(ByteBuffer.allocate(page.capacity()));
    }

    private static String state(PageState state) {
        return switch (state) {
            case PRESENT -> "present";
            case ZERO -> "known to be zero";
            case EXCLUDED -> "left out when this dump was made";
            case ABSENT -> "no memory there";
        };
    }

    private static String verdict(PageExplanation page, PageState state, boolean zero, int level) {
        if (state == PageState.ABSENT || state == PageState.EXCLUDED) {
            return "not in the output, as it is not in the dump";
        }
        if (page.mark() != PageClass.KERNEL) {
            return "left out: at every level, as it is " + name(page.mark());
        }
        if (page.use().droppedAt(level)) {
            return "left out: %s is left out at levels with %s".formatted(name(page.use()), bits(page.use()));
        }
        if (zero && (level & 1) != 0) {
            return "no bytes are stored of it: levels with 1 know pages of zeros as such";
        }
        if (page.use() == PageClass.KERNEL) {
            return "kept: no level leaves out what is the kernel's own, or not known";
        }
        return "kept: %s is left out at levels with %s only".formatted(name(page.use()), bits(page.use()));
    }

    private static String bits(PageClass use) {
        return switch (use) {
            case CACHE -> "2 or 4";
            case CACHE_PRIVATE -> "4";
            case USER -> "8";
            case FREE -> "16";
            case KERNEL, HWPOISON, OFFLINE -> throw new IllegalArgumentException(use.name());
        };
    }

    private static String name(PageClass use) {
        return switch (use) {
            case KERNEL -> "kernel";
            case CACHE -> "cache without private data";
            case CACHE_PRIVATE -> "cache with private data";
            case USER -> "user data";
            case FREE -> "a free page";
            case HWPOISON -> "marked bad (hwpoison)";
            case OFFLINE -> "offline";
        };
    }
}
