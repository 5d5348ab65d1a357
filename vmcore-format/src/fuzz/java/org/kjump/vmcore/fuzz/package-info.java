/** Targets for Jazzer, a coverage-guided fuzzer: {@code scripts/fuzz}. */
@NullMarked
package org.kjump.vmcore.fuzz;

import org.jspecify.annotations.NullMarked;
