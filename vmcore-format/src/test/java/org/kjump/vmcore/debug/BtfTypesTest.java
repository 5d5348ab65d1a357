package org.kjump.vmcore.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.btf.BtfTypes;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;

/** BTF as gcc writes it, and records that gcc 12 does not have. */
class BtfTypesTest {
    private static ByteBuffer file() {
        return ByteBuffer.wrap(DebugFiles.bytes("btf-32.bin")).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void layoutsAreTheCompilers() {
        Map<String, Long> expected = DebugFiles.expected("expected-32.txt");
        // This unit has but a declaration of the structure, and BTF has declarations of variables alone.
        expected.keySet().removeIf(key -> key.contains("only_declared_here") || key.equals("LENGTH(node_data)"));
        Types types = new BtfTypes("BTF", file(), 4);
        VmcoreInfo info = Names.find("BTF", expected.keySet(), symbol -> OptionalLong.empty(), types);
        expected.forEach((key, value) -> assertThat(info.text(key)).as(key).hasValue(Long.toString(value)));
    }

    @Test
    void pointersAndForwardDeclarationsLeadOn() {
        Types types = new BtfTypes("BTF", file(), 4);
        Type.Struct section = (Type.Struct) types.struct("mem_section").orElseThrow();
        Type.Pointer usage =
                (Type.Pointer) section.member("usage").orElseThrow().type();
        assertThat(usage.size()).isEqualTo(4);
        assertThat(usage.target().get()).isEqualTo(new Type.Opaque("only_declared_here"));
    }

    /** enum64 big : 8 { A = 0x1_0000_0002 }, in a big-endian file: words by Documentation/bpf/btf.rst. */
    @Test
    void enumeratorsOf64BitsAreRead() {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.BIG_ENDIAN);
        bytes.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        bytes.putInt(0).putInt(24).putInt(24).putInt(7);
        bytes.putInt(1).putInt(19 << 24 | 1).putInt(8);
        bytes.putInt(5).putInt(2).putInt(1);
        bytes.put("\0big\0A\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Types types = new BtfTypes("BTF", bytes.flip(), 8);
        assertThat(types.enumeration("big")).hasValue(new Type.Enumeration("big", 8, Map.of("A", 0x100000002L)));
    }

    /** enum pagetype of 6.11: {@code _mapcount} of such a page has the type's bit cleared, as 32 bits with sign. */
    @Test
    void pageTypesOf611AreClearedBits() {
        ByteBuffer bytes = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        bytes.putInt(0).putInt(20).putInt(20).putInt(19);
        bytes.putInt(1).putInt(6 << 24 | 1).putInt(4);
        bytes.putInt(10).putInt(0x40000000);
        bytes.put("\0pagetype\0PG_buddy\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        VmcoreInfo info = Names.find(
                "BTF",
                Names.keys(),
                symbol -> OptionalLong.empty(),
                new BtfTypes("BTF", bytes.flip().order(ByteOrder.LITTLE_ENDIAN), 8));
        assertThat(info.text()).isEqualTo("NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-1073741825\n");
    }

    /** With kind_flag the upper 8 bits of an offset are a bit field's width. */
    @Test
    void bitFieldsAreReadWithTheirFlag() {
        Types types = new BtfTypes("BTF", file(), 4);
        Type.Struct page = (Type.Struct) types.struct("page").orElseThrow();
        assertThat(page.member("fields").orElseThrow().offset()).isEqualTo(32);
        assertThat(page.member("crossing").orElseThrow().offset()).isEqualTo(33);
    }

    @Test
    void damageIsTold() {
        ByteBuffer bytes = file();
        bytes.putInt(12, 1 << 30);
        assertThatThrownBy(() -> new BtfTypes("BTF", bytes, 4))
                .isInstanceOf(VmcoreException.class)
                .hasMessageStartingWith("BTF: BTF: 0x40000000 bytes at 0x18:");
    }
}
