/** What is known of a kernel besides its VMCOREINFO: a text, the debug data of its vmlinux, BTF and kallsyms in its memory. */
@NullMarked
package org.kjump.vmcore.debug;

import org.jspecify.annotations.NullMarked;
