package org.kjump.vmcore.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;
import org.kjump.vmcore.io.SourceMemory;

class CursorTest {
    private static Cursor cursor(byte[] bytes, long start, ByteOrder order) {
        ByteSource source = ByteSource.of("bytes", ByteBuffer.wrap(bytes));
        return new Cursor("bytes", new SourceMemory(source, order), start, bytes.length);
    }

    private static Cursor cursor(String hex) {
        String[] words = hex.split(" ");
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = (byte) Integer.parseInt(words[i], 16);
        }
        return cursor(bytes, 0, ByteOrder.LITTLE_ENDIAN);
    }

    /** DWARF 5, table 7.7. */
    @ParameterizedTest
    @CsvSource({"02, 2", "7f, 127", "80 01, 128", "81 01, 129", "b9 64, 12857"})
    void unsignedLeb128IsTheStandards(String bytes, long value) {
        assertThat(cursor(bytes).uleb()).isEqualTo(value);
    }

    /** DWARF 5, table 7.8. */
    @ParameterizedTest
    @CsvSource({"02, 2", "7e, -2", "ff 00, 127", "81 7f, -127", "80 01, 128", "80 7f, -128", "81 01, 129", "ff 7e, -129"
    })
    void signedLeb128IsTheStandards(String bytes, long value) {
        assertThat(cursor(bytes).sleb()).isEqualTo(value);
    }

    @Test
    void aNumberThatDoesNotEndIsTold() {
        assertThatThrownBy(() -> cursor("ff ff ff ff ff ff ff ff ff ff ff 01").uleb())
                .isInstanceOf(VmcoreException.class)
                .hasMessage("bytes: a LEB128 number that ends before 0xa: at most 10 bytes expected, more found");
    }

    @Test
    void threeBytesAreReadInEitherOrder() {
        byte[] bytes = {1, 2, 3};
        assertThat(cursor(bytes, 0, ByteOrder.LITTLE_ENDIAN).u24()).isEqualTo(0x030201);
        assertThat(cursor(bytes, 0, ByteOrder.BIG_ENDIAN).u24()).isEqualTo(0x010203);
    }

    /** Windows have 4096 bytes. */
    @Test
    void aWordMayLieAcrossTwoWindows() {
        byte[] bytes = new byte[5000];
        bytes[4095] = 0x12;
        bytes[4096] = 0x34;
        Cursor cursor = cursor(bytes, 4094, ByteOrder.BIG_ENDIAN);
        assertThat(cursor.u32()).isEqualTo(0x00123400L);
        assertThat(cursor.at()).isEqualTo(4098);
        cursor.seek(4095);
        assertThat(cursor.u16()).isEqualTo(0x1234);
    }

    @Test
    void nothingIsReadBehindTheEnd() {
        Cursor cursor = cursor("01 02 03");
        assertThat(cursor.u16()).isEqualTo(0x0201);
        assertThatThrownBy(cursor::u16)
                .isInstanceOf(VmcoreException.class)
                .hasMessage("bytes: 2 bytes at 0x2: its end is at 0x3");
        assertThatThrownBy(() -> cursor.skip(-1)).isInstanceOf(VmcoreException.class);
        assertThatThrownBy(cursor::string).isInstanceOf(VmcoreException.class);
    }
}
