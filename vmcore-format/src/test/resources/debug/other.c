#include "kernel.h"

/* The second unit has what the first only declares. */
struct only_declared_here { int first; struct list_head second; long long third; };
struct only_declared_here the_one = {7};
struct only_declared_here *use(void) { return &the_one; }
