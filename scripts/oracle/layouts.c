/*
 * Prints the layouts of the structures of ELF (System V ABI) and of kdump-compressed files (their field tables) as a compiler lays
 * them out: "structure member offset size" a line. Needs no headers, so that one compiler does for all word sizes.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long word;
#if __SIZEOF_POINTER__ == 8
typedef u64 elf_word;
#else
typedef u32 elf_word;
#endif

struct Ehdr {
    u8 e_ident[16];
    u16 e_type, e_machine;
    u32 e_version;
    elf_word e_entry, e_phoff, e_shoff;
    u32 e_flags;
    u16 e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
};

#if __SIZEOF_POINTER__ == 8
struct Phdr {
    u32 p_type, p_flags;
    u64 p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
};
#else
struct Phdr {
    u32 p_type, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_flags, p_align;
};
#endif

struct Shdr {
    u32 sh_name, sh_type;
    elf_word sh_flags, sh_addr, sh_offset, sh_size;
    u32 sh_link, sh_info;
    elf_word sh_addralign, sh_entsize;
};

struct disk_dump_header {
    u8 signature[8];
    u32 header_version;
    u8 utsname[6 * 65];
    struct {
        word sec, usec;
    } timestamp;
    u32 status, block_size, sub_hdr_size, bitmap_blocks, max_mapnr, total_ram_blocks, device_blocks, written_blocks, current_cpu,
        nr_cpus;
};

struct kdump_sub_header {
    word phys_base;
    u32 dump_level, split;
    word start_pfn, end_pfn;
    u64 offset_vmcoreinfo;
    word size_vmcoreinfo;
    u64 offset_note;
    word size_note;
    u64 offset_eraseinfo;
    word size_eraseinfo;
    u64 start_pfn_64, end_pfn_64, max_mapnr_64;
};

struct page_desc {
    u64 offset;
    u32 size, flags;
    u64 page_flags;
};

#if __SIZEOF_POINTER__ == 8
#define WIDTH "64"
#else
#define WIDTH "32"
#endif
/* Lines are data of the object file, read with objdump: a 32-bit program need not run here. */
#define MEMBER(s, m, n) \
    { WIDTH " " #s " " n, __builtin_offsetof(struct s, m), sizeof(((struct s *)0)->m) }
#define M(s, m) MEMBER(s, m, #m)
#define SIZE(s) \
    { WIDTH " " #s " sizeof", 0, sizeof(struct s) }
struct line {
    char name[56];
    u32 offset, size;
};
const struct line lines[] __attribute__((section("layouts"))) = {
    M(Ehdr, e_ident), M(Ehdr, e_type), M(Ehdr, e_machine), M(Ehdr, e_version), M(Ehdr, e_entry), M(Ehdr, e_phoff), M(Ehdr, e_shoff),
    M(Ehdr, e_flags), M(Ehdr, e_ehsize), M(Ehdr, e_phentsize), M(Ehdr, e_phnum), M(Ehdr, e_shentsize), M(Ehdr, e_shnum),
    M(Ehdr, e_shstrndx), SIZE(Ehdr), M(Phdr, p_type), M(Phdr, p_offset), M(Phdr, p_vaddr), M(Phdr, p_paddr), M(Phdr, p_filesz),
    M(Phdr, p_memsz), M(Phdr, p_flags), M(Phdr, p_align), SIZE(Phdr), M(Shdr, sh_name), M(Shdr, sh_type),
    M(Shdr, sh_flags), M(Shdr, sh_addr), M(Shdr, sh_offset), M(Shdr, sh_size), M(Shdr, sh_link),
    M(Shdr, sh_info), M(Shdr, sh_entsize), SIZE(Shdr), M(disk_dump_header, signature), M(disk_dump_header, header_version), M(disk_dump_header, utsname),
    MEMBER(disk_dump_header, timestamp.sec, "timestamp_sec"), MEMBER(disk_dump_header, timestamp.usec, "timestamp_usec"),
    M(disk_dump_header, status), M(disk_dump_header, block_size), M(disk_dump_header, sub_hdr_size),
    M(disk_dump_header, bitmap_blocks), M(disk_dump_header, max_mapnr), M(disk_dump_header, total_ram_blocks),
    M(disk_dump_header, device_blocks), M(disk_dump_header, written_blocks), M(disk_dump_header, current_cpu),
    M(disk_dump_header, nr_cpus), SIZE(disk_dump_header), M(kdump_sub_header, phys_base), M(kdump_sub_header, dump_level),
    M(kdump_sub_header, split), M(kdump_sub_header, start_pfn), M(kdump_sub_header, end_pfn), M(kdump_sub_header, offset_vmcoreinfo),
    M(kdump_sub_header, size_vmcoreinfo), M(kdump_sub_header, offset_note), M(kdump_sub_header, size_note),
    M(kdump_sub_header, offset_eraseinfo), M(kdump_sub_header, size_eraseinfo), M(kdump_sub_header, start_pfn_64),
    M(kdump_sub_header, end_pfn_64), M(kdump_sub_header, max_mapnr_64), SIZE(kdump_sub_header), M(page_desc, offset),
    M(page_desc, size), M(page_desc, flags), M(page_desc, page_flags), SIZE(page_desc)};
