@NullMarked
package org.kjump.makedumpfile;

import org.jspecify.annotations.NullMarked;
