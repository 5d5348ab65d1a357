# Sourced by every step. A step is a process of its own: all it shares with the others is the machine, a folder.
#
# KJUMP_MACHINE   the machine's folder. A partition of it, such as hda1, is a folder there: disk/hda1. To stand in that
#                 folder is to have the mounted partition as working directory in the kernel that runs.
# bin/            kexec, makedumpfile, cat and cp as programs of the running kernel: they see its /proc, /sys, /boot and
#                 partitions, and are there only if its root file system has them. Everything else in a step, such as
#                 tr, grep, cut and the shell itself, is the host's.
set -eu
if [ -z "${KJUMP_MACHINE:-}" ]; then
    echo "${0##*/}: KJUMP_MACHINE is not set: the folder of the machine" >&2
    exit 1
fi
case $KJUMP_MACHINE in
    /*) ;;
    *) KJUMP_MACHINE=$PWD/$KJUMP_MACHINE ;;
esac
here=$(dirname -- "$(readlink -f -- "$0")")
root=$KJUMP_MACHINE/disk/hda1
hibernating=$KJUMP_MACHINE/disk/hda2
PATH=$here/bin:$here/..:$PATH
export PATH KJUMP_MACHINE

# Goes to a partition.
into() {
    if ! [ -d "$1" ]; then
        echo "${0##*/}: no folder $1: the steps that make the machine and its partitions come first" >&2
        exit 1
    fi
    cd "$1"
}

# Shows a command as it is run.
run() {
    printf '  # %s\n' "$*"
    "$@"
}
