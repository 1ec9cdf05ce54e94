# Wakes up with every host event and keeps eight copies of their number.
  .include "chip.inc"
  .globl _start
_start:
  li    sp, STACK_TOP
  li    s0, RECORDER_REG
  li    t0, SOURCE_HOST
  sw    t0, RECORDER_REG_SOURCES - RECORDER_REG(s0)
  sw    zero, RECORDER_REG_WAKE_MASK - RECORDER_REG(s0)
  sw    zero, RECORDER_REG_WAKE_TARGET - RECORDER_REG(s0)
  li    t0, MIE_RECORDER
  csrw  mie, t0
next:
  wfi
  sw    zero, RECORDER_REG_PENDING - RECORDER_REG(s0)
  call  take
  j     next

  .type take, @function
take:
  addi  sp, sp, -16
  sw    ra, 12(sp)
  la    t0, count
  lw    a0, 0(t0)
  addi  a0, a0, 1
  sw    a0, 0(t0)
  call  spread
  lw    ra, 12(sp)
  addi  sp, sp, 16
  ret

  .type spread, @function
spread:
  vsetivli zero, 8, e16, m1, ta, ma
  vid.v v8
  vadd.vx v8, v8, a0
  la    t0, copies
  vse16.v v8, (t0)
  ret

  .data
  .type count, @object
  .size count, 4
count: .word 0
  .type copies, @object
  .size copies, 16
copies: .zero 16
