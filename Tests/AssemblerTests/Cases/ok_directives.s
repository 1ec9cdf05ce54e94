# Every directive that clang has too.
  .file "ok_directives.s"
  .option norelax
  .option norvc
  .option push
  .option pop
  .attribute arch, "rv32im_zicsr_zifencei_zve32x_zvl1024b"
  .equ FOUR, 4
  .set five, FOUR + 1
  six = five + 1
  .equiv seven, six + 1
  .globl _start, table
  .local local_label
  .type _start, @function
_start:
local_label:
  .cfi_startproc
  nop
  .p2align 4
  nop
  .balign 16
  nop
  .align 3
  nop
  .p2align 4, 0xff
  nop
  .p2align 4, , 2
  nop
  .balign 8, 0, 8
  .byte 1
  .p2align 3
  .half 1
  .p2align 3
  .byte 1, 2, 3
  .p2align 4
  .cfi_endproc
  .size _start, . - _start

  .section .rodata
table:
  .byte 1, -1, 255, -128, 'a', '\n', '\\', '\''     # = 01 ff ff 80 61 0a 5c 27
  .half 0x1234, -2, 65535                           # = 34 12 fe ff ff ff
  .short 1
  .hword 1
  .2byte 2
  .word 0x12345678, -1, 4294967295, table, table + 4
  .long 7
  .int 8
  .4byte table - .
  .dword 0x123456789abcdef0
  .quad -1
  .8byte 5
  .type table, %object
  .size table, end_of_table - table
end_of_table:
  .ascii "abc", "d\te\n\r\b\f\"\\"
  .ascii "joined " "strings"
  .asciz "zero", ""
  .string "also", "\101\x42\0"
  .byte
  .zero 5
  .space 3
  .space 2, 0xaa
  .skip 3, 7
  .fill 3
  .fill 2, 2, 0x1234
  .fill 2, 4, -1
  .fill 2, 8, 0x1122334455667788
  .fill 0, 4, 1
  .p2align 2
  .uleb128 0, 127, 128, 624485
  .sleb128 0, -1, 63, 64, -64, -65, -123456
  .org 0x200
  .org . + 16, 0x11
here: .org here + 8

  .data
  .weak weak_symbol
weak_symbol:
  .word five, six, seven, FOUR
  .section .data.other, "aw", @progbits
other: .word other
  .section .text.hot, "ax"
hot: j hot
  .previous
  .word 2
  .pushsection .rodata
  .byte 9
  .popsection
  .word 3
  .section mine, "aw", @progbits
mine_label: .word mine_label
  .section zeros, "aw", @nobits
zeros_label: .zero 4
  .section extra, "ax"
  nop
  .section constants, "a"
  .word 5
  .bss
  .globl buffer
  .p2align 5
buffer: .zero 64
  .word 0
  .type buffer, @object
  .size buffer, 64
  .comm shared, 12, 8
  .lcomm private, 5
  .text
  .word shared, private, buffer, weak_symbol
  .word __bss_start, __bss_end, _end, __stack_top
  la sp, __stack_top
  li a0, seven
  .set five, 50
  li a0, five
  .word five
1: 2: nop
1:
  j 1b
  j 2b
  j 1f
10: j 10b
1: .word 1b - 2b
  .Lhidden: j .Lhidden
"quoted name": j "quoted name"
  label.with$odd_chars: nop; nop ; j label.with$odd_chars // a comment
  nop /* a comment
  over lines */
  nop /* two */ ; /* in a line */ nop
  .ident "nobody"
  .addrsig
