# Sourced by the scripts beside it. Sets KJUMP_ROOT, the top of the checkout, and finds a JDK 17.
KJUMP_ROOT=$(dirname -- "$(readlink -f -- "$0")")
while [ ! -f "$KJUMP_ROOT/.kjump" ] && [ "$KJUMP_ROOT" != / ]; do
    KJUMP_ROOT=$(dirname -- "$KJUMP_ROOT")
done

# Is there a Java 17 in $1? Its release file is read, as running java would cost 40 ms.
is_java17() {
    [ -x "$1/bin/java" ] && grep -q '^JAVA_VERSION="17[."]' "$1/release" 2>/dev/null
}

# Leaves JAVA_HOME at a Java 17, if the machine has one: the one chosen, the one on PATH, or one of Debian's.
find_java17() {
    on_path=$(command -v java || true)
    [ -z "$on_path" ] || on_path=$(dirname -- "$(dirname -- "$(readlink -f -- "$on_path")")")
    for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/java-17-* /usr/lib/jvm/*17*; do
        if is_java17 "$candidate"; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return 0
        fi
    done
    return 1
}
