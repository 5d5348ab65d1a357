/** The log of a dumped kernel, in each of the three forms that kernels have kept it. */
@NullMarked
package org.kjump.vmcore.dmesg;

import org.jspecify.annotations.NullMarked;
