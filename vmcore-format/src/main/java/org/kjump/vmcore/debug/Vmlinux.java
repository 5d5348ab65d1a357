package org.kjump.vmcore.debug;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kjump.vmcore.Target;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.VmcoreInfo;
import org.kjump.vmcore.debug.dwarf.DwarfTypes;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.debug.type.Types;
import org.kjump.vmcore.elf.ElfSections;
import org.kjump.vmcore.elf.ElfSymbols;
import org.kjump.vmcore.io.ByteSource;

/**
 * A kernel's file with its symbols and debug data: ELF with {@code .symtab} and DWARF 2 to 5, 32 or 64 bit, in either byte order, its
 * sections packed or not. Not thread-safe.
 */
public final class Vmlinux implements Closeable {
    /** {@code linux_banner}: Linux version 6.1.0-50-amd64 (debian-kernel@… */
    private static final Pattern BANNER = Pattern.compile("Linux version (\\S+) ");

    private static final int BANNER_LENGTH = 80;
    private static final int PAE_ENTRY = 8;

    private final ByteSource file;
    private final ElfSections elf;
    private final ElfSymbols symbols;
    private final Types types;

    /**
     * Takes {@code file} over: closing this closes it.
     *
     * @throws VmcoreException if it is no such file, or damaged
     */
    public Vmlinux(ByteSource file) {
        this.file = file;
        this.elf = new ElfSections(file);
        this.symbols = new ElfSymbols(elf);
        this.types = DwarfTypes.of(elf)
                .orElseThrow(() -> new VmcoreException(
                        "%s: no debug data: a vmlinux with .debug_info expected".formatted(file.name())));
    }

    /** What messages call the file. */
    public String name() {
        return file.name();
    }

    /** The types that its DWARF tells; read from the file when they are asked for, so not after this is closed. */
    public Types types() {
        return types;
    }

    /** Where the kernel has a function or a variable if it runs where it was linked for: a virtual address. */
    public OptionalLong address(String symbol) {
        return symbols.address(symbol);
    }

    /** What VMCOREINFO of this kernel would say, as far as its file tells. */
    public VmcoreInfo info() {
        Map<String, String> lines = new LinkedHashMap<>();
        release().ifPresent(release -> lines.put("OSRELEASE", release));
        pageSize().ifPresent(size -> lines.put("PAGESIZE", Long.toString(size)));
        if (elf.machine() == Target.EM_386
                && types.typedef("pteval_t").map(Type::size).orElse(0L) == PAE_ENTRY) {
            lines.put("CONFIG_X86_PAE", "y");
        }
        return VmcoreInfo.of(name(), lines).completedBy(Names.find(name(), Names.keys(), symbols::address, types));
    }

    private Optional<String> release() {
        return at("linux_banner", BANNER_LENGTH)
                .map(bytes -> StandardCharsets.ISO_8859_1.decode(bytes).toString())
                .map(BANNER::matcher)
                .filter(Matcher::lookingAt)
                .map(matcher -> matcher.group(1));
    }

    private Optional<ByteBuffer> at(String symbol, int length) {
        OptionalLong address = symbols.address(symbol);
        return address.isPresent() ? elf.loaded(address.getAsLong(), length) : Optional.empty();
    }

    /** x86 has one page size; on others {@code empty_zero_page} is a page. */
    private OptionalLong pageSize() {
        if (elf.machine() == Target.EM_386 || elf.machine() == Target.EM_X86_64) {
            return OptionalLong.of(Target.X86_64.pageSize());
        }
        OptionalLong size = symbols.size("empty_zero_page");
        return size.isPresent() && Long.bitCount(size.getAsLong()) == 1 ? size : OptionalLong.empty();
    }

    @Override
    public void close() {
        file.close();
    }
}
