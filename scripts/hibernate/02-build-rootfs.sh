#!/bin/sh
# 2. Build an initramfs image contains kexec-tool and makedumpfile, called rootfs.gz in following text.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run machine build-rootfs --output "$root/rootfs.gz"
