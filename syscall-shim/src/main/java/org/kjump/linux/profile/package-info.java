@NullMarked
package org.kjump.linux.profile;

import org.jspecify.annotations.NullMarked;
