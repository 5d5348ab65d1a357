# Sourced after env.sh. Functions are subshells: their variables are their own. Debian's packages of any suite and architecture, by an apt whose lists and cache are its own, below
# target/oracle: the system's sources and packages stay as they are.
oracle=${KJUMP_ORACLE:-$KJUMP_ROOT/target/oracle}
kernels=$oracle/kernels
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# debian SUITE ARCHITECTURE PROGRAM ARGUMENTS...: apt-get or apt-cache for that suite alone.
debian() (
    apt=$oracle/apt/$1-$2
    architecture=$2
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    : >"$apt/status"
    {
        echo "deb [signed-by=$keyring] http://deb.debian.org/debian $1 main"
        [ "$1" = sid ] || echo "deb [signed-by=$keyring] http://deb.debian.org/debian-security $1-security main"
    } >"$apt/sources.list"
    program=$3
    shift 3
    nice -n 15 "$program" -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State="$apt" \
        -o Dir::State::status="$apt/status" -o Dir::Cache="$apt" -o APT::Architecture="$architecture" \
        -o APT::Architectures="$architecture" -o APT::Sandbox::User=root -o Acquire::Retries=3 "$@"
)

# refresh SUITE ARCHITECTURE: fetches the lists of packages, once a day at most. One mirror that lags must not stop us: a package
# that is then missing is asked for by name below.
refresh() (
    stamp=$oracle/apt/$1-$2/refreshed
    if [ -z "$(find "$stamp" -mtime -1 2>/dev/null)" ]; then
        debian "$1" "$2" apt-get update -qq || echo "oracle: some lists of $1 could not be fetched; going on" >&2
        touch "$stamp"
    fi
)

# unpack SUITE ARCHITECTURE FOLDER PACKAGES...: the packages' files below FOLDER. Its exits count also where the shell ignores -e.
unpack() (
    suite=$1
    arch=$2
    folder=$3
    shift 3
    packages=$oracle/packages/$suite-$arch
    for package in "$@"; do
        if [ -z "$(find "$packages" -name "${package}_*.deb" 2>/dev/null)" ]; then
            refresh "$suite" "$arch"
            mkdir -p "$packages"
            (cd "$packages" && debian "$suite" "$arch" apt-get download -qq "$package") || exit 1
        fi
        mkdir -p "$folder"
        find "$packages" -name "${package}_*.deb" -exec dpkg-deb -x {} "$folder" \; || exit 1
    done
)

# depends SUITE ARCHITECTURE PACKAGE PREFIX: the dependencies of a package, newest version first, whose names begin so.
depends() (
    refresh "$1" "$2"
    debian "$1" "$2" apt-cache show "$3" | sed -n 's/^Depends: //p' | tr ',|' '\n\n' | sed 's/^ *//; s/ .*//' \
        | grep "^$4" || true
)
