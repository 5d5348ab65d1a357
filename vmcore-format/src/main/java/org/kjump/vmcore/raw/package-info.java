/** Physical memory as it is: without headers, or with those of LiME. */
@NullMarked
package org.kjump.vmcore.raw;

import org.jspecify.annotations.NullMarked;
