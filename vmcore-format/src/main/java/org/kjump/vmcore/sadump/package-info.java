/** Dumps that the firmware of Fujitsu's servers takes of x86 machines. */
@NullMarked
package org.kjump.vmcore.sadump;

import org.jspecify.annotations.NullMarked;
