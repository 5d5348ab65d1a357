@NullMarked
package org.kjump.vmcore.layout;

import org.jspecify.annotations.NullMarked;
