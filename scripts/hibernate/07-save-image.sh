#!/bin/sh
# 7. The kernel B will boot as normal kexec. In kernel B the memory image of kernel A can be saved into hibernating
#    partition. Then you can shutdown the machine as normal.
. "$(dirname -- "$0")/step.sh"
cd "$hibernating"
# The seed's line ends in cut -d '=': it forgot which field.
jump_back_entry=`cat /proc/cmdline | tr ' ' '\n' | grep kexec_jump_back_entry | cut -d '=' -f2`
echo $jump_back_entry > kexec_jump_back_entry
printf '  # jump_back_entry=%s\n' "$jump_back_entry"
run cp /proc/vmcore dump.elf
# The filtered way: kernel A's memory without free pages, for people and crash tools to read. B's region hides a part of
# A's memory; the jump-back entry leads to where it is kept.
run makedumpfile -c -d 16 --jump-back-entry=$jump_back_entry /proc/vmcore filtered.kdump
run machine poweroff
