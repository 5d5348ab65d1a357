#!/bin/sh
# 4. Boot kernel compiled in step 1 (kernel A).
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run machine boot --kernel /boot/bzImage --append "root=/dev/hda1 console=ttyS0,115200"
# It works for a while, so that there is something to lose.
run machine tick 41
