package org.kjump.vmcore.open;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Note;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.flattened.FlattenedFile;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kdump.KdumpSet;
import org.kjump.vmcore.raw.RawImage;
import org.kjump.vmcore.sadump.SadumpFile;

/**
 * Opens dumps: what a file is, its first bytes say. ELF cores, kdump-compressed files, sadump's partitions and media, LiME's files; each
 * of them flattened, too. Dumps of a Xen hypervisor are refused. Stateless: for any number of threads.
 */
public final class Dump {
    /** Of a note named Xen: XEN_ELFNOTE_CRASH_INFO (include/xen/interface/elfnote.h). */
    private static final int XEN_CRASH_INFO = 0x1000001;

    private Dump() {}

    /**
     * A dump on any file system.
     *
     * @param files one; or all parts of a kdump-compressed dump that was split, or all disks of a set of sadump's, in any order
     * @return the dump; closing it closes the files
     * @throws VmcoreException if a file is damaged or no dump, or if they do not belong together
     */
    public static MemoryImage open(Path... files) throws IOException {
        List<ByteSource> sources = new ArrayList<>();
        try {
            for (Path file : files) {
                sources.add(ByteSource.open(file));
            }
        } catch (IOException | RuntimeException e) {
            sources.forEach(ByteSource::close);
            throw e;
        }
        return open(sources);
    }

    /** A dump behind any channel, which belongs to the dump from now on, also if this fails. */
    public static MemoryImage open(String name, SeekableByteChannel channel) throws IOException {
        return open(ByteSource.of(name, channel));
    }

    /** A dump in any source, which belongs to the dump from now on, also if this fails. */
    public static MemoryImage open(ByteSource source) {
        return open(List.of(source));
    }

    /** As {@link #open(Path...)}; the sources belong to the dump from now on, also if this fails. */
    public static MemoryImage open(List<ByteSource> sources) {
        try {
            MemoryImage image = probe(sources.stream().map(Dump::rearranged).toList());
            refuseXen(image);
            return image;
        } catch (RuntimeException e) {
            sources.forEach(ByteSource::close);
            throw e;
        }
    }

    /**
     * Physical memory that says nothing of its machine: a raw file, whose byte at offset n is that of physical address n, or LiME's.
     *
     * @return the memory; closing it closes the file
     */
    public static MemoryImage openRaw(Path file, Target target) throws IOException {
        return openRaw(ByteSource.open(file), target);
    }

    /** As {@link #openRaw(Path, Target)}; the source belongs to the image from now on, also if this fails. */
    public static MemoryImage openRaw(ByteSource source, Target target) {
        try {
            return RawImage.recognisesLime(source) ? RawImage.lime(source, target) : RawImage.raw(source, target);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static ByteSource rearranged(ByteSource source) {
        return FlattenedFile.recognises(source) && !(source instanceof FlattenedFile)
                ? new FlattenedFile(source)
                : source;
    }

    private static MemoryImage probe(List<ByteSource> sources) {
        if (!sources.isEmpty() && sources.stream().allMatch(SadumpFile::recognises)) {
            return new SadumpFile(sources);
        }
        if (sources.size() != 1) {
            return set(sources);
        }
        ByteSource source = sources.get(0);
        if (ElfCore.recognises(source)) {
            return new ElfCore(source);
        }
        if (KdumpFile.recognises(source)) {
            return new KdumpFile(source);
        }
        if (RawImage.recognisesLime(source)) {
            // The file does not say; the module is used on PCs mostly. For others there is openRaw.
            return RawImage.lime(source, Target.X86_64);
        }
        throw new VmcoreException(
                "%s: no dump: an ELF core, a kdump-compressed file, sadump's or LiME's, flattened or not, is expected"
                        .formatted(source.name()));
    }

    private static MemoryImage set(List<ByteSource> sources) {
        for (ByteSource source : sources) {
            if (!KdumpFile.recognises(source)) {
                throw new VmcoreException(
                        "%s: a part of a split dump or a disk of a set expected, as there are several files"
                                .formatted(source.name()));
            }
        }
        return new KdumpSet(sources.stream().map(KdumpFile::new).toList());
    }

    private static void refuseXen(MemoryImage image) {
        for (Note note : image.notes()) {
            if (note.name().equals("VMCOREINFO_XEN") || note.name().equals("Xen") && note.type() == XEN_CRASH_INFO) {
                throw new VmcoreException(
                        "%s: a dump of a Xen hypervisor: note %s of type 0x%x; such dumps are not supported"
                                .formatted(image.name(), note.name(), note.type()));
            }
        }
    }
}
