/** Dumps made from readable descriptions: for the tests of all modules. */
@NullMarked
package org.kjump.vmcore.build;

import org.jspecify.annotations.NullMarked;
