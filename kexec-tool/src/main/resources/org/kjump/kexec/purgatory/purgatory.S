/* kjump's purgatory for i386: runs between the kernel's control page and the new kernel's 32-bit entry.
   Position independent. The table at offset 0 is patched by the load plan (org.kjump.kexec.purgatory.Purgatory).
   Built with: as --32 purgatory.S -o p.o && objcopy -O binary -j .text p.o purgatory.bin */
    .text
    .code32
blob:
magic:        .long 0x47504a4b          /* "KJPG" */
entry_offset: .long start - blob
memory_size:  .long 0x8000              /* W at 0x1000, stack down from 0x2000; the C tool's has as much */
kernel_entry: .long 0
boot_params:  .long 0
cmdline_end:  .long 0                   /* where the NUL is; 0: append nothing */
skip_checks:  .long 0
region_count: .long 0
digest:       .fill 32, 1, 0
regions:      .fill 128, 1, 0           /* 16 of {start, length}; lengths are multiples of 64 */
argument:     .long 0                   /* what an ELF program finds at 4(%esp) */
serial_port:  .long 0x3f8
copy_source:  .long 0                   /* the low memory of a crashed kernel, and where it is kept */
copy_length:  .long 0                   /* a multiple of 4; 0: copy nothing */
copy_target:  .long 0

    .set W, 0x1000
    .set STACK, 0x2000

start:
    cli
    cld
    movl (%esp), %edx                   /* the jump back entry, if the old kernel called us */
    call 1f
1:  popl %ebp
    subl $(1b - blob), %ebp             /* EBP: where we are */
    leal STACK(%ebp), %esp
    pushl %edx                          /* kept at STACK-4 */

    leal (gdt - blob)(%ebp), %eax
    movl %eax, (gdt_base - blob)(%ebp)
    lgdt (gdt_limit - blob)(%ebp)
    pushl $0x10
    leal (flat - blob)(%ebp), %eax
    pushl %eax
    lret
flat:
    movl $0x18, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movl %eax, %fs
    movl %eax, %gs

    cmpl $0, (skip_checks - blob)(%ebp)
    jne copy
    call sha256
    leal (state - blob)(%ebp), %esi
    leal (digest - blob)(%ebp), %edi
    movl $8, %ecx
2:  movl (%esi), %eax
    bswap %eax
    cmpl (%edi), %eax
    jne mismatch
    addl $4, %esi
    addl $4, %edi
    decl %ecx
    jne 2b

copy:
    movl (copy_source - blob)(%ebp), %esi
    movl (copy_target - blob)(%ebp), %edi
    movl (copy_length - blob)(%ebp), %ecx
    shrl $2, %ecx
    rep movsl

    movl (cmdline_end - blob)(%ebp), %edi
    movl (STACK - 4)(%ebp), %edx
    testl %edi, %edi
    je enter
    testl %edx, %edx
    je enter
    leal (parameter - blob)(%ebp), %esi
    movl $(parameter_end - parameter), %ecx
    rep movsb
    movl $8, %ecx
3:  roll $4, %edx
    movl %edx, %eax
    andl $15, %eax
    addl $'0', %eax
    cmpl $'9', %eax
    jbe 4f
    addl $('a' - '0' - 10), %eax
4:  movb %al, (%edi)
    incl %edi
    decl %ecx
    jne 3b
    movb $0, (%edi)

enter:
    leal STACK(%ebp), %esp
    pushl (argument - blob)(%ebp)
    pushl $0                            /* nobody to return to */
    movl (boot_params - blob)(%ebp), %esi
    pushl (kernel_entry - blob)(%ebp)
    xorl %eax, %eax
    xorl %ebx, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    xorl %edi, %edi
    xorl %ebp, %ebp
    ret

mismatch:
    leal (message - blob)(%ebp), %esi
    movl (serial_port - blob)(%ebp), %edx
5:  movb (%esi), %al
    testb %al, %al
    je 6f
    outb %al, %dx
    incl %esi
    jmp 5b
6:  cli
    hlt
    jmp 6b

/* SHA-256 (FIPS 180-4) over all regions into state. */
sha256:
    leal (regions - blob)(%ebp), %esi
    movl (region_count - blob)(%ebp), %ecx
    xorl %edx, %edx                     /* bytes in all */
7:  testl %ecx, %ecx
    je 9f
    pushl %ecx
    pushl %esi
    movl 4(%esi), %ecx
    movl (%esi), %esi
    addl %ecx, %edx
    shrl $6, %ecx
    je 10f
8:  pushl %ecx
    pushl %edx
    call block
    popl %edx
    popl %ecx
    decl %ecx
    jne 8b
10: popl %esi
    popl %ecx
    addl $8, %esi
    decl %ecx
    jmp 7b
9:  movl %edx, %eax                     /* the last block: 0x80, zeros, length in bits */
    shrl $29, %eax
    bswap %eax
    movl %eax, (padding + 56 - blob)(%ebp)
    shll $3, %edx
    bswap %edx
    movl %edx, (padding + 60 - blob)(%ebp)
    leal (padding - blob)(%ebp), %esi
    /* fall through */

