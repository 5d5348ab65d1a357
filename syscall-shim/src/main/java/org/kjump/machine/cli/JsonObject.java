package org.kjump.machine.cli;

import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;

/** A JSON object that is being written: names are our own words, text is escaped here. */
final class JsonObject {
    private final StringJoiner members = new StringJoiner(",", "{", "}");

    JsonObject put(String name, String text) {
        return putJson(name, quote(text));
    }

    JsonObject put(String name, long number) {
        return putJson(name, Long.toString(number));
    }

    JsonObject put(String name, boolean value) {
        return putJson(name, Boolean.toString(value));
    }

    JsonObject put(String name, JsonObject object) {
        return putJson(name, object.toString());
    }

    /** Registers: what is in them, without sign. */
    JsonObject put(String name, Map<String, Integer> registers) {
        JsonObject object = new JsonObject();
        registers.forEach((register, value) -> object.put(register, value & 0xffffffffL));
        return put(name, object);
    }

    <T> JsonObject put(String name, Collection<T> values, Function<T, JsonObject> each) {
        return putJson(name, array(values, each));
    }

    private JsonObject putJson(String name, String json) {
        members.add(quote(name) + ":" + json);
        return this;
    }

    static <T> String array(Collection<T> values, Function<T, JsonObject> each) {
        StringJoiner array = new StringJoiner(",\n", "[", "]");
        values.forEach(value -> array.add(each.apply(value).toString()));
        return array.toString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                quoted.append('\\').append(character);
            } else if (character < ' ' || Character.isSurrogate(character) || character == 0x7f) {
                quoted.append("\\u%04x".formatted((int) character));
            } else {
                quoted.append(character);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return members.toString();
    }
}
