package org.kjump.vmcore.dmesg;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;

/** How messages are shown: as makedumpfile 1.7.5 does, but for bytes that are UTF-8, which it shows as {@code \xffffffHH}. */
final class LogText {
    /** In a caller's number: it is that of a processor, not of a task (kernel/printk/printk.c, printk_caller_id). */
    private static final long PROCESSOR = 0x80000000L;

    private LogText() {}

    /** A record's line, or lines. */
    static String record(long nanoseconds, OptionalLong caller, byte[] message) {
        String head = "[%5s.%06d] "
                .formatted(
                        Long.toUnsignedString(Long.divideUnsigned(nanoseconds, 1_000_000_000)),
                        Long.remainderUnsigned(nanoseconds, 1_000_000_000) / 1000);
        if (caller.isPresent()) {
            long id = caller.getAsLong();
            head += "[%8s] ".formatted(((id & PROCESSOR) == 0 ? "T" : "C") + (id & ~PROCESSOR));
        }
        return head + readable(message).replace("\n", "\n" + " ".repeat(head.length()));
    }

    /** The bytes as characters where they are UTF-8 and no control characters but white space. */
    static String readable(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            append(text, out.flip());
            out.clear();
            if (!result.isError()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                hex(text, in.get() & 0xff);
            }
            decoder.reset();
        }
    }

    private static void append(StringBuilder text, CharBuffer characters) {
        while (characters.hasRemaining()) {
            char character = characters.get();
            if (!Character.isISOControl(character) || character >= '\t' && character <= '\r') {
                text.append(character);
            } else if (character < 0x80) {
                hex(text, character);
            } else {
                // U+0080 to U+009f, two bytes of UTF-8.
                hex(text, 0xc2);
                hex(text, character);
            }
        }
    }

    private static void hex(StringBuilder text, int value) {
        HexFormat.of().toHexDigits(text.append("\\x"), (byte) value);
    }
}
