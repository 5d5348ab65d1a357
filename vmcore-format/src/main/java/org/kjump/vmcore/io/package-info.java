/** Bytes at 64-bit positions, over any NIO channel. */
@NullMarked
package org.kjump.vmcore.io;

import org.jspecify.annotations.NullMarked;
