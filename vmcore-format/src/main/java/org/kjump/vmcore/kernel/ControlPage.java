package org.kjump.vmcore.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;

/**
 * The control page of a kexec jump on i386: the code that swaps the pages, and from offset 0x800 on what it needs to swap them back
 * (arch/x86/kernel/relocate_kernel_32.S of Linux 2.6.27 to 6.x; the offsets are the same in all). The jump-back entry is the return
 * address of the call with which the code entered the other kernel. Immutable.
 *
 * @param paddr of the page
 * @param entry the jump-back entry: a physical address in the page
 * @param swapPage physical address of the page that the swap goes through
 * @param list the first entry of the page list
 */
public record ControlPage(long paddr, long entry, long swapPage, int list) {
    private static final long PAGE_OFFSET = 0xc0000000L;
    private static final int DATA = 0x800;
    private static final int CR0 = DATA + 0x4;
    private static final int VADDR = DATA + 0x10;
    private static final int SWAP_PAGE = DATA + 0x18;
    private static final int LIST = DATA + 0x1c;
    private static final int PG_AND_PE = 0x80000001;
    private static final int INDIRECTION = 2;
    /** {@code call *%edx} */
    private static final int CALL = 0xd2ff;

    /**
     * The control page that a jump-back entry lies in.
     *
     * @param entry physical address, as {@code kexec_jump_back_entry=} gave it
     * @throws VmcoreException if there is none
     */
    public static ControlPage at(MemoryImage dump, long entry) {
        long paddr = entry & -dump.target().pageSize();
        ByteBuffer page = page(dump);
        PageState state =
                entry < 0 ? PageState.ABSENT : dump.read(paddr >> dump.target().pageShift(), page);
        if (state != PageState.PRESENT) {
            throw new VmcoreException(
                    "%s: jump-back entry 0x%x: the dump has no page there".formatted(dump.name(), entry));
        }
        Optional<ControlPage> found = of(page, paddr);
        if (found.isEmpty() || found.get().entry != entry) {
            throw new VmcoreException(
                    "%s: no control page of a jump at entry 0x%x: CR0 %08x, mapped at %08x, page list %08x, %s"
                            .formatted(
                                    dump.name(),
                                    entry,
                                    page.getInt(CR0),
                                    page.getInt(VADDR),
                                    page.getInt(LIST),
                                    entry(page).isPresent()
                                            ? "its code returns to 0x%x"
                                                    .formatted(
                                                            paddr + entry(page).getAsLong())
                                            : "no code that jumps"));
        }
        return found.get();
    }

    /** All pages of a dump that are control pages of a jump; reads the whole dump. */
    public static List<ControlPage> find(MemoryImage dump) {
        List<ControlPage> found = new ArrayList<>();
        ByteBuffer page = page(dump);
        for (long pfn = dump.nextReadable(0); pfn >= 0; pfn = dump.nextReadable(pfn + 1)) {
            dump.read(pfn, page.clear());
            of(page, pfn << dump.target().pageShift()).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private static ByteBuffer page(MemoryImage dump) {
        return ByteBuffer.allocate(dump.target().pageSize()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Optional<ControlPage> of(ByteBuffer page, long paddr) {
        OptionalLong entry = entry(page);
        int list = page.getInt(LIST);
        boolean isOne = (page.getInt(CR0) & PG_AND_PE) == PG_AND_PE
                && page.getInt(VADDR) == (int) (paddr + PAGE_OFFSET)
                && (list & 0xfff) == INDIRECTION
                && entry.isPresent();
        long swapPage = page.getInt(SWAP_PAGE) & 0xffffffffL;
        return isOne
                ? Optional.of(new ControlPage(paddr, paddr + entry.getAsLong(), swapPage, list))
                : Optional.empty();
    }

    /** The offset behind the only call of the code. */
    private static OptionalLong entry(ByteBuffer page) {
        OptionalLong found = OptionalLong.empty();
        for (int at = 0; at < DATA - 1; at++) {
            if ((page.getShort(at) & 0xffff) == CALL) {
                found = OptionalLong.of(at + 2L);
            }
        }
        return found;
    }
}
