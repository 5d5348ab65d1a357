package org.kjump.kexec;

/** placeholder so the package is not empty */
final class Kexec {}
