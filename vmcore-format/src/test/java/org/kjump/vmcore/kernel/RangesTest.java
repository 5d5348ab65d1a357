package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.build.Generation;
import org.kjump.vmcore.build.KernelMemoryBuilder;
import org.kjump.vmcore.build.Kernels;
import org.kjump.vmcore.pipeline.Workers;

/** Classes do not depend on the ranges in which frames are looked at. */
class RangesTest {
    private static final int BLOCK = 512;

    static Set<String> kernels() {
        return Kernels.all().keySet();
    }

    private static void assertSameInRanges(PageClassifier classifier, int frames) {
        PageClasses all = classifier.all();
        PageClasses before = new PageClasses(0, 0);
        for (long start = 0; start < classifier.limit(); start += frames) {
            PageClasses range = classifier.repaired(classifier.range(start, start + frames), before);
            for (long pfn = start; pfn < range.end(); pfn++) {
                assertThat(range.of(pfn)).as("frame %x", pfn).isEqualTo(all.of(pfn));
                assertThat(range.droppedAs(pfn, 0)).as("mark of frame %x", pfn).isEqualTo(all.droppedAs(pfn, 0));
            }
            before = range;
        }
        assertThat(before.end()).isEqualTo(all.end());
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void aKernelIsTheSameBlockByBlock(String name) {
        try (MemoryImage image =
                Objects.requireNonNull(Kernels.all().get(name)).get().open()) {
            assertSameInRanges(PageClassifier.of(new KernelMemory(image)), BLOCK);
        }
    }

    /** A damaged order: the block neither starts at a multiple of its size nor ends in the range that it starts in. */
    @ParameterizedTest
    @ValueSource(ints = {BLOCK, 2 * BLOCK, 3 * BLOCK})
    void aFreeBlockGoesOnInTheNextRanges(int frames) {
        KernelMemoryBuilder kernel = Kernels.small(Generation.SINCE_5_1);
        kernel.page(500).set("_mapcount", Generation.SINCE_5_1.buddy());
        kernel.page(500).set("private", 10);
        kernel.page(1000).set("flags", Generation.HWPOISON);
        try (MemoryImage image = kernel.dump().open()) {
            PageClassifier classifier = PageClassifier.of(new KernelMemory(image));
            assertThat(classifier.all().of(500 + 1023)).isEqualTo(PageClass.FREE);
            assertSameInRanges(classifier, frames);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void anyNumberOfThreadsDropsTheSame(int threads) throws IOException {
        for (String name : kernels()) {
            try (MemoryImage image = Objects.requireNonNull(Kernels.all().get(name))
                            .get()
                            .open();
                    Workers workers = new Workers(threads)) {
                PageClassifier classifier = PageClassifier.of(new KernelMemory(image));
                DumpedPages pages = DumpedPages.of(image, classifier);
                PfnSet kept = pages.stored().copy();
                PageFilter.Result result =
                        PageFilter.drop(classifier, pages.counted(), kept, 31, workers, Progress.NONE);
                PageClasses all = classifier.all();
                for (long pfn = 0; pfn < kept.limit(); pfn++) {
                    boolean keeps = pages.stored().has(pfn) && all.droppedAs(pfn, 31) == PageClass.KERNEL;
                    assertThat(kept.has(pfn)).as("%s, frame %x", name, pfn).isEqualTo(keeps);
                }
                assertThat(result.counts().dropped())
                        .isEqualTo(all.dropped(pages.counted(), 31).dropped());
            }
        }
    }
}
