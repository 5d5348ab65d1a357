@NullMarked
package org.kjump.machine.device;

import org.jspecify.annotations.NullMarked;
