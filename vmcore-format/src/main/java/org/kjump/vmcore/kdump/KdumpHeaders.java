package org.kjump.vmcore.kdump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Notes;
import org.kjump.vmcore.PfnSet;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.io.ByteSource;

/**
 * The two headers of a kdump-compressed file, in whatever layout and byte order it has. Members of the sub header that the file's version
 * has not are taken for zero, whatever stands there. The buffers must not change.
 */
record KdumpHeaders(ByteSource file, KdumpLayout layout, ByteBuffer header, ByteBuffer subHeader) {
    /** Versions from which members of the sub header are there. */
    private static final Map<String, Integer> SINCE = Map.ofEntries(
            Map.entry("phys_base", 0),
            Map.entry("dump_level", 1),
            Map.entry("split", 2),
            Map.entry("start_pfn", 2),
            Map.entry("end_pfn", 2),
            Map.entry("offset_vmcoreinfo", 3),
            Map.entry("size_vmcoreinfo", 3),
            Map.entry("offset_note", 4),
            Map.entry("size_note", 4),
            Map.entry("offset_eraseinfo", 5),
            Map.entry("size_eraseinfo", 5),
            Map.entry("start_pfn_64", 6),
            Map.entry("end_pfn_64", 6),
            Map.entry("max_mapnr_64", 6));

    private static final int BLOCK_MIN = 1 << 12;
    private static final int BLOCK_MAX = 1 << 16;
    private static final long NARROW_MAX = 0xffffffffL;
    private static final int MACHINE_OFFSET = 4 * 65;

    /** Whether a file begins as a kdump-compressed file does. */
    static boolean recognises(ByteSource file) {
        ByteBuffer magic = ByteBuffer.allocate(KdumpLayout.SIGNATURE.length());
        file.read(0, magic);
        return StandardCharsets.ISO_8859_1.decode(magic.flip()).toString().equals(KdumpLayout.SIGNATURE);
    }

    /**
     * No header says whose layout it has: it is the one in which the numbers fit each other, looked for from the machine that the header
     * names. The machine alone would not do: QEMU writes the 64-bit layout for i386 guests, and the i386 one for any 32-bit guest.
     *
     * @throws VmcoreException if there is none
     */
    static KdumpHeaders of(ByteSource file) {
        if (!recognises(file)) {
            throw new VmcoreException(
                    "%s: signature at offset 0: 'KDUMP   ' expected, something else found".formatted(file.name()));
        }
        ByteBuffer start = ByteBuffer.allocate(KdumpLayout.WIDE.header().size());
        file.readFully(0, start);
        List<KdumpHeaders> sane = layouts(MachineName.named(text(start, MACHINE_OFFSET))
                        .orElse(MachineName.I386)
                        .layout())
                .flatMap(layout -> Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                        .map(order -> at(file, layout, start.duplicate().order(order))))
                .filter(KdumpHeaders::isSane)
                .toList();
        return sane.stream()
                .filter(KdumpHeaders::subHeaderFits)
                .findFirst()
                .or(() -> sane.stream().findFirst())
                .map(KdumpHeaders::checked)
                .orElseThrow(() -> new VmcoreException(
                        ("%s: header at offset 0: block_size of 4 to 64 KiB and a bitmap for max_mapnr expected"
                                        + " in the layout of some machine, none found")
                                .formatted(file.name())));
    }

    private static Stream<KdumpLayout> layouts(KdumpLayout first) {
        return Stream.concat(Stream.of(first), KdumpLayout.ALL.stream().filter(layout -> !layout.equals(first)));
    }

    /** The sub header is cut if the file is. */
    private static KdumpHeaders at(ByteSource file, KdumpLayout layout, ByteBuffer header) {
        ByteBuffer sub = layout.subHeader().allocate().order(header.order());
        file.read(layout.get(header, "block_size"), sub);
        return new KdumpHeaders(file, layout, header, sub.clear());
    }

    private boolean isSane() {
        long block = header("block_size");
        return Long.bitCount(block) == 1
                && block >= BLOCK_MIN
                && block <= BLOCK_MAX
                && header("max_mapnr") > 0
                && 8 * block * header("bitmap_blocks") >= header("max_mapnr");
    }

    private boolean subHeaderFits() {
        return isInside(sub("offset_vmcoreinfo"), sub("size_vmcoreinfo"))
                && isInside(sub("offset_note"), sub("size_note"))
                && isInside(sub("offset_eraseinfo"), sub("size_eraseinfo"))
                && (!hasSub("max_mapnr_64") || Math.min(sub("max_mapnr_64"), NARROW_MAX) == header("max_mapnr"));
    }

    private boolean isInside(long offset, long size) {
        return size == 0 || offset >= block() && size > 0 && size <= file.size() && offset <= file.size() - size;
    }

    private KdumpHeaders checked() {
        file.readFully(block(), layout.subHeader().allocate());
        long bytes = bitmapBytes();
        if (pfnLimit() < 0 || pfnLimit() > Math.min(PfnSet.LIMIT_MAX, 8 * bytes) || descriptors() > file.size()) {
            throw bad(
                    "bitmaps of 0x%x frames".formatted(pfnLimit()),
                    "within the file's %d bytes".formatted(file.size()),
                    "%d bytes at offset %d".formatted(bytes, bitmaps()));
        }
        if (startPfn() < 0 || startPfn() > endPfn() || endPfn() > pfnLimit()) {
            throw bad(
                    "part of a split dump",
                    "frames up to 0x%x".formatted(pfnLimit()),
                    "0x%x to 0x%x".formatted(startPfn(), endPfn()));
        }
        return this;
    }

