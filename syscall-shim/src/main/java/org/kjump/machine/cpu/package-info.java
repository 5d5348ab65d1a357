@NullMarked
package org.kjump.machine.cpu;

import org.jspecify.annotations.NullMarked;
