package org.kjump.makedumpfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.kjump.makedumpfile.FilterRequest.Format;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.kdump.KdumpImage;
import org.kjump.vmcore.kernel.ClassesInOrder;
import org.kjump.vmcore.kernel.DumpedPages;
import org.kjump.vmcore.kernel.PageClassifier;

/**
 * What a kdump-compressed file would be: what each level would keep, counted, and how large the file would be at the level asked
 * for, estimated from a sample.
 *
 * @param levels those that are possible: all 32, or 0 and 1 for a kernel that is not known
 */
record Forecast(int level, PageCensus census, List<Integer> levels, SizeEstimate size) {
    private static final List<Integer> ALL = IntStream.range(0, 32).boxed().toList();

    /** Reads the whole dump, and packs a sample. */
    static Forecast of(FilterRequest request, Format.Kdump format, MemoryImage image, DumpReader reader) {
        if (request.unusedVmemmap() == FilterRequest.UnusedVmemmap.LEAVE_OUT) {
            reader.messages().common("WARNING: what -e leaves out is counted as kept");
        }
        int asked = request.levels().get(0);
        int level = image instanceof KdumpImage file ? asked | file.level() : asked;
        Optional<PageClassifier> classifier = classifier(request, image, level, reader);
        Optional<ClassesInOrder> classes = classifier.map(ClassesInOrder::of);
        DumpedPages pages = classifier.map(each -> DumpedPages.of(image, each)).orElseGet(() -> DumpedPages.of(image));
        try (SizeSample sample = new SizeSample(
                        format.compression(), image.target(), pages.stored().size());
                ProgressLine progress = reader.messages()
                        .progress("Excluding unnecessary pages", image.target().pageSize())) {
            PageCensus.Visitor kept = (pfn, page) -> {
                if (classes.isEmpty() || !classes.get().of(pfn).droppedAt(level)) {
                    sample.page(page);
                }
            };
            PageCensus census = PageCensus.of(image, pages, classes, kept, progress);
            classes.ifPresent(each -> each.warnings().forEach(reader.messages()::common));
            return new Forecast(
                    level,
                    census,
                    classes.isPresent() ? ALL : List.of(0, 1),
                    sample.estimate(census, level, image.notes()));
        }
    }

    private static Optional<PageClassifier> classifier(
            FilterRequest request, MemoryImage image, int level, DumpReader reader) {
        try {
            return Optional.of(PageClassifier.of(reader.kernel(image, request.input(), InputDump.CLASSES)));
        } catch (VmcoreException e) {
            if ((level & Selection.CLASSES) != 0) {
                throw e;
            }
            reader.messages().common("WARNING: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Map<String, Object> json(int each) {
        Map<String, Object> json = census.report(each).json();
        json.put("kept", census.kept(each));
        return json;
    }

    /** Its part of the JSON text. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pages", json(level));
        json.put("levels", levels.stream().map(this::json).toList());
        json.put("size", size.json());
        return json;
    }
}
