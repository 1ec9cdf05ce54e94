# What our assembler reads and clang for this processor does not.
  .globl _start
_start:
  pause                      # = 0100000f
  vmcpy.m v1, v2             # = 662120d7
  .word _start < end, end == end      # = ff ff ff ff ff ff ff ff
  .rept 2
  .byte 'a, 'b               # = 61 62 61 62
  .endr
  .uleb128 624485            # = e5 8e 26
  .p2align 3                 # = 00
  lw a0, 4 (a1)              # = 0045a503
end:
  .bss
  .zero 5                    # = … 5 bytes
