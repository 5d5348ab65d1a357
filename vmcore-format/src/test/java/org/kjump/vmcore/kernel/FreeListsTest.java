package org.kjump.vmcore.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.I386Kernels;
import org.kjump.vmcore.build.KernelMemoryBuilder;

/** Kernels whose free pages only the buddy allocator's lists tell, and what becomes of lists that are broken. */
class FreeListsTest {
    private final KernelMemoryBuilder kernel = I386Kernels.tiny();

    private PageClassifier classifier() {
        try (MemoryImage image = kernel.dump().open()) {
            return PageClassifier.of(new KernelMemory(image));
        }
    }

    private void assertFree(PageClasses classes, long... pfns) {
        for (long pfn : pfns) {
            assertThat(classes.of(pfn)).as("frame %x", pfn).isEqualTo(PageClass.FREE);
        }
    }

    private void assertKept(PageClasses classes, long... pfns) {
        for (long pfn : pfns) {
            assertThat(classes.of(pfn)).as("frame %x", pfn).isEqualTo(PageClass.KERNEL);
        }
    }

    @Test
    void blocksOfAllOrdersAreFree() {
        PageClassifier classifier = classifier();
        PageClasses classes = classifier.all();
        assertFree(classes, 0x20, 0x27, 0x28, 0x2f, 0x30, 0x31, 0x33);
        assertKept(classes, 0x1f, 0x32, 0x34);
        assertThat(classifier.warnings()).isEmpty();
    }

    /** A hypervisor's dump has no virtual addresses: the directory's 4 MiB pages lead to the lists. */
    @Test
    void pageTablesLeadToTheLists() {
        try (MemoryImage image = I386Kernels.freeLists().hypervisorDump().open()) {
            PageClasses classes = PageClassifier.of(new KernelMemory(image)).all();
            long free = 0;
            for (long pfn = 0; pfn < classes.end(); pfn++) {
                free += classes.of(pfn) == PageClass.FREE ? 1 : 0;
            }
            assertThat(free).isEqualTo(0x41a);
        }
    }

    @Test
    void behindANodeThatDoesNotLinkBackTheListIsLeftAlone() {
        kernel.pointer(kernel.page(0x33).addressOf("lru.prev"), 0xc0001000L);
        PageClassifier classifier = classifier();
        PageClasses classes = classifier.all();
        assertFree(classes, 0x31, 0x20, 0x28);
        assertKept(classes, 0x33, 0x30);
        assertThat(classifier.warnings()).singleElement().asString().contains("The free list is broken: order 0");
    }

    @Test
    void aListThatRunsInARingEnds() {
        kernel.pointer(
                kernel.page(0x30).addressOf("lru.next"),
                kernel.vaddr(kernel.page(0x31).addressOf("lru.next")));
        PageClassifier classifier = classifier();
        PageClasses classes = classifier.all();
        assertFree(classes, 0x31, 0x33, 0x30);
        assertThat(classifier.warnings()).hasSize(1);
    }

    @Test
    void aNodeThatIsNoStructPageEndsTheList() {
        kernel.pointer(kernel.page(0x33).addressOf("lru.next"), 0xc0001004L);
        PageClassifier classifier = classifier();
        assertKept(classifier.all(), 0x30);
        assertThat(classifier.warnings()).singleElement().asString().contains("broken at node c0001004");
    }

    /** A block of order 3 starts at a multiple of 8. */
    @Test
    void aBlockThatIsNotAlignedEndsTheList() {
        I386Kernels.list(kernel, 0, 3, 0, 0x28, 0x24);
        PageClassifier classifier = classifier();
        PageClasses classes = classifier.all();
        assertFree(classes, 0x28);
        assertKept(classes, 0x24);
    }

    @Test
    void aPointerIntoNowhereEndsTheListOnly() {
        kernel.pointer(kernel.page(0x33).addressOf("lru.next"), 0x10);
        PageClassifier classifier = classifier();
        PageClasses classes = classifier.all();
        assertFree(classes, 0x20, 0x28, 0x31, 0x33);
        assertThat(classifier.warnings()).hasSize(1);
    }

    @Test
    void aNodeOfTooManyZonesIsRefused() {
        kernel.ram().setUnsigned(0x13000 + 0x920, 4, 17);
        assertThatThrownBy(this::classifier)
                .isInstanceOf(VmcoreException.class)
                .hasMessage("built: node at c0013000: at most 16 zones expected, 17 found");
    }
}
