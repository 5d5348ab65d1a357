# Sourced by every step. A step is a process of its own: all it shares with the others is the machine, a folder.
#
# KJUMP_MACHINE   the machine's folder. A partition of it, such as hda1, is a folder there: disk/hda1. To stand in that
#                 folder is to have the mounted partition as working directory in the kernel that runs.
# bin/            kexec, makedumpfile, cat and cp as programs of the running kernel: they see its /proc, /sys, /boot and
#                 partitions, and are there only if its root file system has them. Everything else in a step, such as
#                 tr, grep, cut and the shell itself, is the host's.
set -eu
: "${KJUMP_MACHINE:?the folder of the machine}"
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$KJUMP_MACHINE/disk/hda1
hibernating=$KJUMP_MACHINE/disk/hda2
PATH=$here/bin:$here/..:$PATH
export PATH KJUMP_MACHINE

# Shows a command as it is run.
run() {
    printf '  # %s\n' "$*"
    "$@"
}
