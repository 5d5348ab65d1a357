package org.kjump.vmcore.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Progress;
import org.kjump.vmcore.pipeline.Stages;
import org.kjump.vmcore.pipeline.Workers;

/** Takes out of a set of frames what a dump level drops, range by range. Each call stands for itself. */
public final class PageFilter implements Stages<PageFilter.Block> {
    private final PageClassifier classifier;
    private final PfnSet counted;
    private final PfnSet kept;
    private final int level;
    private final Progress progress;
    private final PageCounts counts = new PageCounts();
    private final List<String> warnings;
    private long next;
    private PageClasses before = new PageClasses(0, 0);

    /**
     * What was dropped.
     *
     * @param counts how many of the frames that count, by class
     * @param warnings what is wrong with the kernel's memory, a line each; the pages in doubt are kept
     */
    public record Result(PageCounts counts, List<String> warnings) {}

    private PageFilter(PageClassifier classifier, PfnSet counted, PfnSet kept, int level, Progress progress) {
        this.classifier = classifier;
        this.counted = counted;
        this.kept = kept;
        this.level = level;
        this.progress = progress;
        this.warnings = new ArrayList<>(classifier.warnings());
        this.next = classifier.nextRange(0);
    }

    /**
     * Takes the frames out of {@code kept} that {@code level} drops.
     *
     * @param counted frames that the result's numbers speak of; not {@code kept} itself
     * @throws org.kjump.vmcore.VmcoreException if the kernel's memory does not allow it
     */
    public static Result drop(
            PageClassifier classifier, PfnSet counted, PfnSet kept, int level, Workers workers, Progress progress)
            throws IOException {
        PageFilter filter = new PageFilter(classifier, counted, kept, level, progress);
        workers.run(filter);
        return new Result(filter.counts, List.copyOf(filter.warnings));
    }

    /** A range of frames and what becomes of it. */
    static final class Block {
        private long start;
        private PageClasses classes = new PageClasses(0, 0);
        private PageCounts counts = new PageCounts();
        private long[] dropped = {};
    }

    @Override
    public Block block() {
        return new Block();
    }

    @Override
    public boolean next(Block block) {
        if (next < 0) {
            return false;
        }
        block.start = next;
        next = classifier.nextRange(next + PageClassifier.RANGE);
        return true;
    }

    @Override
    public void work(Block block) {
        use(block, classifier.range(block.start, block.start + PageClassifier.RANGE));
    }

    private void use(Block block, PageClasses classes) {
        block.classes = classes;
        block.counts = classes.dropped(counted, level);
        block.dropped = classes.dropped(level);
    }

    @Override
    public void done(Block block) {
        PageClasses repaired = classifier.repaired(block.classes, before);
        if (!repaired.equals(block.classes)) {
            use(block, repaired);
        }
        before = repaired;
        kept.remove(block.start, block.dropped);
        counts.add(block.counts);
        warnings.addAll(repaired.warnings());
        progress.at(repaired.end(), classifier.limit());
    }
}
