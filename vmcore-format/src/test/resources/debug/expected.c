#include <stddef.h>
#include "kernel.c"
#include "other.c"

/* The compiler writes each value into its assembler text, so that no program of another machine has to run. */
#define SAY(key, value) __asm__("\n@" key "=%0@" : : "i"((long)(value)))
#define SIZE(type, name) SAY("SIZE(" name ")", sizeof(type))
#define OFFSET(type, name, member) SAY("OFFSET(" name "." #member ")", offsetof(type, member))
#define LENGTH(name, array) SAY("LENGTH(" name ")", sizeof(array) / sizeof((array)[0]))
#define NUMBER(name, value) SAY("NUMBER(" name ")", value)

void say(void) {
    SIZE(struct page, "page");
    SIZE(struct zone, "zone");
    SIZE(struct free_area, "free_area");
    SIZE(struct list_head, "list_head");
    SIZE(struct mem_section, "mem_section");
    SIZE(nodemask_t, "nodemask_t");
    SIZE(atomic_long_t, "atomic_long_t");
    SIZE(enum pageflags, "pageflags");
    OFFSET(struct page, "page", flags);
    OFFSET(struct page, "page", lru);
    OFFSET(struct page, "page", mapping);
    OFFSET(struct page, "page", private);
    OFFSET(struct page, "page", compound_head);
    OFFSET(struct page, "page", _mapcount);
    OFFSET(struct page, "page", _refcount);
    OFFSET(struct zone, "zone", free_area);
    OFFSET(struct zone, "zone", vm_stat);
    OFFSET(struct zone, "zone", spanned_pages);
    OFFSET(struct free_area, "free_area", free_list);
    OFFSET(struct list_head, "list_head", next);
    OFFSET(struct list_head, "list_head", prev);
    OFFSET(struct mem_section, "mem_section", section_mem_map);
    OFFSET(struct uts_namespace, "uts_namespace", name);
    OFFSET(atomic_long_t, "atomic_long_t", counter);
    LENGTH("zone.free_area", some_zone.free_area);
    LENGTH("free_area.free_list", some_zone.free_area[0].free_list);
    LENGTH("node_data", node_data);
    NUMBER("NR_FREE_PAGES", NR_FREE_PAGES);
    NUMBER("N_ONLINE", N_ONLINE);
    NUMBER("PG_lru", PG_lru);
    NUMBER("PG_private", PG_private);
    NUMBER("PG_swapcache", PG_swapcache);
    NUMBER("PG_head_mask", 1L << PG_head);
    NUMBER("PAGE_BUDDY_MAPCOUNT_VALUE", (int)((unsigned)PGTY_buddy << 24));
    NUMBER("PAGE_OFFLINE_MAPCOUNT_VALUE", (int)((unsigned)PGTY_offline << 24));
    NUMBER("PAGE_SLAB_MAPCOUNT_VALUE", (int)((unsigned)PGTY_slab << 24));
    SAY("sizeof only_declared_here", sizeof(struct only_declared_here));
    SAY("offsetof only_declared_here.third", offsetof(struct only_declared_here, third));
}
