package org.kjump.machine.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads JSON strictly by RFC 8259, as far as our reports go: no fractions, no null. An array's members are named 0, 1, … */
final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    private Object root = "";

    static JsonReader parse(String text) {
        JsonReader reader = new JsonReader(text);
        reader.root = reader.value();
        reader.blanks();
        assertThat(reader.at).as("text behind the end").isEqualTo(text.length());
        return reader;
    }

    Object get(String... path) {
        Object here = root;
        for (String name : path) {
            assertThat(here).isInstanceOf(Map.class);
            here = requireNonNull(((Map<?, ?>) here).get(name), name);
        }
        return here;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean next(String expected) {
        blanks();
        if (!text.startsWith(expected, at)) {
            return false;
        }
        at += expected.length();
        return true;
    }

    private void require(String expected) {
        assertThat(next(expected)).as("'%s' at %d", expected, at).isTrue();
    }

    private Object value() {
        if (next("{")) {
            return object();
        }
        if (next("[")) {
            return array();
        }
        if (next("\"")) {
            return string();
        }
        if (next("true")) {
            return true;
        }
        if (next("false")) {
            return false;
        }
        int start = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        assertThat(text.substring(start, at)).as("number at %d", start).matches("0|[1-9][0-9]*");
        return Long.valueOf(text.substring(start, at));
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (next("}")) {
            return members;
        }
        do {
            require("\"");
            String name = string();
            require(":");
            assertThat(members.put(name, value())).as("twice: %s", name).isNull();
        } while (next(","));
        require("}");
        return members;
    }

    private Map<String, Object> array() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (next("]")) {
            return members;
        }
        do {
            members.put(Integer.toString(members.size()), value());
        } while (next(","));
        require("]");
        return members;
    }

    private String string() {
        StringBuilder read = new StringBuilder();
        while (text.charAt(at) != '"') {
            char character = text.charAt(at++);
            assertThat(character).isGreaterThanOrEqualTo(' ');
            if (character != '\\') {
                read.append(character);
            } else if (text.charAt(at) == 'u') {
                read.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                at += 5;
            } else {
                assertThat(text.charAt(at)).isIn('"', '\\');
                read.append(text.charAt(at++));
            }
        }
        at++;
        return read.toString();
    }
}
