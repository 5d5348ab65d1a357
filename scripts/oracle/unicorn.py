#!/usr/bin/python3
"""Runs pieces of i386 code on libunicorn (Debian: libunicorn2), for UnicornOracleTest to compare with.

Each line of stdin: address of the code, the code in hex, EFLAGS, then EAX ECX EDX EBX ESP EBP ESI EDI, in hex, blank-separated. For each a line:
EIP, EFLAGS, the eight registers, the vector of the exception that ended it or -, and a CRC-32 of the memory that the code
may use. Code lies from 0x100000 to 0x1000000, every piece at an address of its own, as libunicorn does not always see that code
changed; data is 0x20000 to 0x24000 and 0x30000 to 0x34000, byte n of both is n * 7 & 0xff.
"""
import ctypes
import sys
import zlib

CODE, CODE_SIZE = 0x100000, 0xF00000
LIMIT = 5000  # instructions; without it libunicorn 2.0.1 at times begins a faulting instruction again for ever
AREAS = ((0x20000, 0x4000), (0x30000, 0x4000))
X86, MODE_32, HOOK_INTR = 4, 4, 1
EAX, EBP, EBX, ECX, EDI, EDX, EFLAGS, EIP, ESI, ESP = 19, 20, 21, 22, 23, 24, 25, 26, 29, 30
GENERAL = (EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI)

unicorn = ctypes.CDLL("libunicorn.so.2")
machine = ctypes.c_void_p()
u64 = ctypes.c_uint64


def check(error, what):
    if error:
        sys.exit("unicorn: %s: error %d" % (what, error))


def get(register):
    value = u64()
    check(unicorn.uc_reg_read(machine, register, ctypes.byref(value)), "reg_read")
    return value.value & 0xFFFFFFFF


def put(register, value):
    check(unicorn.uc_reg_write(machine, register, ctypes.byref(u64(value))), "reg_write")


vector = None
pattern = bytes((n * 7) & 0xFF for n in range(AREAS[0][1]))


@ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
def interrupted(engine, number, data):
    global vector
    vector = number
    unicorn.uc_emu_stop(machine)


def new_machine():
    check(unicorn.uc_open(X86, MODE_32, ctypes.byref(machine)), "open")
    check(unicorn.uc_mem_map(machine, u64(CODE), ctypes.c_size_t(CODE_SIZE), 7), "map")
    for start, size in AREAS:
        check(unicorn.uc_mem_map(machine, u64(start), ctypes.c_size_t(size), 7), "map")
    hook = ctypes.c_size_t()
    check(unicorn.uc_hook_add(machine, ctypes.byref(hook), HOOK_INTR, interrupted, None, u64(1), u64(0)), "hook")


new_machine()
for line in sys.stdin:
    words = line.split()
    address = int(words[0], 16)
    code = bytes.fromhex(words[1])
    numbers = [int(word, 16) for word in words[2:]]
    unicorn.uc_mem_write(machine, u64(address), code, ctypes.c_size_t(len(code)))
    for start, size in AREAS:
        unicorn.uc_mem_write(machine, u64(start), pattern, ctypes.c_size_t(size))
    put(EFLAGS, numbers[0])
    for register, value in zip(GENERAL, numbers[1:]):
        put(register, value)
    vector = None
    error = unicorn.uc_emu_start(machine, u64(address), u64(address + len(code)), u64(0), ctypes.c_size_t(LIMIT))
    checksum = 0
    for start, size in AREAS:
        buffer = ctypes.create_string_buffer(size)
        unicorn.uc_mem_read(machine, u64(start), buffer, ctypes.c_size_t(size))
        checksum = zlib.crc32(buffer.raw, checksum)
    ending = "-" if vector is None and not error else "%x" % vector if vector is not None else "error%d" % error
    registers = " ".join("%x" % get(register) for register in GENERAL)
    print("%x %x %s %s %x" % (get(EIP), get(EFLAGS), registers, ending, checksum), flush=False)
    if ending != "-":
        # It believes to be in a handler from now on, and the next fault to be a double one.
        unicorn.uc_close(machine)
        new_machine()
