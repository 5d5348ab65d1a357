package org.kjump.vmcore.erase;

import java.util.List;

/** A command of an erase configuration, with the number of the line where it begins. */
sealed interface Command {
    int line();

    record Erase(int line, Path path, Amount amount) implements Command {}

    record Loop(int line, String variable, Elements elements, List<Erase> body) implements Command {}

    /** A variable of the kernel or of a loop, and members of it: {@code a.b.c}. */
    record Path(List<String> names) {
        static Path of(String text) {
            return new Path(List.of(text.split("\\.", -1)));
        }

        @Override
        public String toString() {
            return String.join(".", names);
        }
    }

    /** How much of an object is erased. */
    sealed interface Amount {
        record Whole() implements Amount {}

        record Bytes(long count) implements Amount {}

        /** As many bytes as an integer of the kernel says. */
        record Variable(Path path) implements Amount {}

        /** A pointer itself, which becomes NULL. */
        record Nullify() implements Amount {}
    }

    /** What a loop goes through. */
    sealed interface Elements {
        Path path();

        record OfArray(Path path) implements Elements {}

        /** Each element points to the next by {@code member}. */
        record Via(Path path, String member) implements Elements {}

        /** The path is the head of a list that goes through {@code member} of each element. */
        record Within(Path path, String struct, String member) implements Elements {}
    }
}
