@NullMarked
package org.kjump.linux.image;

import org.jspecify.annotations.NullMarked;
