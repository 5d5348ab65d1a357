package org.kjump.vmcore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotesTest {
    /** CORE, type 1, 5 bytes; then VMCOREINFO with the text A=1 and a line end. */
    private static final String TWO = "05000000" + "05000000" + "01000000" + "434f524500000000" + "0102030405000000"
            + "0b000000" + "04000000" + "00000000" + "564d434f5245494e464f0000" + "413d310a";

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(Note note) {
        return StandardCharsets.ISO_8859_1.decode(note.description()).toString();
    }

    @Test
    void namesAndDescriptionsArePaddedToFourBytes() {
        List<Note> notes = Notes.parse(bytes(TWO));
        assertThat(notes).extracting(Note::name).containsExactly("CORE", "VMCOREINFO");
        assertThat(notes).extracting(Note::type).containsExactly(1, 0);
        assertThat(notes.get(0).description().remaining()).isEqualTo(5);
        assertThat(text(notes.get(1))).isEqualTo("A=1\n");
    }

    @Test
    void writingGivesTheSameBytes() {
        ByteBuffer written = Notes.bytes(Notes.parse(bytes(TWO)), ByteOrder.LITTLE_ENDIAN);
        byte[] all = new byte[written.remaining()];
        written.get(all);
        assertThat(HexFormat.of().formatHex(all)).isEqualTo(TWO);
    }

    @Test
    void wordsAreInTheByteOrderOfTheMachine() {
        Note note = new Note("X", 258, ByteBuffer.allocate(0));
        ByteBuffer written = Notes.bytes(List.of(note), ByteOrder.BIG_ENDIAN);
        byte[] all = new byte[written.remaining()];
        written.get(all);
        assertThat(HexFormat.of().formatHex(all)).isEqualTo("00000002" + "00000000" + "00000102" + "58000000");
        assertThat(Notes.parse(ByteBuffer.wrap(all)).get(0).type()).isEqualTo(258);
    }

    /** What a processor that never stopped leaves: its note is all zeros. The walk goes on behind it. */
    @Test
    void zerosInFrontOfANoteArePassedOver() {
        assertThat(Notes.parse(bytes("000000000000000000000000" + TWO))).hasSize(2);
    }

    @Test
    void aNoteThatIsCutEndsTheList() {
        assertThat(Notes.parse(bytes(TWO.substring(0, TWO.length() - 2)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff0000000000000000", "00000000ffffffff00000000", "ffffffffffffffffffffffff", "0500"})
    void lengthsThatCannotBeEndTheList(String hex) {
        assertThat(Notes.parse(bytes(hex))).isEmpty();
    }

    @Test
    void noReaderMovesAnothersPosition() {
        Note note = Notes.parse(bytes(TWO)).get(1);
        assertThat(text(note)).isEqualTo(text(note));
    }
}
