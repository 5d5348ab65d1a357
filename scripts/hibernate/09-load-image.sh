#!/bin/sh
# 9. In kernel C, load the memory image of kernel A.
. "$(dirname -- "$0")/step.sh"
cd "$hibernating"
run kexec -l --args-none --entry=`cat kexec_jump_back_entry` dump.elf
