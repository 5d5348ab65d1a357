# The code of the control page: kjump's own, written from the description of what it has to do.
# Assembled: as --32, objcopy -O binary -j .text; ControlPageCodeTest compares the result with control-page.bin.
#
# Called through the kernel's mapping, as a C function:
#   (head of the page list, pointer to {pa, va of this page, pa of the kexec page directory, pa of the swap page},
#    start address, CPU has PAE, preserve context)
# It runs from physical addresses with paging off in between, swaps every source page with its destination, and calls the
# image. An image that preserves the context comes back behind the call; then all is undone in the same order.
# Offsets of the data words behind the code are fixed: dump tools and the peer kernel know them.

        .text
        .code32
        .set    SAVED_ESP, 0x800
        .set    SAVED_CR0, 0x804
        .set    SAVED_CR3, 0x808
        .set    SAVED_CR4, 0x80c
        .set    VA_CONTROL, 0x810
        .set    PA_PGD, 0x814
        .set    PA_SWAP, 0x818
        .set    PAGE_LIST, 0x81c

start:
        push    %ebx
        push    %esi
        push    %edi
        push    %ebp
        pushfl
        mov     24(%esp), %ebx                  # page list
        mov     28(%esp), %ebp                  # addresses
        mov     32(%esp), %edx                  # start address
        mov     36(%esp), %ecx                  # has PAE
        mov     40(%esp), %esi                  # preserve context
        mov     4(%ebp), %edi                   # this page, virtual

        mov     %esp, SAVED_ESP(%edi)
        mov     %cr0, %eax
        mov     %eax, SAVED_CR0(%edi)
        mov     %cr3, %eax
        mov     %eax, SAVED_CR3(%edi)
        mov     %cr4, %eax
        mov     %eax, SAVED_CR4(%edi)
        push    $0
        popfl
        mov     %edi, VA_CONTROL(%edi)
        mov     8(%ebp), %eax
        mov     %eax, PA_PGD(%edi)
        mov     12(%ebp), %eax
        mov     %eax, PA_SWAP(%edi)
        mov     %ebx, PAGE_LIST(%edi)

        # A page directory that maps this page at both its addresses; the kernel's is about to be swapped away.
        mov     PA_PGD(%edi), %eax
        mov     (%ebp), %edi                    # this page, physical
        mov     %eax, %cr3
        lea     0x1000(%edi), %esp
        lea     (identity - start)(%edi), %eax
        jmp     *%eax

identity:
        push    %edx                            # start address
        mov     %cr0, %eax
        and     $0x7ffafff3, %eax               # PG AM WP TS EM off
        or      $1, %eax
        mov     %eax, %cr0
        test    %ecx, %ecx
        jz      1f
        xor     %eax, %eax
        mov     %eax, %cr4
1:      xor     %eax, %eax
        mov     %eax, %cr3

        mov     %ebx, %ecx
        call    swap_pages

        xor     %eax, %eax
        mov     %eax, %cr3
        test    %esi, %esi
        jnz     2f
        xor     %ebx, %ebx
        xor     %ecx, %ecx
        xor     %edx, %edx
        xor     %edi, %edi
        xor     %ebp, %ebp
        ret                                     # to the start address

2:      pop     %edx
        mov     PA_SWAP(%edi), %esp
        add     $0x1000, %esp
        xor     %ecx, %ecx
        call    *%edx
back:
        mov     (%esp), %ebp                    # where the peer wants to be entered next
        call    3f
3:      pop     %edi
        sub     $(3b - start), %edi             # this page, physical: nothing else is known here
        lea     0x1000(%edi), %esp
        mov     PAGE_LIST(%edi), %ecx
        call    swap_pages
        mov     PA_PGD(%edi), %eax
        mov     %eax, %cr3
        mov     %cr0, %eax
        or      $0x80000000, %eax
        mov     %eax, %cr0
        mov     VA_CONTROL(%edi), %edi
        lea     (virtual - start)(%edi), %eax
        jmp     *%eax

virtual:
        mov     SAVED_CR4(%edi), %eax
        mov     %eax, %cr4
        mov     SAVED_CR3(%edi), %eax
        mov     %eax, %cr3
        mov     SAVED_CR0(%edi), %eax
        mov     %eax, %cr0
        mov     SAVED_ESP(%edi), %esp
        mov     %ebp, %eax
        popfl
        pop     %ebp
        pop     %edi
        pop     %esi
        pop     %ebx
        ret

# Swaps the pages of the list in %ecx. Twice is as if never. Uses the page at PA_SWAP(this page); %edi is this page.
# Keeps %esi, %edi, %ebp.
swap_pages:
        push    %ebp
        push    %esi
        push    %edi
        mov     PA_SWAP(%edi), %ebp
        xor     %edx, %edx                      # destination
        mov     %ecx, %eax
        jmp     entry
next:   mov     (%ebx), %eax
        add     $4, %ebx
entry:  test    $1, %al                         # destination
        jz      1f
        mov     %eax, %edx
        and     $0xfffff000, %edx
        jmp     next
1:      test    $2, %al                         # indirection: go on in that page
        jz      2f
        mov     %eax, %ebx
        and     $0xfffff000, %ebx
        jmp     next
2:      test    $4, %al                         # done
        jnz     4f
        test    $8, %al                         # source
        jz      next
        and     $0xfffff000, %eax
        cmp     %eax, %edx
        je      3f
        mov     %edx, %esi                      # destination -> swap page
        mov     %ebp, %edi
        mov     $1024, %ecx
        cld
        rep movsl
        mov     %eax, %esi                      # source -> destination
        mov     %edx, %edi
        mov     $1024, %ecx
        rep movsl
        mov     %ebp, %esi                      # swap page -> source
        mov     %eax, %edi
        mov     $1024, %ecx
        rep movsl
3:      add     $0x1000, %edx
        jmp     next
4:      pop     %edi
        pop     %esi
        pop     %ebp
        ret
