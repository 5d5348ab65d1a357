#include "kernel.h"

extern struct zone *node_data[];
extern int declared_and_never_defined;
struct zone *node_data[64] = {0};
nodemask_t node_states[2] = {{{1, 2, 3}}, {{4, 5, 6}}};
struct mem_section **mem_section = 0;
struct mem_section sections[2][5] = {{{0}}};
const char linux_banner[] = "Linux version 6.12.1-test (nobody@nowhere) (gcc) #1";
unsigned char empty_zero_page[4096];
struct page some_page = {1};
struct zone some_zone = {"zone"};
struct uts_namespace init_uts_ns = {{"Linux", "(none)", "6.12.1-test"}};
enum pageflags a_flag = PG_lru;
enum zone_stat_item an_item = NR_LAST;
enum pagetype a_type = PGTY_slab;
enum node_states a_state = N_ONLINE;
pteval_t a_pte = 1;

/* What --config erases. */
char key[] = "0123456789abcdef0123456789abcdef";
char behind_key[8] = "behind!";
static char a_text[] = "Hello World";
char *greeting = a_text;
int amount = 5;
struct secret third = {"the third", 9, a_text, 0, a_text};
struct secret second = {"the second", 10, a_text, &third, a_text};
struct secret first = {"the first", 9, 0, &second, 0};
struct secret *chain = &first;
struct secret table[3] = {{"one", 3}, {"two", 3}, {"three", 5}};
struct secret *pointers[3] = {&first, 0, &third};
extern struct item two;
extern struct list_head head;
struct item one = {1, "item 1", {&two.list, &head}};
struct item two = {2, "item 2", {&head, &one.list}};
struct list_head head = {&one.list, &two.list};
void *anything = a_text;

struct only_declared_here *use(void);
static int local_static_function(int argument) {
    static int local_static = 3;
    struct { int inner; } unnamed = {argument};
    return local_static + unnamed.inner;
}
int _stext(int argument) {
    return local_static_function(argument) + (use() != 0) + amount;
}
