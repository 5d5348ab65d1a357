/** Virtual to physical addresses, one class for each architecture. */
@NullMarked
package org.kjump.vmcore.arch;

import org.jspecify.annotations.NullMarked;
