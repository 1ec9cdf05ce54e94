# Operators and their precedence, as GNU as has it.
  .globl _start
_start: nop
a: nop
  nop
b:
  .data
  .word 1 + 2 * 3                    # = 07 00 00 00
  .word 2 * 3 + 4 << 1               # = 0e 00 00 00
  .word 2 + 3 | 4                    # = 09 00 00 00
  .word 6 & 3 + 1                    # = 03 00 00 00
  .word 3 ^ 1 * 2
  .word 3 ! 4
  .word 1 | 2 & 4 ^ 8 ! 1
  .word 7 / 2, 7 / -2, -7 / 2, 7 % 3, 7 % -3, -7 % 3
  .word 1 << 31, 1 << 4 >> 2, 0x80000000 >> 31
  .word 1 == 1, 1 == 2, 1 != 2, 1 <> 1, 1 < 2, 2 < 1, 1 <= 1, 2 <= 1, 2 > 1, 1 > 2, 1 >= 1, 0 >= 1
  .word -1 < 1, -1 > 1
  .word 1 && 2, 0 && 1, 0 || 2, 0 || 0, 1 || 0 && 0
  .word !0, !5, ~5, -5, - -5, +5, -(2 + 3), ~~1, !!7, -~1
  .word 1 < 2 == 1, 5 - 3 - 1, 100 / 10 / 5, 100 / 10 * 2
  .word 2 + 3 == 5 && 1, 1 + 1 < 3
  .quad -5 >> 1, 1 << 63, 0xFFFFFFFFFFFFFFFF, 0x7fffffffffffffff + 1
  .word 10, 010, 0x10, 0X1f, 0b101, 0B11, 0xFFu, 7UL, 00
  .word 'a', 'a' + 1, '\t', ' ', ';', '#', '"'
  .word a, b, b - a, a + 4, 4 + a, a - 4, (a), (b - a) * 2, (b - a) / 4, b - a == 8
  .word . - a_word, .
a_word:
  .byte b - a, (b - a) << 1
  .half a_word - . , forward - a_word
forward:
  .set later, end - forward
  .word later, later + 1, end - forward
  .set x, 1
  .word x
  .set x, x + 1
  .word x
  .set x, forward
  .word x, x + 4
end:
  .word c - d
  .equ c, 9
  .equ d, 2
