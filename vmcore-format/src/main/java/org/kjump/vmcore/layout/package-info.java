/** Structures of C as values, and the memory that they are read from. */
@NullMarked
package org.kjump.vmcore.layout;

import org.jspecify.annotations.NullMarked;
