/** Types from DWARF, versions 2 to 5. */
@NullMarked
package org.kjump.vmcore.debug.dwarf;

import org.jspecify.annotations.NullMarked;
