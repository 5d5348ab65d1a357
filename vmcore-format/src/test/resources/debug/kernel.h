/* What a small kernel would have: the names are Linux's, the layouts are not. */
#pragma once
typedef unsigned long ulong_t;
typedef struct { long counter; } atomic_long_t;
typedef struct { ulong_t bits[3]; } nodemask_t;
typedef unsigned long long pteval_t;

struct list_head { struct list_head *next, *prev; };
struct only_declared_here;

enum pageflags { PG_locked, PG_lru = 5, PG_private = 13, PG_swapcache = 200, PG_head = 16, PG_beyond = 300, PG_below = -2 };
enum zone_stat_item { NR_FREE_PAGES, NR_LAST = 40000 };
enum pagetype { PGTY_buddy = 0xf0, PGTY_offline = 0xf1, PGTY_slab = 0xf5 };
enum node_states { N_POSSIBLE, N_ONLINE };

struct page {
    ulong_t flags;
    union {
        struct {
            union {
                struct list_head lru;
                struct { void *filler; unsigned mlock_count; };
            };
            struct address_space *mapping;
            union { ulong_t index; ulong_t share; };
            ulong_t private;
        };
        struct { ulong_t compound_head; };
    };
    union { int _mapcount; unsigned page_type; };
    int _refcount;
    unsigned char small : 3, fields : 5;
    unsigned crossing : 20;
} __attribute__((aligned(8)));

struct free_area { struct list_head free_list[6]; ulong_t nr_free; };

struct zone {
    char pad[256];
    const volatile char name_of_zone[7];
    struct free_area free_area[11];
    atomic_long_t vm_stat[4][3];
    ulong_t spanned_pages;
    int behind[];
};

struct mem_section { ulong_t section_mem_map; struct only_declared_here *usage; };
struct uts_namespace { char name[6][65]; };

struct secret { char text[16]; int length; char *where; struct secret *next; void *blob; };
struct item { int number; char text[8]; struct list_head list; };
