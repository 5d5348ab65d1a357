# Sourced by the launchers, after env.sh: launch MAIN-CLASS ARGUMENTS... runs a class of the built jars, fast.

# The archive of loaded classes is tied to this JVM and to these very jars (path, size, time): with any other it is
# worse than none (JDK 17 then drops its own archive too), so its name says what it was made from.
archive_name() {
    sum=$(stat -c '%n %s %Y' "$JAVA_HOME/release" "$JAVA_HOME/lib/server/libjvm.so" "$KJUMP_ROOT"/target/lib/*.jar | cksum)
    printf '%s/target/cds/%s.jsa' "$KJUMP_ROOT" "$(printf '%s' "$sum" | tr ' ' '-')"
}

# An archive is code that we would run: only the caller's own, or root's.
trusted() {
    [ -f "$1" ] && { [ -O "$1" ] || [ "$(stat -c %u "$1")" = 0 ]; }
}

# Always in the same order: an archive holds for one class path only.
classpath() {
    joined=
    for jar in "$KJUMP_ROOT"/target/lib/*.jar; do
        joined=$joined${joined:+:}$jar
    done
    printf '%s' "$joined"
}

launch() {
    if [ ! -d "$KJUMP_ROOT/target/lib" ]; then
        . "$KJUMP_ROOT/scripts/lib/build.sh"
        build
    fi
    if ! find_java17; then
        echo "kjump: no Java 17 found; run $KJUMP_ROOT/scripts/recipe once, which installs it" >&2
        exit 1
    fi
    main=$1
    shift
    set -- -cp "$(classpath)" "$main" "$@"
    archive=$(archive_name)
    if trusted "$archive"; then
        set -- "-XX:SharedArchiveFile=$archive" "$@"
    fi
    # JVM warnings go to stderr: stdout may carry a dump.
    # Java 17 reads names of files by the locale: without one, as in many containers, it could not open é.
    # shellcheck disable=SC2086 # a list of options
    LC_ALL=C.UTF-8 exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel="${KJUMP_TIER:-4}" -Xshare:auto \
        -Xlog:disable -Xlog:all=warning:stderr ${KJUMP_JAVA_OPTIONS:-} "$@"
}
