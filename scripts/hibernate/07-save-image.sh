#!/bin/sh
# 7. The kernel B will boot as normal kexec. In kernel B the memory image of kernel A can be saved into hibernating
#    partition. Then you can shutdown the machine as normal.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
into "$hibernating"
# The seed's line ends in cut -d '=': it forgot which field.
jump_back_entry=`cat /proc/cmdline | tr ' ' '\n' | grep kexec_jump_back_entry | cut -d '=' -f2`
if [ -z "$jump_back_entry" ]; then
    echo "${0##*/}: no kexec_jump_back_entry= in /proc/cmdline: the kernel that runs was not jumped into, nothing is saved" >&2
    exit 1
fi
echo $jump_back_entry > kexec_jump_back_entry
printf '  # jump_back_entry=%s\n' "$jump_back_entry"
run cp /proc/vmcore dump.elf
# The filtered way: the same image without free pages, which step 9 could load as well. What is free, kernel A's lists say, and
# those lie where B's region hides them: makedumpfile finds the way to them by the page that the jump-back entry points into.
run makedumpfile -E -d 16 /proc/vmcore filtered.elf
run machine poweroff
