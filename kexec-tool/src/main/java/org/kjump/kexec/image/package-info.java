/** Files that can be loaded: parsing only. */
@NullMarked
package org.kjump.kexec.image;

import org.jspecify.annotations.NullMarked;
