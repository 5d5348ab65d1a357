package org.kjump.makedumpfile;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How large a file will be.
 *
 * @param bytes the mean of what is to be expected
 * @param standardError of {@code bytes}: two files of three are within it; 0 for a size that is known
 * @param sampled pages that were packed to find out
 */
record SizeEstimate(long bytes, long standardError, long sampled) {
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bytes", bytes);
        json.put("standardError", standardError);
        json.put("sampledPages", sampled);
        return json;
    }
}
