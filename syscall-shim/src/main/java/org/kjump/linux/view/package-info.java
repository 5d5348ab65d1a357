@NullMarked
package org.kjump.linux.view;

import org.jspecify.annotations.NullMarked;
