@NullMarked
package org.kjump.vmcore;

import org.jspecify.annotations.NullMarked;
