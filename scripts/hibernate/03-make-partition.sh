#!/bin/sh
# 3. Prepare a partition to save memory image of original kernel, called hibernating partition in following text.
. "$(dirname -- "$(readlink -f -- "$0")")/step.sh"
run machine partition add hda2 "${KJUMP_PARTITION:-640M}"