    VmcoreException bad(String what, String expected, Object found) {
        return new VmcoreException("%s: %s: %s expected, %s found".formatted(file.name(), what, expected, found));
    }

    /** What a reader is told who asks for a page whose descriptor was never written. */
    VmcoreException lost(long pfn) {
        return new VmcoreException("%s: page frame 0x%x was lost: the dump is incomplete".formatted(file.name(), pfn));
    }

    ByteOrder order() {
        return header.order();
    }

    /** A member of the main header. */
    long header(String member) {
        return layout.get(header, member);
    }

    /** Whether the file's version has a member of the sub header. */
    boolean hasSub(String member) {
        return header("header_version") >= SINCE.getOrDefault(member, 0);
    }

    /** A member of the sub header; 0 if the file's version has it not. */
    long sub(String member) {
        return hasSub(member) ? layout.getSub(subHeader, member) : 0;
    }

    /** Of {@code struct new_utsname}: a name of up to 64 bytes, at {@code offset}. */
    private static String text(ByteBuffer header, int offset) {
        ByteBuffer field = header.slice(KdumpLayout.UTSNAME_OFFSET + offset, 65);
        String text = StandardCharsets.ISO_8859_1.decode(field).toString();
        return text.substring(0, Math.max(0, text.indexOf('\0')));
    }

    /** Bytes in a block, which is a page of the dumped machine. */
    int block() {
        return (int) header("block_size");
    }

    /** Frames that the bitmaps have bits for. */
    long pfnLimit() {
        long wide = sub("max_mapnr_64");
        return wide == 0 ? header("max_mapnr") : wide;
    }

    /** Where the first bitmap starts. */
    long bitmaps() {
        return (1 + header("sub_hdr_size")) * block();
    }

    /** The length of both bitmaps. */
    long bitmapBytes() {
        return header("bitmap_blocks") * block();
    }

    /** Where the second bitmap starts. An old diskdump has but one, which serves as both: there are too few blocks for two. */
    long secondBitmap() {
        long bytes = (pfnLimit() + 7) / 8;
        long blocks = (bytes + block() - 1) / block();
        return header("bitmap_blocks") < 2 * blocks ? bitmaps() : bitmaps() + header("bitmap_blocks") / 2 * block();
    }

    /** Where the page descriptors start. */
    long descriptors() {
        return bitmaps() + bitmapBytes();
    }

    boolean isSplit() {
        return sub("split") != 0;
    }

    /** The lowest frame that the file has a descriptor for. */
    long startPfn() {
        return isSplit() ? hasSub("start_pfn_64") ? sub("start_pfn_64") : sub("start_pfn") : 0;
    }

    /** The lowest frame above those that the file has a descriptor for. */
    long endPfn() {
        return isSplit() ? hasSub("start_pfn_64") ? sub("end_pfn_64") : sub("end_pfn") : pfnLimit();
    }

    int level() {
        return (int) sub("dump_level");
    }

    boolean isIncomplete() {
        return (header("status") & KdumpFlags.INCOMPLETE) != 0;
    }

    List<Note> notes() {
        return Notes.parse(stretch("notes", sub("offset_note"), sub("size_note")));
    }

    ByteBuffer eraseInfo() {
        return stretch("erase information", sub("offset_eraseinfo"), sub("size_eraseinfo"));
    }

    private ByteBuffer stretch(String what, long offset, long size) {
        if (offset == 0 || size == 0) {
            return ByteBuffer.allocate(0);
        }
        if (!isInside(offset, size) || size > Integer.MAX_VALUE) {
            throw bad(what, "within the file", "%d bytes at offset %d".formatted(size, offset));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size).order(order());
        file.readFully(offset, bytes);
        return bytes.flip();
    }

    /**
     * The machine that the header names. If it names none that is known, and of what it calls x86_64, the processors' registers tell: QEMU
     * calls an i386 guest so, and an ARM one Unknown. A machine that stays unknown is readable as pages; nothing is known of its page
     * tables. Pages are as large as blocks but where VMCOREINFO says that they are smaller: QEMU has blocks of 64 KiB for any arm64 guest.
     */
    Target target(List<Note> notes) {
        String name = text(header, MACHINE_OFFSET);
        Optional<MachineName> named = MachineName.named(name);
        Optional<MachineName> registers = MachineName.of(notes, order());
        boolean guest =
                named.equals(Optional.of(MachineName.X86_64)) && registers.equals(Optional.of(MachineName.I386));
        MachineName machine = guest
                ? MachineName.I386
                : named.or(() -> registers)
                        .orElseGet(() -> name.isEmpty() ? byLayout() : new MachineName(0, layout.wordBytes()));
        return new Target(machine.elfMachine(), machine.wordBytes(), order(), pageShift(notes));
    }

    private int pageShift(List<Note> notes) {
        String size = VmcoreInfo.of(file.name(), notes)
                .flatMap(info -> info.text("PAGESIZE"))
                .orElse("");
        for (int page = BLOCK_MIN; page < block() && !isSplit(); page *= 2) {
            if (size.equals(Integer.toString(page))) {
                return Integer.numberOfTrailingZeros(page);
            }
        }
        return Integer.numberOfTrailingZeros(block());
    }

    /** Nearly all dumps are of PCs. */
    private MachineName byLayout() {
        boolean big = order() == ByteOrder.BIG_ENDIAN;
        return Stream.of(MachineName.I386, MachineName.X86_64)
                .filter(machine -> !big && machine.layout().equals(layout))
                .findFirst()
                .orElse(new MachineName(0, layout.wordBytes()));
    }
}
