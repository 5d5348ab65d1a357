/** What a stranger imports: a dump as physical memory, its notes and VMCOREINFO, sets of page frames, the one exception. */
@NullMarked
package org.kjump.vmcore;

import org.jspecify.annotations.NullMarked;
