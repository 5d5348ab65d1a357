/** From an image, a memory map and wishes to an immutable load plan: pure functions. */
@NullMarked
package org.kjump.kexec.plan;

import org.jspecify.annotations.NullMarked;
