# What stands before main in a program in C: where execution starts, and the stack.
#
# Nothing clears .bss: the SRAM is zero when a program is loaded, and the host may have put weights
# there since. A processor other than 0 that is given the same image sleeps for ever; so does the
# first one if main returns.

  .include "chip.inc"

  .text
  .globl _start
_start:
  csrr          t0, mhartid
  bnez          t0, sleep
  la            sp, __stack_top
  call          main
sleep:
  csrw          mie, zero
1:
  wfi                                   # no interrupt is enabled
  j             1b
