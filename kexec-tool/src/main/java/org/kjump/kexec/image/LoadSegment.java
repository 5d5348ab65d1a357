package org.kjump.kexec.image;

/** A PT_LOAD: {@code fileSize} bytes at {@code offset} of the file belong at {@code paddr}, the rest is zero. */
public record LoadSegment(long offset, long paddr, long fileSize, long memorySize) {}
