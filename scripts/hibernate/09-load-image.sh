#!/bin/sh
# 9. In kernel C, load the memory image of kernel A.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
into "$hibernating"
run kexec -l --args-none --entry=`cat kexec_jump_back_entry` dump.elf
