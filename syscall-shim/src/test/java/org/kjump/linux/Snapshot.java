package org.kjump.linux;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.kjump.linux.sched.Tasks;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.Machine;
import org.kjump.vmcore.layout.Struct;

/** All of a machine's memory at one time. */
final class Snapshot {
    private final byte[][] pages;

    private Snapshot(byte[][] pages) {
        this.pages = pages;
    }

    static Snapshot of(BootedMachine machine) {
        return machine.machine(Snapshot::of);
    }

    private static Snapshot of(Machine machine) {
        byte[][] pages = new byte[machine.ram().pageCount()][];
        Arrays.setAll(pages, pfn -> machine.ram().peekPage(pfn).clone());
        return new Snapshot(pages);
    }

    /** Frames whose bytes differ. */
    Set<Integer> differences(Snapshot other) {
        Set<Integer> found = new TreeSet<>();
        for (int pfn = 0; pfn < pages.length; pfn++) {
            if (!Arrays.equals(pages[pfn], other.pages[pfn])) {
                found.add(pfn);
            }
        }
        return found;
    }

    /**
     * What kernel_kexec itself writes on the way out and back: the log, the processor's state, the tables for the jump, stacks,
     * what drivers remember of their devices, the image's next entry, and its control and swap page.
     */
    static Set<Integer> writtenByTheJump(KernelView kernel) {
        Set<Integer> pages = new TreeSet<>();
        LoadedImage image = LoadedImage.of(kernel);
        pages.addAll(Set.of(image.control(), image.swap(), image.kimage()));
        for (String symbol :
                new String[] {"kexec_pgd", "kexec_pte0", "kexec_pte1", "log_buf", "saved_context", "kexec_mutex"}) {
            pages.add((int) (kernel.profile().symbol(symbol) - 0xc0000000L >> 12));
        }
        for (int i = 0; i < 8; i++) {
            pages.add((int) (kernel.profile().symbol("__log_buf") - 0xc0000000L >> 12) + i);
        }
        for (Struct task : new Tasks(kernel).all()) {
            pages.add((int) (task.get("stack") - 0xc0000000L >> 12));
            pages.add((int) (task.get("stack") - 0xc0000000L >> 12) + 1);
            pages.add((int) (task.address() - 0xc0000000L >> 12));
        }
        for (long node : kernel.list(kernel.profile().symbol("dpm_list"))) {
            pages.add((int) (node - 0xc0000000L >> 12));
        }
        return pages;
    }
}
