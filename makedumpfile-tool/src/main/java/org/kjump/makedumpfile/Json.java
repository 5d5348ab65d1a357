package org.kjump.makedumpfile;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Values as JSON text (RFC 8259): maps in their order, lists, text, numbers. */
final class Json {
    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /**
     * One line for each member, as people look at it, too.
     *
     * @param value of maps with text as keys, lists, text, whole and broken numbers
     */
    static String of(Map<String, ?> value) {
        Json json = new Json();
        json.value(value, "");
        return json.text.append('\n').toString();
    }

    private void value(Object value, String indent) {
        if (value instanceof Map<?, ?> map) {
            members('{', map.entrySet().iterator(), '}', indent);
        } else if (value instanceof List<?> list) {
            members('[', list.iterator(), ']', indent);
        } else if (value instanceof Number number) {
            text.append(number);
        } else {
            text(value.toString());
        }
    }

    private void members(char open, Iterator<?> members, char close, String indent) {
        text.append(open);
        String inner = indent + "  ";
        String separator = "\n";
        while (members.hasNext()) {
            text.append(separator).append(inner);
            separator = ",\n";
            Object member = members.next();
            if (member instanceof Map.Entry<?, ?> entry) {
                text(String.valueOf(entry.getKey()));
                text.append(": ");
                value(entry.getValue(), inner);
            } else {
                value(member, inner);
            }
        }
        text.append(separator.equals("\n") ? "" : "\n" + indent).append(close);
    }

    private void text(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < 0x20 || Character.isSurrogate(character)) {
                text.append("\\u%04x".formatted((int) character));
            } else {
                text.append(character);
            }
        }
        text.append('"');
    }
}
