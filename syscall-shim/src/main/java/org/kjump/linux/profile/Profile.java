package org.kjump.linux.profile;

import java.util.List;
import java.util.Map;
import org.kjump.vmcore.layout.StructLayout;

/**
 * What differs between kernel versions, as data: structure layouts, link addresses, numbers, and the text of VMCOREINFO.
 *
 * @param release as in {@code uname -r}
 * @param zones names of the zones by number, without those that this configuration lacks
 * @param structs by C name, such as {@code page}
 * @param symbols virtual addresses by name
 * @param numbers constants by C name, such as {@code PG_lru}
 * @param vmcoreinfo lines of VMCOREINFO; {@code %s(name)} as in {@code SYMBOL(mem_map)} is filled in from this profile
 */
public record Profile(
        String release,
        List<String> zones,
        Map<String, StructLayout> structs,
        Map<String, Long> symbols,
        Map<String, Integer> numbers,
        List<String> vmcoreinfo) {
    /** All profiles there are. */
    private static final List<Profile> ALL = List.of(Linux2627.profile());

    /** @throws IllegalArgumentException for a release that nobody has described */
    public static Profile forRelease(String release) {
        return ALL.stream()
                .filter(profile -> profile.release.equals(release))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no profile of Linux '" + release + "'"));
    }

    /** The profile of the kernels that {@code machine build-kernel} makes. */
    public static Profile newest() {
        return ALL.get(ALL.size() - 1);
    }

    public StructLayout struct(String name) {
        StructLayout layout = structs.get(name);
        if (layout == null) {
            throw new IllegalArgumentException("no struct %s in the profile of %s".formatted(name, release));
        }
        return layout;
    }

    /** The virtual address of a symbol. */
    public long symbol(String name) {
        Long address = symbols.get(name);
        if (address == null) {
            throw new IllegalArgumentException("no symbol %s in the profile of %s".formatted(name, release));
        }
        return address;
    }

    public int number(String name) {
        Integer number = numbers.get(name);
        if (number == null) {
            throw new IllegalArgumentException("no number %s in the profile of %s".formatted(name, release));
        }
        return number;
    }

    /** VMCOREINFO as the kernel's boot assembles it (kernel/kexec.c, crash_save_vmcoreinfo_init). */
    public String vmcoreinfoText() {
        StringBuilder text = new StringBuilder();
        for (String line : vmcoreinfo) {
            text.append(line).append('=').append(vmcoreinfoValue(line)).append('\n');
        }
        return text.toString();
    }

    private String vmcoreinfoValue(String line) {
        int open = line.indexOf('(');
        if (open < 0) {
            return line.equals("OSRELEASE") ? release : "4096";
        }
        String name = line.substring(open + 1, line.length() - 1);
        return switch (line.substring(0, open)) {
            case "SYMBOL" -> Long.toHexString(symbol(name));
            case "SIZE" -> Integer.toString(struct(name).size());
            case "OFFSET" ->
                Integer.toString(struct(name.substring(0, name.indexOf('.')))
                        .field(name.substring(name.indexOf('.') + 1))
                        .offset());
            case "LENGTH" -> Integer.toString(number(name));
            default -> Integer.toString(number(name));
        };
    }
}
