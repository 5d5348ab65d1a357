package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.btf.BtfTypes;
import org.kjump.vmcore.elf.ElfSections;
import org.kjump.vmcore.elf.ElfSymbols;
import org.kjump.vmcore.io.ByteSource;

/**
 * A vmlinux of a distribution's -dbg package: {@code -Dkjump.vmlinux=FILE}. It has its types twice, as DWARF from the compiler and as
 * BTF that pahole made of it: both tell the same.
 */
class RealVmlinuxTest {
    @Test
    void dwarfAndBtfAgree() throws IOException {
        String file = System.getProperty("kjump.vmlinux", "");
        Assumptions.assumeFalse(file.isEmpty(), "skipped: no -Dkjump.vmlinux=FILE");
        try (Vmlinux vmlinux = new Vmlinux(ByteSource.open(Path.of(file)))) {
            VmcoreInfo dwarf = vmlinux.info();
            assertThat(dwarf.keys()).contains("OSRELEASE", "SIZE(page)", "NUMBER(PG_lru)", "SYMBOL(_stext)");
            VmcoreInfo btf = btf(Path.of(file));
            // Of variables BTF has but those of processors.
            List<String> keys = Names.keys().stream()
                    .filter(key -> !key.equals("LENGTH(node_data)") && !key.equals("LENGTH(mem_section)"))
                    .toList();
            assertThat(keys).allSatisfy(key -> assertThat(btf.text(key)).isEqualTo(dwarf.text(key)));
        }
    }

    private static VmcoreInfo btf(Path file) throws IOException {
        try (ByteSource source = ByteSource.open(file)) {
            ElfSections elf = new ElfSections(source);
            ElfSymbols symbols = new ElfSymbols(elf);
            ByteSource section = elf.bytes(".BTF").orElseThrow();
            ByteBuffer bytes = ByteBuffer.allocate((int) section.size()).order(elf.order());
            section.readFully(0, bytes);
            return Names.find(
                    "BTF", Names.keys(), symbols::address, new BtfTypes("BTF", bytes.flip(), elf.wordBytes()));
        }
    }
}
