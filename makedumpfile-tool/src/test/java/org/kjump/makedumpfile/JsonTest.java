package org.kjump.makedumpfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 8259: sections 2 (structure) and 7 (what has to be escaped). */
class JsonTest {
    @Test
    void structuresKeepTheirOrder() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("b", 1L);
        value.put("a", List.of(1, "x", Map.of()));
        value.put("none", List.of());
        assertThat(Json.of(value)).isEqualTo("""
                {
                  "b": 1,
                  "a": [
                    1,
                    "x",
                    {}
                  ],
                  "none": []
                }
                """);
    }

    @Test
    void textIsEscaped() {
        assertThat(Json.of(Map.of("k", "\"\\/\n\u0001é\ud83d\ude00")))
                .isEqualTo("{\n  \"k\": \"\\\"\\\\/\\u000a\\u0001é\\ud83d\\ude00\"\n}\n");
    }
}
