package org.kjump.vmcore.debug.btf;

/** The kinds of records, by number, with the words that a record has behind its first three (include/uapi/linux/btf.h of 6.12). */
enum BtfKind {
    VOID(0, 0),
    INT(1, 0),
    PTR(0, 0),
    ARRAY(3, 0),
    STRUCT(0, 3),
    UNION(0, 3),
    ENUM(0, 2),
    FWD(0, 0),
    TYPEDEF(0, 0),
    VOLATILE(0, 0),
    CONST(0, 0),
    RESTRICT(0, 0),
    FUNC(0, 0),
    FUNC_PROTO(0, 2),
    VAR(1, 0),
    DATASEC(0, 3),
    FLOAT(0, 0),
    DECL_TAG(1, 0),
    TYPE_TAG(0, 0),
    ENUM64(0, 3);

    private final int words;
    private final int wordsPerElement;

    BtfKind(int words, int wordsPerElement) {
        this.words = words;
        this.wordsPerElement = wordsPerElement;
    }

    /** Bytes behind the three words that all records have. */
    long bytes(int elements) {
        return 4L * (words + (long) wordsPerElement * elements);
    }

    boolean isAskedByName() {
        return switch (this) {
            case STRUCT, UNION, ENUM, ENUM64, TYPEDEF, VAR -> true;
            default -> false;
        };
    }
}
