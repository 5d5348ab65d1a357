/** Kdump-compressed files, versions 0 to 6, and sets that one was split into: read, written, put together again. */
@NullMarked
package org.kjump.vmcore.kdump;

import org.jspecify.annotations.NullMarked;
