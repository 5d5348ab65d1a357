/** What a kernel's memory says of itself: virtual memory, memory models, classes of pages, the page list of a jump. */
@NullMarked
package org.kjump.vmcore.kernel;

import org.jspecify.annotations.NullMarked;
