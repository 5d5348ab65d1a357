/** Types from BTF, which kernels since 5.2 have in memory. */
@NullMarked
package org.kjump.vmcore.debug.btf;

import org.jspecify.annotations.NullMarked;
