package org.kjump.makedumpfile;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.kernel.ClassesInOrder;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.PageClass;
import org.kjump.vmcore.kernel.PageClassifier;

/** {@code --mem-usage}: says how many pages are used for what. */
record MemoryUsageRequest(DumpInput input) implements Request {
    private static final int ALL = 31;

    @Override
    public String target() {
        return "table";
    }

    @Override
    public void run(Session session) throws IOException {
        DumpReader reader = new DumpReader(session);
        try (MemoryImage image = reader.open(input)) {
            PageClassifier classifier = PageClassifier.of(reader.kernel(image, input, InputDump.CLASSES));
            ClassesInOrder classes = ClassesInOrder.of(classifier);
            DumpedPages pages = DumpedPages.of(image, classifier);
            PageCensus census;
            try (ProgressLine progress = session.messages()
                    .progress("Excluding unnecessary pages", image.target().pageSize())) {
                census = PageCensus.of(image, pages, Optional.of(classes), (pfn, page) -> {}, progress);
            }
            classes.warnings().forEach(session.messages()::common);
            if (session.form() == Session.Form.JSON) {
                session.print(Json.of(json(census)));
            } else {
                session.messages().common(table(census, image.target().pageSize()));
            }
        }
    }

    private Map<String, Object> json(PageCensus census) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("vmcore", input.vmcores());
        json.put("pages", census.report(ALL).json());
        return json;
    }

    /** The table of makedumpfile 1.7.2: what is bad or offline is in no row. */
    private static String table(PageCensus census, int pageSize) {
        StringBuilder text = new StringBuilder("\nTYPE\t\tPAGES\t\t\tEXCLUDABLE\tDESCRIPTION\n");
        text.append("-".repeat(70)).append('\n');
        row(text, "ZERO\t", census.zero(ALL), "yes", "Pages filled with zero");
        row(text, "NON_PRI_CACHE", dropped(census, PageClass.CACHE), "yes", "Cache pages without private flag");
        row(text, "PRI_CACHE", dropped(census, PageClass.CACHE_PRIVATE), "yes", "Cache pages with private flag");
        row(text, "USER\t", dropped(census, PageClass.USER), "yes", "User process pages");
        row(text, "FREE\t", dropped(census, PageClass.FREE), "yes", "Free pages");
        row(text, "KERN_DATA", remaining(census), "no", "Dumpable kernel data");
        text.append("\npage size:\t\t%d\n".formatted(pageSize));
        text.append("Total pages on system:\t%d\n".formatted(census.original()));
        return text.append("Total size on system:\t%d\tByte\n".formatted(census.original() * pageSize))
                .toString();
    }

    private static void row(StringBuilder text, String type, long pages, String excludable, String description) {
        text.append("%s\t%-16d\t%s\t\t%s\n".formatted(type, pages, excludable, description));
    }

    private static long dropped(PageCensus census, PageClass use) {
        return census.dropped(ALL).getOrDefault(use, 0L);
    }

    private static long remaining(PageCensus census) {
        long dropped =
                census.dropped(ALL).values().stream().mapToLong(Long::longValue).sum();
        return census.original() - dropped - census.zero(ALL);
    }
}