/* One block at ESI, which moves behind it; EBP stays, all else is lost. */
block:
    leal W(%ebp), %edi
    movl $4, %ecx
11: movl (%esi), %eax
    bswap %eax
    movl %eax, (%edi)
    movl 4(%esi), %eax
    bswap %eax
    movl %eax, 4(%edi)
    movl 8(%esi), %eax
    bswap %eax
    movl %eax, 8(%edi)
    movl 12(%esi), %eax
    bswap %eax
    movl %eax, 12(%edi)
    addl $16, %esi
    addl $16, %edi
    decl %ecx
    jne 11b

    pushl %esi
    pushl %ebp
    movl $6, %ebp
    .macro SCHEDULE i
    movl 4*\i-60(%edi), %eax
    movl 4*\i-8(%edi), %ebx
    movl %eax, %ecx
    movl %ebx, %edx
    rorl $11, %ecx
    xorl %eax, %ecx
    rorl $7, %ecx                       /* x ror 18 ^ x ror 7 */
    shrl $3, %eax
    xorl %ecx, %eax
    rorl $2, %edx
    xorl %ebx, %edx
    rorl $17, %edx                      /* x ror 19 ^ x ror 17 */
    shrl $10, %ebx
    xorl %edx, %ebx
    addl %ebx, %eax
    addl 4*\i-64(%edi), %eax
    addl 4*\i-28(%edi), %eax
    movl %eax, 4*\i(%edi)
    .endm
12:
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7
    SCHEDULE \i
    .endr
    addl $32, %edi
    decl %ebp
    jne 12b
    movl (%esp), %ebp

    leal (state - blob)(%ebp), %esi
    leal (working - blob)(%ebp), %edi
    movl $8, %ecx
    rep movsl
    leal (constants - blob)(%ebp), %esi
    leal W(%ebp), %edi
    leal (working - blob)(%ebp), %ebp
    .macro ROUND i, a, b, c, d, e, f, g, h
    movl 4*\e(%ebp), %ebx
    movl 4*\f(%ebp), %ecx
    movl 4*\g(%ebp), %edx
    movl %ebx, %eax
    rorl $14, %eax
    xorl %ebx, %eax
    rorl $5, %eax
    xorl %ebx, %eax
    rorl $6, %eax
    xorl %edx, %ecx
    andl %ebx, %ecx
    xorl %edx, %ecx
    addl %ecx, %eax
    addl 4*\h(%ebp), %eax
    addl 4*\i(%edi), %eax
    addl 4*\i(%esi), %eax
    addl %eax, 4*\d(%ebp)
    movl 4*\a(%ebp), %ebx
    movl %ebx, %ecx
    rorl $9, %ecx
    xorl %ebx, %ecx
    rorl $11, %ecx
    xorl %ebx, %ecx
    rorl $2, %ecx
    addl %ecx, %eax
    movl 4*\b(%ebp), %ecx
    movl 4*\c(%ebp), %edx
    xorl %ecx, %edx
    xorl %ecx, %ebx
    andl %ebx, %edx
    xorl %ecx, %edx
    addl %edx, %eax
    movl %eax, 4*\h(%ebp)
    .endm
    pushl $8
13: ROUND 0, 0, 1, 2, 3, 4, 5, 6, 7
    ROUND 1, 7, 0, 1, 2, 3, 4, 5, 6
    ROUND 2, 6, 7, 0, 1, 2, 3, 4, 5
    ROUND 3, 5, 6, 7, 0, 1, 2, 3, 4
    ROUND 4, 4, 5, 6, 7, 0, 1, 2, 3
    ROUND 5, 3, 4, 5, 6, 7, 0, 1, 2
    ROUND 6, 2, 3, 4, 5, 6, 7, 0, 1
    ROUND 7, 1, 2, 3, 4, 5, 6, 7, 0
    addl $32, %esi
    addl $32, %edi
    decl (%esp)
    jne 13b
    popl %eax
    movl %ebp, %esi
    popl %ebp
    leal (state - blob)(%ebp), %edi
    movl $8, %ecx
14: movl (%esi), %eax
    addl %eax, (%edi)
    addl $4, %esi
    addl $4, %edi
    decl %ecx
    jne 14b
    popl %esi
    ret

    .balign 8
gdt:
    .quad 0
    .quad 0
    .quad 0x00cf9b000000ffff            /* 0x10: code, flat, accessed */
    .quad 0x00cf93000000ffff            /* 0x18: data, flat, accessed */
gdt_end:
    .word 0
gdt_limit:
    .word gdt_end - gdt - 1
gdt_base:
    .long 0
state:
    .long 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
working:
    .fill 32, 1, 0
padding:
    .byte 0x80
    .fill 63, 1, 0
constants:
    .long 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
    .long 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
    .long 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
    .long 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
    .long 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
    .long 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
    .long 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
    .long 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
message:
    .asciz "sha256 digests do not match :(\r\n"
parameter:
    .ascii " kexec_jump_back_entry=0x"
parameter_end:
