@NullMarked
package org.kjump.linux.power;

import org.jspecify.annotations.NullMarked;
