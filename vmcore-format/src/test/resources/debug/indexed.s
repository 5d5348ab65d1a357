# DWARF 5 with the forms that gcc does not write: texts by their number in .debug_str_offsets (as clang does), and a unit of a version
# that does not exist in between.
    .section .debug_abbrev
    .uleb128 1; .uleb128 0x11; .byte 1                        # compile_unit, children
    .uleb128 0x72; .uleb128 0x17                              # str_offsets_base, sec_offset
    .uleb128 0x03; .uleb128 0x1a                              # name, strx
    .uleb128 0; .uleb128 0
    .uleb128 2; .uleb128 0x13; .byte 1                        # structure_type, children
    .uleb128 0x03; .uleb128 0x26                              # name, strx2
    .uleb128 0x0b; .uleb128 0x21; .sleb128 24                 # byte_size, implicit_const 24
    .uleb128 0; .uleb128 0
    .uleb128 3; .uleb128 0x0d; .byte 0                        # member
    .uleb128 0x03; .uleb128 0x27                              # name, strx3
    .uleb128 0x49; .uleb128 0x15                              # type, ref_udata
    .uleb128 0x38; .uleb128 0x0f                              # data_member_location, udata
    .uleb128 0; .uleb128 0
    .uleb128 4; .uleb128 0x24; .byte 0                        # base_type
    .uleb128 0x03; .uleb128 0x28                              # name, strx4
    .uleb128 0x0b; .uleb128 0x16                              # byte_size, indirect
    .uleb128 0x3e; .uleb128 0x0b                              # encoding, data1
    .uleb128 0; .uleb128 0
    .uleb128 6; .uleb128 0x24; .byte 0                        # base_type
    .uleb128 0x03; .uleb128 0x25                              # name, strx1
    .uleb128 0; .uleb128 0
    .uleb128 5; .uleb128 0x34; .byte 0                        # variable
    .uleb128 0x03; .uleb128 0x08                              # name, string
    .uleb128 0x49; .uleb128 0x10                              # type, ref_addr
    .uleb128 0x02; .uleb128 0x18                              # location, exprloc
    .uleb128 0x1b; .uleb128 0x1b                              # an attribute with addrx
    .uleb128 0x55; .uleb128 0x23                              # ranges, rnglistx
    .uleb128 0x69; .uleb128 0x20                              # signature, ref_sig8
    .uleb128 0x8c; .uleb128 0x1e                              # something with data16
    .uleb128 0; .uleb128 0
    .uleb128 0

    .section .debug_info
    .4byte 4; .2byte 77; .2byte 0                             # a unit of version 77
unit:
    .4byte end - version
version:
    .2byte 5; .byte 1; .byte 8; .4byte 0
    .uleb128 1; .4byte texts - offsets; .uleb128 0
    .uleb128 2; .2byte 1
    .uleb128 3; .byte 2, 0, 0; .uleb128 base - unit; .uleb128 8
    .uleb128 0
base:
    .uleb128 4; .4byte 3; .uleb128 0x0b; .byte 8; .byte 7
    .uleb128 6; .byte 2
    .uleb128 5; .asciz "counter"; .4byte base - unit + 8; .uleb128 2; .byte 0xa1; .byte 0; .uleb128 1; .uleb128 2; .8byte 3; .8byte 4; .8byte 5
    .uleb128 0
end:
    .section .debug_str_offsets
offsets:
    .4byte 36; .2byte 5; .2byte 0
    .4byte 0; .4byte 0; .4byte 0; .4byte 0                    # another unit's
texts:
    .4byte name0; .4byte name1; .4byte name2; .4byte name3
    .section .debug_str
text:
    .set name0, . - text
    .asciz "unit"
    .set name1, . - text
    .asciz "indexed"
    .set name2, . - text
    .asciz "member"
    .set name3, . - text
    .asciz "unsigned long"
