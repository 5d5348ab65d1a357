package org.kjump.vmcore.debug.dwarf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kjump.vmcore.layout.Cursor;

/**
 * What all debugging entries of one kind have: tag and attributes (DWARF 5, 7.5.3).
 *
 * @param children whether entries of this kind own those that follow
 */
record Abbreviation(int tag, Children children, List<Attribute> attributes) {
    enum Children {
        NO,
        YES
    }

    /** @param constant the value itself, if the form is DW_FORM_implicit_const */
    record Attribute(int name, int form, long constant) {}

    /** The table that starts where the cursor stands, by code. */
    static Map<Long, Abbreviation> table(Cursor cursor) {
        Map<Long, Abbreviation> table = new HashMap<>();
        for (long code = cursor.uleb(); code != 0; code = cursor.uleb()) {
            int tag = (int) cursor.uleb();
            Children children = cursor.u8() != 0 ? Children.YES : Children.NO;
            table.putIfAbsent(code, new Abbreviation(tag, children, attributes(cursor)));
        }
        return table;
    }

    private static List<Attribute> attributes(Cursor cursor) {
        List<Attribute> attributes = new ArrayList<>();
        while (true) {
            int name = (int) cursor.uleb();
            int form = (int) cursor.uleb();
            if (name == 0 && form == 0) {
                return List.copyOf(attributes);
            }
            long constant = form == Dw.FORM_IMPLICIT_CONST ? cursor.sleb() : 0;
            attributes.add(new Attribute(name, form, constant));
        }
    }
}
