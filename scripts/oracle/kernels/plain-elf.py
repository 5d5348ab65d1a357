"""Rewrites an ELF core of QEMU's in the form that the C makedumpfile reads: program headers behind the ELF header, the notes
behind them, then the segments in their order; nothing else. Memory and notes stay as they are.

plain-elf.py [-v ADDRESS] [-r NAME=NAME] [-b ADDRESS] CORE OUTPUT

With -v every segment in the first 896 MiB gets its virtual address in a direct map that begins at ADDRESS: without one in the
headers the C tool does not find the direct map of i386. With -r the notes, and they alone, have the second name for the first,
which is as long: what a kernel newer than the tool calls otherwise. Segments are readable, writable and executable, as those of a
kernel's own cores are; QEMU says nothing of it. With -b segments at and above a physical address are left out: firmware below 4 GiB, for which a kernel
with one array of struct pages has none; the C tool reads on behind the array's end and fails.
"""
import argparse
import struct

EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
PHDR = struct.Struct("<IIQQQQQQ")
PT_LOAD = 1
PT_NOTE = 4
RWX = 7
LOW_MEMORY = 896 << 20
PIECE = 1 << 20


def copy(source, position, target, length):
    source.seek(position)
    while length > 0:
        data = source.read(min(PIECE, length))
        if not data:
            raise SystemExit("plain-elf: the core is cut")
        # A hole stays a hole.
        if data.count(0) == len(data):
            target.seek(len(data), 1)
        else:
            target.write(data)
        length -= len(data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", type=lambda text: int(text, 0))
    parser.add_argument("-r", default="=")
    parser.add_argument("-b", type=lambda text: int(text, 0), default=1 << 64)
    parser.add_argument("core")
    parser.add_argument("output")
    options = parser.parse_args()
    old, new = (name.encode() for name in options.r.split("="))
    if len(old) != len(new):
        parser.error("the names must be of one length")
    with open(options.core, "rb") as core, open(options.output, "wb") as output:
        ident, kind, machine, version, entry, phoff, _, flags, _, _, phnum, _, _, _ = EHDR.unpack(core.read(EHDR.size))
        if ident[4:6] != b"\2\1" or phnum == 0xFFFF:
            raise SystemExit("plain-elf: a 64-bit little-endian core with less than 65535 program headers is expected")
        core.seek(phoff)
        headers = [list(PHDR.unpack(core.read(PHDR.size))) for _ in range(phnum)]
        headers = [header for header in headers if header[0] != PT_LOAD or header[4] < options.b]
        output.write(EHDR.pack(ident, kind, machine, version, entry, EHDR.size, 0, flags, EHDR.size, PHDR.size, len(headers), 0, 0, 0))
        position = EHDR.size + len(headers) * PHDR.size
        moved = []
        for header in headers:
            segment, _, offset, _, physical, stored, _, _ = header
            header[2] = position
            if segment == PT_LOAD:
                header[1] = RWX
                if options.v is not None and physical < LOW_MEMORY:
                    header[3] = options.v + physical
            moved.append((segment, offset, position, stored))
            position += stored
            output.write(PHDR.pack(*header))
        for segment, offset, start, stored in moved:
            output.seek(start)
            if segment == PT_NOTE and old:
                core.seek(offset)
                output.write(core.read(stored).replace(old, new))
            else:
                copy(core, offset, output, stored)
        output.truncate(position)


main()
