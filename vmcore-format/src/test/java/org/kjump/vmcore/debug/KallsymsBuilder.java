package org.kjump.vmcore.debug;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kjump.vmcore.build.Ram;
import org.kjump.vmcore.build.VmcoreInfoText;

/** The tables of scripts/kallsyms.c (6.12), written into memory; names are packed with a token for each character and a few longer ones. */
final class KallsymsBuilder {
    private static final String[] LONGER = {"init_", "_map", "__st", "_BTF", "mem"};

    private final Map<String, Long> symbols = new LinkedHashMap<>();

    KallsymsBuilder symbol(String name, long address) {
        symbols.put(name, address);
        return this;
    }

    /** How words of 32 bits tell addresses. */
    enum Words {
        RELATIVE,
        ABSOLUTE_PERCPU,
        PLACE
    }

    private static int token(String rest) {
        for (int i = 0; i < LONGER.length; i++) {
            if (rest.startsWith(LONGER[i])) {
                return 128 + i;
            }
        }
        return rest.charAt(0);
    }

    private static String text(int token) {
        return token < 128 ? String.valueOf((char) token) : token - 128 < LONGER.length ? LONGER[token - 128] : "";
    }

    /**
     * @param paddr where the tables go: 64 KiB
     * @param offset of virtual from physical addresses
     */
    void write(Ram ram, long paddr, long offset, Words words, long base, VmcoreInfoText info) {
        long tokens = paddr + 0x1000;
        long index = paddr + 0x2000;
        long names = paddr + 0x3000;
        long addresses = paddr + 0x8000;
        ram.setUnsigned(paddr, 4, symbols.size());
        ram.setUnsigned(paddr + 8, 4, base);
        for (int i = 0, at = 0; i < 256; i++) {
            ram.setUnsigned(index + 2L * i, 2, at);
            for (byte character : (text(i) + "\0").getBytes(StandardCharsets.ISO_8859_1)) {
                ram.setUnsigned(tokens + at++, 1, character);
            }
        }
        long at = names;
        int number = 0;
        for (Map.Entry<String, Long> symbol : symbols.entrySet()) {
            byte[] packed = packed("T" + symbol.getKey());
            if (packed.length > 127) {
                ram.setUnsigned(at++, 1, packed.length & 0x7f | 0x80);
                ram.setUnsigned(at++, 1, packed.length >> 7);
            } else {
                ram.setUnsigned(at++, 1, packed.length);
            }
            for (byte token : packed) {
                ram.setUnsigned(at++, 1, token);
            }
            long place = addresses + 4L * number++;
            long address = symbol.getValue();
            ram.setUnsigned(
                    place,
                    4,
                    switch (words) {
                        case RELATIVE -> address - base;
                        case ABSOLUTE_PERCPU -> base - 1 - address;
                        case PLACE -> address - (place + offset);
                    });
        }
        info.symbol("kallsyms_num_syms", paddr + offset)
                .symbol("kallsyms_names", names + offset)
                .symbol("kallsyms_token_table", tokens + offset)
                .symbol("kallsyms_token_index", index + offset)
                .symbol("kallsyms_offsets", addresses + offset);
        if (words != Words.PLACE) {
            info.symbol("kallsyms_relative_base", paddr + 8 + offset);
        }
    }

    private static byte[] packed(String name) {
        byte[] packed = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); ) {
            int token = token(name.substring(i));
            packed[length++] = (byte) token;
            i += text(token).length();
        }
        return java.util.Arrays.copyOf(packed, length);
    }
}
