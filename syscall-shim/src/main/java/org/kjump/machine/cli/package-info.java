@NullMarked
package org.kjump.machine.cli;

import org.jspecify.annotations.NullMarked;
