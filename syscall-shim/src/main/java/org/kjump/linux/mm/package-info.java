@NullMarked
package org.kjump.linux.mm;

import org.jspecify.annotations.NullMarked;
