package org.kjump.vmcore.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.build.Abi;
import org.kjump.vmcore.build.Contents;
import org.kjump.vmcore.build.DumpBuilder;
import org.kjump.vmcore.build.KdumpBuilder;
import org.kjump.vmcore.build.SadumpBuilder;
import org.kjump.vmcore.codec.Compression;
import org.kjump.vmcore.elf.ElfCore;
import org.kjump.vmcore.flattened.FlattenedSink;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.kdump.KdumpFile;
import org.kjump.vmcore.kdump.KdumpSet;
import org.kjump.vmcore.sadump.SadumpFile;

class DumpTest {
    private static final Map<Long, byte[]> PAGES =
            Map.of(1L, Contents.text(1, 4096), 2L, Contents.text(2, 4096), 8L, Contents.noise(8, 4096));

    private static KdumpBuilder kdump() {
        KdumpBuilder file = KdumpBuilder.file(Abi.I386, ByteOrder.LITTLE_ENDIAN).machine("i686");
        PAGES.forEach((pfn, bytes) -> file.page(pfn, bytes, Compression.SNAPPY));
        return file;
    }

    private static byte[] flattened(byte[] file) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (FlattenedSink sink = new FlattenedSink(Channels.newChannel(stream))) {
            sink.write(100, ByteBuffer.wrap(file, 100, file.length - 100));
            sink.write(0, ByteBuffer.wrap(file, 0, 100));
            sink.end();
        }
        return stream.toByteArray();
    }

    /** On a file system whose channels are not those of files. */
    private static void assertOpens(Class<?> kind, List<byte[]> contents) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            List<Path> paths = new ArrayList<>();
            for (byte[] content : contents) {
                paths.add(Files.write(files.getPath("/" + paths.size()), content));
            }
            try (MemoryImage image = Dump.open(paths.toArray(Path[]::new))) {
                assertThat(image).isInstanceOf(kind);
                Contents.assertHas(image, PAGES);
            }
        }
    }

    @Test
    void whateverItIsItIsOpened() throws IOException {
        DumpBuilder core = DumpBuilder.core(Target.I386);
        PAGES.forEach((pfn, bytes) -> core.load(pfn * 4096, bytes));
        SadumpBuilder sadump = new SadumpBuilder();
        PAGES.forEach(sadump::page);
        List<byte[]> parts = kdump().split(2);
        assertOpens(ElfCore.class, List.of(core.bytes()));
        assertOpens(ElfCore.class, List.of(flattened(core.bytes())));
        assertOpens(KdumpFile.class, List.of(kdump().bytes()));
        assertOpens(KdumpFile.class, List.of(flattened(kdump().bytes())));
        assertOpens(KdumpSet.class, List.of(parts.get(1), parts.get(0)));
        assertOpens(KdumpSet.class, List.of(parts.get(0), flattened(parts.get(1))));
        assertOpens(SadumpFile.class, List.of(sadump.singlePartition()));
        assertOpens(
                SadumpFile.class,
                List.of(sadump.disks(2, 1).get(1), sadump.disks(2, 1).get(0)));
    }

    @Test
    void whatIsNoDumpIsTold() {
        assertThatThrownBy(() -> Dump.open(ByteSource.of("text", ByteBuffer.wrap(Contents.text(1, 99)))))
                .isInstanceOf(VmcoreException.class)
                .hasMessageStartingWith("text: no dump:");
        assertThatThrownBy(() -> Dump.open(
                        List.of(kdump().source(), DumpBuilder.core(Target.I386).source())))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("built: a part of a split dump or a disk of a set expected, as there are several files");
        assertThatThrownBy(() -> Dump.open(List.of())).isInstanceOf(VmcoreException.class);
        assertThatThrownBy(() -> Dump.open(Path.of("nowhere"))).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @CsvSource({"Xen, 0x1000001", "VMCOREINFO_XEN, 0x0"})
    void aDumpOfXenIsRefused(String name, String type) {
        byte[] core = DumpBuilder.core(Target.X86_64)
                .note(name, Integer.decode(type), new byte[16])
                .load(0, new byte[4096])
                .bytes();
        assertThatThrownBy(() -> Dump.open(ByteSource.of("dump", ByteBuffer.wrap(core))))
                .isInstanceOf(VmcoreException.class)
                .hasMessage(
                        "dump: a dump of a Xen hypervisor: note %s of type %s; such dumps are not supported",
                        name, type);
    }
}
