package org.kjump.vmcore.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/** Headers as elf.h lays them out. */
class ElfFileTest {
    /** An i386 core with one load of 0x1000 bytes, of which 0x800 are in the file at 0x54. */
    private static ByteBuffer elf32() {
        ByteBuffer elf = ByteBuffer.allocate(0x54 + 0x800).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
        elf.putShort(16, (short) 4).putShort(18, (short) 3).putInt(20, 1).putInt(24, 0x1234);
        elf.putInt(28, 52)
                .putShort(40, (short) 52)
                .putShort(42, (short) 32)
                .putShort(44, (short) 1)
                .putShort(46, (short) 40);
        elf.putInt(52, 1).putInt(56, 0x54).putInt(60, -1).putInt(64, 0x100000).putInt(68, 0x800);
        return elf.putInt(72, 0x1000);
    }

    @Test
    void headersOfA32BitFileAreRead() {
        ElfFile elf = ElfFile.of(ByteSource.of("core", elf32()));
        assertThat(elf.wordBytes()).isEqualTo(4);
        assertThat(elf.type()).isEqualTo(ElfFile.ET_CORE);
        assertThat(elf.machine()).isEqualTo(3);
        assertThat(elf.entry()).isEqualTo(0x1234);
        assertThat(elf.declared()).isEqualTo(new ElfFile.Declared(1, 1, 52, 0, 40, 0));
        assertThat(elf.programHeaders()).isEqualTo(List.of(new ProgramHeader(1, 0x54, -1, 0x100000, 0x800, 0x1000)));
    }

    @Test
    void headersOfA64BitBigEndianFileAreRead() {
        ByteBuffer elf = ByteBuffer.allocate(64 + 56).order(ByteOrder.BIG_ENDIAN);
        elf.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 2, 1});
        elf.putShort(16, (short) 4).putShort(18, (short) 22).putInt(20, 1).putLong(32, 64);
        elf.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 1);
        elf.putInt(64, 1)
                .putLong(72, 0)
                .putLong(80, -1)
                .putLong(88, 1L << 40)
                .putLong(96, 1)
                .putLong(104, 2);
        ElfFile read = ElfFile.of(ByteSource.of("core", elf));
        assertThat(read.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(read.machine()).isEqualTo(22);
        assertThat(read.programHeaders()).isEqualTo(List.of(new ProgramHeader(1, 0, -1, 1L << 40, 1, 2)));
    }

    @Test
    void aTableThatReachesBeyondTheFileIsRefused() {
        ByteBuffer elf = elf32().putShort(44, (short) 1000);
        assertThatThrownBy(() -> ElfFile.of(ByteSource.of("core", elf)))
                .isInstanceOf(VmcoreException.class)
                .hasMessageContaining("core: program headers: 1000 at offset 52");
    }

    @Test
    void everyCutOfTheHeadersIsOurError() {
        for (int length = 0; length < 84; length++) {
            ByteBuffer cut = elf32().limit(length);
            assertThatThrownBy(() -> ElfFile.of(ByteSource.of("core", cut)))
                    .as("%d bytes", length)
                    .isInstanceOf(VmcoreException.class);
        }
    }
}
