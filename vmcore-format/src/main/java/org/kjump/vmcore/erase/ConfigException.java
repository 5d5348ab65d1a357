package org.kjump.vmcore.erase;

/** What is wrong with one command; the others are carried out. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(int line, String what) {
        super("Config error at %d: %s".formatted(line, what));
    }
}
