#!/bin/sh
# 5. In the kernel A, load kernel compiled in step 1 (kernel B) with /sbin/kexec.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
into "$root"
run kexec --load-preserve-context /boot/bzImage --mem-min=0x100000 --mem-max=0xffffff --initrd=rootfs.gz
