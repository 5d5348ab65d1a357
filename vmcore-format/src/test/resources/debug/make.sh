#!/bin/sh
# Makes the files that the tests of debug data read: a small kernel, compiled to every version of DWARF, for machines of 32 and 64 bit
# and of either byte order, its sections packed in every way, and what the compiler says of its layouts (expected-*.txt).
# Needs gcc with 32-bit code generation, binutils with zstd, and for big endian gcc-12-s390x-linux-gnu; S390X is its prefix.
set -eu
cd "$(dirname -- "$(readlink -f -- "$0")")"
S390X=${S390X:-s390x-linux-gnu-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# kernel OUT ADDRESS COMPILER FLAGS...
kernel() {
    out=$1
    address=$2
    shift 2
    for unit in kernel other; do
        "$@" -ffreestanding -fno-pic -fno-pie -fno-asynchronous-unwind-tables -fno-stack-protector -O0 -c $unit.c -o "$work/$unit.o"
    done
    "$@" -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--nmagic -Wl,-e,_stext -Wl,-Ttext="$address" \
        "$work/kernel.o" "$work/other.o" -o "$work/out" 2>/dev/null
    objcopy=objcopy
    case $1 in *s390x*) objcopy=${S390X}objcopy ;; esac
    $objcopy --remove-section=.comment --remove-section=.debug_frame --remove-section=.debug_line --remove-section=.debug_aranges "$work/out" "$out"
    chmod -x "$out"
}

# expected OUT COMPILER FLAGS...
expected() {
    out=$1
    shift
    "$@" -ffreestanding -O0 -S expected.c -o - | sed -n 's/^@\(.*\)=[$#]*\(-*[0-9]*\)@$/\1=\2/p' >"$out"
}

for version in 2 3 4 5; do
    kernel dwarf$version-64.elf 0xffffffff81000000 gcc -mcmodel=kernel -gdwarf-$version -gstrict-dwarf
    if [ $version != 3 ]; then
        kernel dwarf$version-32.elf 0xc0100000 gcc -m32 -gdwarf-$version -gstrict-dwarf
    fi
done
kernel dwarf5-64bit-format.elf 0xffffffff81000000 gcc -mcmodel=kernel -gdwarf-5 -gdwarf64
kernel type-units.elf 0xffffffff81000000 gcc -mcmodel=kernel -gdwarf-5 -fdebug-types-section
kernel big-endian-64.elf 0x100000 "${S390X}gcc-12" -gdwarf-4
kernel big-endian-32.elf 0x100000 "${S390X}gcc-12" -m31 -gdwarf-5
for packing in zlib-gabi zlib-gnu zstd; do
    objcopy --compress-debug-sections=$packing dwarf5-64.elf $packing.elf
    chmod -x $packing.elf
done
as --64 indexed.s -o "$work/indexed.o"
ld -e 0 -Ttext=0x1000 "$work/indexed.o" -o indexed.elf
chmod -x indexed.elf
# BTF of one unit.
gcc -m32 -gbtf -ffreestanding -fno-pic -c kernel.c -o "$work/btf.o"
objcopy -O binary --only-section=.BTF --set-section-flags .BTF=alloc "$work/btf.o" btf-32.bin
expected expected-64.txt gcc
expected expected-32.txt gcc -m32
expected expected-big-endian-64.txt "${S390X}gcc-12"
expected expected-big-endian-32.txt "${S390X}gcc-12" -m31
for file in *-32.elf *-64.elf; do
    nm "$file" | sed -n "s/^0*\([0-9a-f]*\) [A-Za-z] \(init_uts_ns\|node_data\|mem_section\|node_states\|_stext\)$/$file \2 \1/p"
done >symbols.txt
