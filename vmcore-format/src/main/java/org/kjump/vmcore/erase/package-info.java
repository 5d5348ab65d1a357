/** Takes secrets out of a dump: what a configuration names is overwritten before anybody reads it. */
@NullMarked
package org.kjump.vmcore.erase;

import org.jspecify.annotations.NullMarked;
