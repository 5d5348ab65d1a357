package org.kjump;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;

/** What one C tool makes of a dump, level by level, beside what we make of it; of a dump that it refuses, why. */
final class Verdict {
    private final DebianKernel.Judge judge;
    private final List<String> form;
    private final List<PageDifference> levels = new ArrayList<>();
    private String refusal = "";

    /** @param form options of makedumpfile, such as {@code -E} */
    Verdict(DebianKernel.Judge judge, String... form) {
        this.judge = judge;
        this.form = List.of(form);
    }

    /** Takes the next level, from 0 on. */
    void add(Path ours, Path work) throws IOException, InterruptedException {
        if (!refusal.isEmpty()) {
            return;
        }
        List<String> words = new ArrayList<>(form);
        words.addAll(List.of("-f", "-d", Integer.toString(levels.size()), "--message-level", "4"));
        words.addAll(List.of(judge.core().toString(), "theirs"));
        Oracle.Outcome outcome = judge.makedumpfile().attempt(work, words.toArray(String[]::new));
        if (outcome.status() == 0) {
            levels.add(PageDifference.between(ours, work.resolve("theirs")));
        } else {
            refusal = outcome.output().lines().findFirst().orElse("without a word");
        }
    }

    /** What the tool said when it refused the dump; empty if it did not. */
    String refusal() {
        return refusal;
    }

    /** A row of the table: kept pages, bold where they are not ours, and how many levels are as ours. */
    String row(int... shown) {
        StringBuilder row = new StringBuilder("| | " + judge.name() + " |");
        if (!refusal.isEmpty()) {
            return row.append(" |".repeat(shown.length) + " refuses: " + refusal + " |\n")
                    .toString();
        }
        for (int level : shown) {
            PageDifference difference = levels.get(level);
            row.append((difference.none() ? " %d |" : " **%d** |").formatted(difference.keptThere()));
        }
        long equal = levels.stream().filter(PageDifference::none).count();
        long more = levels.stream().mapToLong(PageDifference::onlyThere).max().orElse(0);
        long fewer = levels.stream().mapToLong(PageDifference::onlyHere).max().orElse(0);
        row.append(
                equal == levels.size()
                        ? " at all levels |\n"
                        : " at %d of %d; up to %d too many, %d lost |\n".formatted(equal, levels.size(), more, fewer));
        return row.toString();
    }

    void assertSame(SoftAssertions softly) {
        for (int level = 0; level < levels.size(); level++) {
            softly.assertThat(levels.get(level))
                    .as("%s %s -d %d", judge.name(), form, level)
                    .matches(PageDifference::none, "the same pages");
        }
    }
}
