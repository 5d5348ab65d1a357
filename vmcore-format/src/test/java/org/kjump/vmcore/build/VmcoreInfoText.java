package org.kjump.vmcore.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kjump.vmcore.layout.Field;
import org.kjump.vmcore.layout.StructLayout;

/** The text of a VMCOREINFO note, line by line in the order of telling; what is told again replaces its line. */
public final class VmcoreInfoText {
    private final Map<String, String> lines = new LinkedHashMap<>();

    public VmcoreInfoText line(String key, String value) {
        lines.put(key, value);
        return this;
    }

    public VmcoreInfoText symbol(String name, long vaddr) {
        return line("SYMBOL(" + name + ")", Long.toHexString(vaddr));
    }

    public VmcoreInfoText size(String struct, long bytes) {
        return line("SIZE(" + struct + ")", Long.toString(bytes));
    }

    public VmcoreInfoText offset(String member, long bytes) {
        return line("OFFSET(" + member + ")", Long.toString(bytes));
    }

    public VmcoreInfoText length(String array, long elements) {
        return line("LENGTH(" + array + ")", Long.toString(elements));
    }

    public VmcoreInfoText number(String name, long value) {
        return line("NUMBER(" + name + ")", Long.toString(value));
    }

    /** The size of a structure and the offsets of all members of the layout. */
    public VmcoreInfoText struct(StructLayout layout) {
        size(layout.name(), layout.size());
        for (Field field : layout.fields()) {
            offset(layout.name() + "." + field.name(), field.offset());
        }
        return this;
    }

    public VmcoreInfoText without(String key) {
        lines.remove(key);
        return this;
    }

    /** What stands before the equals signs. */
    public List<String> keys() {
        return List.copyOf(lines.keySet());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        lines.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    /** The text, with a line of a build's number that fills it up to {@code length} bytes. */
    public String padded(int length) {
        String text = this + "BUILD-ID=";
        return text + "0".repeat(length - text.length() - 1) + "\n";
    }
}
