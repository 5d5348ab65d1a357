package org.kjump.linux.boot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.kjump.linux.mm.Gfp;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.memory.Ram;

/**
 * The root file system that a kernel unpacked from its initrd: a cpio archive in page cache pages of the kernel's, found
 * through the variables {@code rootfs_length} and {@code rootfs_pages} (a chain of index pages, each with 1023 frames and the
 * address of the next).
 */
public record RootArchive(KernelView kernel) {
    private static final int INDEX_ENTRIES = 1023;

    /** A file of the archive. */
    public record Entry(boolean directory, byte[] content) {}

    /** Unpacks {@code initrd}, a gzip, into pages of the kernel. */
    void unpack(byte[] initrd) {
        PageAllocator allocator = new PageAllocator(kernel);
        long room = allocator.freePages() * Ram.PAGE_SIZE;
        byte[] archive;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(initrd))) {
            archive = in.readNBytes((int) Math.min(room + 1, Integer.MAX_VALUE - 8));
        } catch (IOException e) {
            throw new KernelPanic("junk in compressed archive: " + e.getMessage());
        }
        if (archive.length > room) {
            throw new KernelPanic("write error: the initramfs does not fit into %d KiB".formatted(room / 1024));
        }
        kernel.setVariable("rootfs_length", archive.length);
        long slot = kernel.profile().symbol("rootfs_pages");
        int inIndex = INDEX_ENTRIES;
        long index = 0;
        for (int at = 0; at < archive.length; at += Ram.PAGE_SIZE) {
            if (inIndex == INDEX_ENTRIES) {
                index = KernelView.pageAddress(page(allocator, Gfp.KERNEL));
                kernel.setU32(slot, index);
                slot = index + 4L * INDEX_ENTRIES;
                inIndex = 0;
            }
            int pfn = page(allocator, Gfp.HIGHUSER_MOVABLE);
            allocator.memMap().setCache(pfn, kernel.profile().symbol("rootfs_pages"), at / Ram.PAGE_SIZE);
            kernel.ram()
                    .write(
                            (long) pfn << Ram.PAGE_SHIFT,
                            ByteBuffer.wrap(archive, at, Math.min(Ram.PAGE_SIZE, archive.length - at)));
            kernel.setU32(index + 4L * inIndex++, pfn);
        }
        if (files().isEmpty()) {
            throw new KernelPanic("the initramfs holds no files");
        }
    }

    private static int page(PageAllocator allocator, Gfp gfp) {
        return allocator.allocateZeroed(gfp, 0).orElseThrow(() -> new KernelPanic("Out of memory while unpacking"));
    }

    /** Whether this kernel has its root in memory. */
    public boolean exists() {
        return kernel.variable("rootfs_length") != 0;
    }

    /** All files by path, without a leading slash. */
    public Map<String, Entry> files() {
        Map<String, Entry> files = new TreeMap<>();
        byte[] archive = bytes();
        try (CpioArchiveInputStream cpio = new CpioArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (CpioArchiveEntry entry = cpio.getNextEntry(); entry != null; entry = cpio.getNextEntry()) {
                files.put(entry.getName(), new Entry(entry.isDirectory(), content(cpio, entry, archive.length)));
            }
        } catch (IOException e) {
            throw new KernelPanic("the initramfs is damaged: " + e.getMessage());
        }
        return files;
    }

    private static byte[] content(InputStream in, CpioArchiveEntry entry, int limit) throws IOException {
        if (entry.getSize() > limit) {
            throw new IOException(
                    "%s has %d bytes in an archive of %d".formatted(entry.getName(), entry.getSize(), limit));
        }
        return in.readNBytes((int) entry.getSize());
    }

    private byte[] bytes() {
        int length = (int) kernel.variable("rootfs_length");
        if (length < 0 || length > kernel.ram().size()) {
            throw new KernelPanic("rootfs_length %d".formatted(length));
        }
        byte[] archive = new byte[length];
        long index = kernel.variable("rootfs_pages");
        int inIndex = 0;
        for (int at = 0; at < length; at += Ram.PAGE_SIZE) {
            if (inIndex == INDEX_ENTRIES) {
                index = kernel.u32(index + 4L * INDEX_ENTRIES);
                inIndex = 0;
            }
            long pfn = kernel.u32(index + 4L * inIndex++);
            kernel.ram()
                    .read(pfn << Ram.PAGE_SHIFT, ByteBuffer.wrap(archive, at, Math.min(Ram.PAGE_SIZE, length - at)));
        }
        return archive;
    }
}
