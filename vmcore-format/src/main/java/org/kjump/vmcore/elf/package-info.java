/** ELF cores, read and written; headers, sections and symbols of ELF files of any kind. */
@NullMarked
package org.kjump.vmcore.elf;

import org.jspecify.annotations.NullMarked;
