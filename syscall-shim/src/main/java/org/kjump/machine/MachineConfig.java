package org.kjump.machine;

/**
 * What a machine is made of, fixed when it is made.
 *
 * @param memory bytes of RAM, a multiple of 1 MiB
 */
public record MachineConfig(long memory) {
    public static final long DEFAULT_MEMORY = 64L << 20;
}
