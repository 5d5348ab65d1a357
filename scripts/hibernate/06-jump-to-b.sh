#!/bin/sh
# 6. Boot the kernel B.
. "$(dirname -- "$0")/step.sh"
run kexec -e
