@NullMarked
package org.kjump.linux.sched;

import org.jspecify.annotations.NullMarked;
