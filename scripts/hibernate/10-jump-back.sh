#!/bin/sh
# 10. Jump back to the kernel A. Then, kernel A is resumed.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run kexec -e
