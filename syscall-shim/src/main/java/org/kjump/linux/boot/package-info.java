@NullMarked
package org.kjump.linux.boot;

import org.jspecify.annotations.NullMarked;
