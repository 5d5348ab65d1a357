#!/bin/sh
# 6. Boot the kernel B.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run kexec -e
