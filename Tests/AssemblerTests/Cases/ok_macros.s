# Macros, conditionals, repetitions.
  .globl _start
_start:
  .equ FOUR, 4
  .macro push register, offset=0
  sw \register, \offset(sp)
  .endm
  push a0
  push a1, 4
  push register=a2, offset=8
  push offset=12, register=a3
  push a4 16

  .macro sum result:req, first, rest:vararg
  add \result, \result, \first
  .ifnb \rest
  sum \result, \rest
  .endif
  .endm
  sum a0, a1, a2, a3

  .macro loop count
  li t0, \count
.Lloop\@:
  addi t0, t0, -1
  bnez t0, .Lloop\@
  .endm
  loop 3
  loop (4 + 5)
  loop 2 + 2
  loop FOUR*2

  .macro name prefix, suffix
\prefix\()_\suffix: nop
\prefix\suffix: nop
  .endm
  name left, right

  .macro text string
  .asciz "\string"
  .endm
  text "hello, world"
  text plain
  .p2align 2

  .macro outer x
  .macro inner y
  addi a0, a0, \x + \y
  .endm
  inner 1
  .purgem inner
  .endm
  outer 5
  outer 6

  .macro down count
  .if \count
  addi a0, a0, \count
  down (\count - 1)
  .endif
  .endm
  down 3

  .macro early flag
  .if \flag
  .exitm
  .endif
  nop
  .endm
  early 1
  early 0

  .macro nothing
  .endm
  nothing

  .macro several one, two
  \one
  \two
  .endm
  several "li a0, 1; li a1, 2", "nop"

  .rept 3
  nop
  .rept 2
  ecall
  .endr
  .endr
  .rept 0
  this is not read
  .endr
  .irp register, a0, a1, a2
  mv \register, zero
  .endr
  .irp value, 1, 2 + 1, 5
  .byte \value
  .endr
  .irpc digit, 123
  .byte \digit\digit
  .endr
  .p2align 2
  .set count, 0
  .rept 5
  .byte count
  .set count, count + 1
  .endr
  .p2align 2

  .if FOUR == 4
  li a0, 1
  .else
  li a0, 2
  .endif
  .if FOUR > 4
  bad
  .elseif FOUR < 4
  bad
  .elseif FOUR
  li a0, 3
  .elseif 1
  bad
  .else
  bad
  .endif
  .ifdef FOUR
  li a0, 4
  .endif
  .ifndef FOUR
  bad
  .if 1
  bad
  .endif
  .else
  li a0, 5
  .endif
  .ifdef not_defined
  bad
  .endif
  .ifeq 0
  li a0, 6
  .endif
  .ifne 0
  bad
  .endif
  .ifgt 1
  li a0, 7
  .endif
  .ifge 0
  li a0, 8
  .endif
  .iflt -1
  li a0, 9
  .endif
  .ifle 1
  bad
  .endif
  .ifb
  li a0, 10
  .endif
  .ifc one, one
  li a0, 11
  .endif
  .ifnc one, two
  li a0, 12
  .endif
  .ifeqs "a", "a"
  li a0, 13
  .endif
  .ifnes "a", "b"
  li a0, 14
  .endif
  .include "included.inc"
  .include "included.inc"
  included_macro 5
  .incbin "data.bin"
  .incbin "data.bin", 2
  .incbin "data.bin", 1, 2
  .p2align 2
  .warning "careful"
  .print "seen"
