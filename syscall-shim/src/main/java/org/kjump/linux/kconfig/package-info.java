@NullMarked
package org.kjump.linux.kconfig;

import org.jspecify.annotations.NullMarked;
