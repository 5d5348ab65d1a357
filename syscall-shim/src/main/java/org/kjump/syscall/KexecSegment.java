package org.kjump.syscall;

import org.jspecify.annotations.Nullable;

/**
 * {@code struct kexec_segment} (linux/kexec.h). Sizes and addresses are bytes, 32 bits on i386, unsigned.
 *
 * @param buf what to copy, or null for a NULL pointer
 * @param bufsz how much of {@code buf} to copy
 * @param mem physical address of the destination
 * @param memsz bytes at the destination; those behind {@code bufsz} become zero
 */
public record KexecSegment(@Nullable UserBuffer buf, long bufsz, long mem, long memsz) {}
