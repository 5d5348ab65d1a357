package org.kjump.kexec.plan;

/** Whether the purgatory verifies the segments' digest. */
public enum Checks {
    SHA256,
    NONE
}
