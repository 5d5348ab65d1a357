# Sourced after env.sh and launch.sh. build: makes the jars if there are none or a source is newer; what the machine lacks for that
# is installed with apt, or named.

missing_packages() {
    find_java17 && [ -x "$JAVA_HOME/bin/javac" ] || printf ' openjdk-17-jdk-headless'
    command -v mvn >/dev/null 2>&1 || printf ' maven'
}

setup() {
    packages=$(missing_packages)
    [ -z "$packages" ] && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "kjump: installing$packages" >&2
        # shellcheck disable=SC2086 # a list of words
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >&2 || true
    fi
    packages=$(missing_packages)
    if [ -n "$packages" ]; then
        echo "kjump: needs$packages; on Debian 12 or Ubuntu run: sudo apt-get update && sudo apt-get install -y$packages" >&2
        exit 1
    fi
    find_java17
}

# Maven, with a repository of its own in target/ where the user's home (which Java takes from passwd, not from HOME) cannot be
# written to.
maven() {
    home=$(getent passwd "$(id -u)" | cut -d : -f 6)
    if ! mkdir -p "$home/.m2/repository" 2>/dev/null || [ ! -w "$home/.m2/repository" ]; then
        set -- "-Dmaven.repo.local=$KJUMP_ROOT/target/m2" "$@"
    fi
    mvn "$@"
}

# The newest of the jars, or nothing if there are none.
newest_jar() {
    find "$KJUMP_ROOT/target/lib" -name '*.jar' -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d ' ' -f 2-
}

build() {
    newest=$(newest_jar)
    if [ -z "$newest" ] || [ -n "$(find "$KJUMP_ROOT/pom.xml" "$KJUMP_ROOT"/*/pom.xml "$KJUMP_ROOT"/*/src/main -newer "$newest" -print | head -n 1)" ]; then
        setup
        echo "kjump: building (once)" >&2
        log=$(mktemp)
        if ! (cd "$KJUMP_ROOT" && maven -B -q -DskipTests package) >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            echo "kjump: the build failed" >&2
            exit 1
        fi
        rm -f "$log"
    fi
    find_java17
    [ -f "$(archive_name)" ] || make_archive
}

# The class-data archive for the jars that stand in target/lib: see launch.sh. Without one all works, 100 ms slower.
make_archive() {
    archive=$(archive_name)
    mkdir -p "$KJUMP_ROOT/target/cds" && work=$(mktemp -d "$KJUMP_ROOT/target/cds/making.XXXXXX") || return 0
    java=$JAVA_HOME/bin/java
    cp=$(classpath)
    # What typical commands load. Their answers do not matter here, only their classes.
    sample() {
        list=$1
        shift
        "$java" -XX:DumpLoadedClassList="$work/$list.classes" -cp "$cp" "$@" >/dev/null 2>&1 || true
    }
    sample kexec org.kjump.kexec.Kexec --machine "$work/none" -S
    sample makedumpfile org.kjump.makedumpfile.Makedumpfile -d 31 "$work/none" "$work/out"
    sample create org.kjump.machine.cli.MachineMain create "$work/machine" --memory 16M
    sample status org.kjump.machine.cli.MachineMain --machine "$work/machine" status
    cat "$work"/*.classes | sort -u >"$work/all"
    # Built aside and renamed: a reader never sees half an archive.
    if "$java" -Xshare:dump -XX:SharedClassListFile="$work/all" -XX:SharedArchiveFile="$work/archive" -cp "$cp" >/dev/null 2>&1; then
        rm -f "$KJUMP_ROOT"/target/cds/*.jsa
        mv "$work/archive" "$archive"
    fi
    rm -rf "$work"
}
