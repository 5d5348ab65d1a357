@NullMarked
package org.kjump.vmcore.pipeline;

import org.jspecify.annotations.NullMarked;
