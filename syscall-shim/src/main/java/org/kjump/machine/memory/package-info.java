@NullMarked
package org.kjump.machine.memory;

import org.jspecify.annotations.NullMarked;
