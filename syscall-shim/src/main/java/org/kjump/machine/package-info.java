@NullMarked
package org.kjump.machine;

import org.jspecify.annotations.NullMarked;
