@NullMarked
package org.kjump.vmcore.io;

import org.jspecify.annotations.NullMarked;
