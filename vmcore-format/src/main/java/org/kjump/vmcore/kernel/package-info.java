@NullMarked
package org.kjump.vmcore.kernel;

import org.jspecify.annotations.NullMarked;
