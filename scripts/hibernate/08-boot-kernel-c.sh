#!/bin/sh
# 8. Boot kernel compiled in step 1 (kernel C). Use the rootfs.gz as root file system.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run machine boot --kernel /boot/bzImage --initrd "$root/rootfs.gz" --append "console=ttyS0,9600"
