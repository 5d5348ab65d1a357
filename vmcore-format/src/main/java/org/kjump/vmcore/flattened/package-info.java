/** The flattened format: a dump as a stream of records, for pipes that cannot seek. */
@NullMarked
package org.kjump.vmcore.flattened;

import org.jspecify.annotations.NullMarked;
