/** Codecs for single pages. */
@NullMarked
package org.kjump.vmcore.codec;

import org.jspecify.annotations.NullMarked;
