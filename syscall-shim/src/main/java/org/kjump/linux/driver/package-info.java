@NullMarked
package org.kjump.linux.driver;

import org.jspecify.annotations.NullMarked;
