/** Types of C, whatever debug data tell them. */
@NullMarked
package org.kjump.vmcore.debug.type;

import org.jspecify.annotations.NullMarked;
