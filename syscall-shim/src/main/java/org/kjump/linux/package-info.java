@NullMarked
package org.kjump.linux;

import org.jspecify.annotations.NullMarked;
