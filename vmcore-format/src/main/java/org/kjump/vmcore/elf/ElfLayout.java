package org.kjump.vmcore.elf;

import org.kjump.vmcore.layout.StructLayout;

/** The headers of ELF files (elf.h): those of 32-bit and of 64-bit ones have the same members at other places. */
record ElfLayout(StructLayout header, StructLayout program, StructLayout section) {
    static final ElfLayout ELF32 = new ElfLayout(
            StructLayout.named("Elf32_Ehdr")
                    .bytes("e_ident", 0, 16)
                    .u16("e_type", 16)
                    .u16("e_machine", 18)
                    .u32("e_version", 20)
                    .u32("e_entry", 24)
                    .u32("e_phoff", 28)
                    .u32("e_shoff", 32)
                    .u32("e_flags", 36)
                    .u16("e_ehsize", 40)
                    .u16("e_phentsize", 42)
                    .u16("e_phnum", 44)
                    .u16("e_shentsize", 46)
                    .u16("e_shnum", 48)
                    .u16("e_shstrndx", 50)
                    .size(52),
            StructLayout.named("Elf32_Phdr")
                    .u32("p_type", 0)
                    .u32("p_offset", 4)
                    .u32("p_vaddr", 8)
                    .u32("p_paddr", 12)
                    .u32("p_filesz", 16)
                    .u32("p_memsz", 20)
                    .u32("p_flags", 24)
                    .u32("p_align", 28)
                    .size(32),
            StructLayout.named("Elf32_Shdr")
                    .u32("sh_name", 0)
                    .u32("sh_type", 4)
                    .u32("sh_flags", 8)
                    .u32("sh_addr", 12)
                    .u32("sh_offset", 16)
                    .u32("sh_size", 20)
                    .u32("sh_link", 24)
                    .u32("sh_info", 28)
                    .u32("sh_entsize", 36)
                    .size(40));

    static final ElfLayout ELF64 = new ElfLayout(
            StructLayout.named("Elf64_Ehdr")
                    .bytes("e_ident", 0, 16)
                    .u16("e_type", 16)
                    .u16("e_machine", 18)
                    .u32("e_version", 20)
                    .u64("e_entry", 24)
                    .u64("e_phoff", 32)
                    .u64("e_shoff", 40)
                    .u32("e_flags", 48)
                    .u16("e_ehsize", 52)
                    .u16("e_phentsize", 54)
                    .u16("e_phnum", 56)
                    .u16("e_shentsize", 58)
                    .u16("e_shnum", 60)
                    .u16("e_shstrndx", 62)
                    .size(64),
            StructLayout.named("Elf64_Phdr")
                    .u32("p_type", 0)
                    .u32("p_flags", 4)
                    .u64("p_offset", 8)
                    .u64("p_vaddr", 16)
                    .u64("p_paddr", 24)
                    .u64("p_filesz", 32)
                    .u64("p_memsz", 40)
                    .u64("p_align", 48)
                    .size(56),
            StructLayout.named("Elf64_Shdr")
                    .u32("sh_name", 0)
                    .u32("sh_type", 4)
                    .u64("sh_flags", 8)
                    .u64("sh_addr", 16)
                    .u64("sh_offset", 24)
                    .u64("sh_size", 32)
                    .u32("sh_link", 40)
                    .u32("sh_info", 44)
                    .u64("sh_entsize", 56)
                    .size(64));

    static final int ET_CORE = 4;
    static final int PT_LOAD = 1;
    static final int PT_NOTE = 4;
    /** In {@code e_phnum}: section header 0 has the number of program headers in {@code sh_info}. */
    static final int PN_XNUM = 0xffff;

    static final int MAGIC = 0x7f454c46;
}
