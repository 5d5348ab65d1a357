@NullMarked
package org.kjump.vmcore.kdump;

import org.jspecify.annotations.NullMarked;
