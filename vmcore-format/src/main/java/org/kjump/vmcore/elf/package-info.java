@NullMarked
package org.kjump.vmcore.elf;

import org.jspecify.annotations.NullMarked;
