@NullMarked
package org.kjump.linux.printk;

import org.jspecify.annotations.NullMarked;
