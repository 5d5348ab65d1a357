@NullMarked
package org.kjump.linux.fs;

import org.jspecify.annotations.NullMarked;
