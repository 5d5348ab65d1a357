package org.kjump.kexec;

/** What the main options switch on and off. */
enum Step {
    UNLOAD,
    LOAD,
    SHUTDOWN,
    SYNC,
    EXEC,
    JUMP_BACK_IMAGE
}
