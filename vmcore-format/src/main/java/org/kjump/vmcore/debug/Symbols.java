package org.kjump.vmcore.debug;

import java.util.OptionalLong;

/** Where a kernel has what. */
interface Symbols {
    /** @return a virtual address */
    OptionalLong address(String name);
}
