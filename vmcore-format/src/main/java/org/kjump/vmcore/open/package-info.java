/** Opens a dump whatever its format. */
@NullMarked
package org.kjump.vmcore.open;

import org.jspecify.annotations.NullMarked;
