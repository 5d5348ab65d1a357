#!/bin/sh
# 1. Compile and install patched kernel with following options selected:
#    CONFIG_X86_32=y CONFIG_RELOCATABLE=y CONFIG_KEXEC=y CONFIG_CRASH_DUMP=y CONFIG_PM=y CONFIG_HIBERNATION=y
#    CONFIG_KEXEC_JUMP=y
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run machine create "$KJUMP_MACHINE" --memory "${KJUMP_MEMORY:-64M}"
mkdir -p "$root/boot"
run machine build-kernel --config "${KJUMP_CONFIG:-$here/config}" --output "$root/boot/bzImage"
