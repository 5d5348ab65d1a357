package org.kjump.machine.cpu;

import java.util.HashMap;
import java.util.Map;

/** Decoded code by page frame. Whoever writes to memory reports it here, so that changed code is decoded again. */
final class CodeCache {
    private final Map<Integer, CodePage> pages = new HashMap<>();

    /** Set by a write to code, cleared by who then drops the block that it is executing. */
    boolean changed;

    CodePage page(int pfn) {
        return pages.getOrDefault(pfn, CodePage.NONE);
    }

    CodePage makePage(int pfn) {
        return pages.computeIfAbsent(pfn, CodePage::new);
    }

    void written(CodePage page, int offset, int size) {
        if (page.holds(offset, size)) {
            page.forget();
            changed = true;
        }
    }

    void clear() {
        pages.clear();
        changed = false;
    }
}
