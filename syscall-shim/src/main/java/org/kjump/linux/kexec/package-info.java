@NullMarked
package org.kjump.linux.kexec;

import org.jspecify.annotations.NullMarked;
