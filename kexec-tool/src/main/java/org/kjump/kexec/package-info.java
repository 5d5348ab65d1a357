/** The kexec command line. */
@NullMarked
package org.kjump.kexec;

import org.jspecify.annotations.NullMarked;
