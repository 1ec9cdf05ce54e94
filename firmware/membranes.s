# A recorder of membranes: some time after each event of a label, all columns are read by the column
# converters into a table in memory.
#
# Not spike-only. Parameters and mailbox: firmware/README.md. Works on the hemisphere of its processor.
#
# Registers for the whole program: gp = start of the image, s1 = columns, s2 = readings that the
# table holds, s3 = delay, s4 = place of the next one in the table, s11 = READY.

  .include "chip.inc"
  .include "lib/macros.inc"

  .equ MAX_SAMPLES, 32
  .equ HALF_LANES, 128

# STATUS codes: 1 ... 4: that parameter of the block below is out of its limits.

  .text
  .globl _start
_start:
  j             start

# Parameters lie in the first 2 KiB of the image, where gp reaches them.
  .section .rodata
parameter_limits:
  .text
parameters:
  parameter columns, 256, 1, ROW_BYTES  # from column 0 on
  parameter samples, 16, 1, MAX_SAMPLES # then the table is filled anew
  parameter delay_ticks, 188, 100, 100000           # from event to first reading
  parameter label, 0, 0, 0xFFFF         # of the events
parameters_end:

  .include "lib/stop.inc"

start:
  li            sp, STACK_TOP
  la            gp, _start
  check_parameters 0
  lw            s1, %lo(param_columns)(gp)
  lw            s2, %lo(param_samples)(gp)
  lw            s3, %lo(param_delay_ticks)(gp)
  li            t0, RECORDER_REG
  li            t1, 0xFFFF
  sw            t1, RECORDER_REG_MASK - RECORDER_REG(t0)
  sw            t1, RECORDER_REG_WAKE_MASK - RECORDER_REG(t0)
  lw            t1, %lo(param_label)(gp)
  sw            t1, RECORDER_REG_TARGET - RECORDER_REG(t0)
  sw            t1, RECORDER_REG_WAKE_TARGET - RECORDER_REG(t0)
  sw            zero, RECORDER_REG_CLEAR - RECORDER_REG(t0)
  sw            zero, RECORDER_REG_PENDING - RECORDER_REG(t0)
  li            t1, MIE_RECORDER
  csrw          mie, t1
  li            s4, 0
  li            s11, 0
# One reading per turn.
turn:
  addi          s11, s11, 1
  li            t0, MAILBOX
  sw            s11, MAILBOX_READY - MAILBOX(t0)
1:
  wfi
  li            t0, RECORDER_REG
  lw            t1, RECORDER_REG_PENDING - RECORDER_REG(t0)
  beqz          t1, 1b
  li            t2, RECORDER
  lw            t2, 0(t2)               # stamp of the oldest event
  add           t2, t2, s3
  li            t1, TIMER
2:
  lw            t3, TIMER_TIME - TIMER(t1)
  sub           t3, t3, t2
  bltz          t3, 2b
  la            a0, readings
  slli          t1, s4, 8
  add           a0, a0, t1
  li            a1, 0
3:
  sub           t2, s1, a1
  li            t1, HALF_LANES
  minimum_u     t2, t1
  vsetvli       zero, t2, e8, m1, ta, ma
  li            t1, CADC
  add           t1, t1, a1
  vle8.v        v8, (t1)
  add           t1, a0, a1
  vse8.v        v8, (t1)
  addi          a1, a1, HALF_LANES
  bltu          a1, s1, 3b
  sw            zero, RECORDER_REG_CLEAR - RECORDER_REG(t0)
  sw            zero, RECORDER_REG_PENDING - RECORDER_REG(t0)
  addi          s4, s4, 1
  bne           s4, s2, turn
  li            s4, 0
  j             turn

  .bss
  .balign 4
  .globl readings
readings:         .zero ROW_BYTES * MAX_SAMPLES     # [sample][column], bytes
