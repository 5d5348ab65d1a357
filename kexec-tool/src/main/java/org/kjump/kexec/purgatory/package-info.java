/** Our own i386 purgatory: source, assembled bytes, and the words a plan patches. */
@NullMarked
package org.kjump.kexec.purgatory;

import org.jspecify.annotations.NullMarked;
