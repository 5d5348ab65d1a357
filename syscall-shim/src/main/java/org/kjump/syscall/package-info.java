@NullMarked
package org.kjump.syscall;

import org.jspecify.annotations.NullMarked;
