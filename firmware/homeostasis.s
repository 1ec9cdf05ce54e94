# Homeostasis: every neuron comes to a target rate. Once in every period the spike counters are read
# and cleared, and all weights of a neuron in some synapse rows move up if it has spiked too rarely,
# down if too often.
#
#   dw = gain (target - spikes)      in 1/256 weight code, limited to +-limit
#
# firmware/lib/rows.inc rounds. Sees nothing but spike counters, so it is spike-only. Parameters and
# mailbox: firmware/README.md. Works on the hemisphere of its processor.
#
# Registers for the whole program: gp = start of the image, s1 = columns, s2 = largest weight,
# s4 = updates to come (negative: no end), s5 = first row, s6 = row behind the last, s7 = rows from
# one to the next, s8, s9 = end of the period, s11 = READY.

  .include "chip.inc"
  .include "lib/macros.inc"
  .include "lib/periods.inc"

# STATUS codes: 1 ... 11: that parameter of the block below is out of its limits. And:
  .equ STATUS_COMBINATION, 64           # the last row does not exist

  .equ OVERFLOW_COUNT, 256              # a counter that has wrapped says at least this

  .text
  .globl _start
_start:
  j             start

# Parameters lie in the first 2 KiB of the image, where gp reaches them.
  .section .rodata
parameter_limits:
  .text
parameters:
  parameter columns, 256, 1, ROW_BYTES              # from column 0 on
  parameter first_row, 0, 0, 255
  parameter rows, 1, 1, 256
  parameter row_step, 2, 1, 255                     # 2: one row of each driver
  parameter period_ticks, 250000, 1000, 0x7FFFFFFF  # 2 ms
  parameter updates, 0, 0, 0x7FFFFFFF               # then the program ends; 0: never
  parameter target, 40, 0, 255                      # spikes per period
  parameter gain, 6, -127, 127                      # 1/256 weight code per spike
  parameter limit, 1024, 1, 0x3FFF                  # of a change: 4 codes
  parameter stochastic, 1, 0, 1                     # 1: random rounding, 0: to nearest
  parameter weight_max, WEIGHT_MAX, 1, WEIGHT_MAX
parameters_end:

  .include "lib/stop.inc"
  .include "lib/rows.inc"

start:
  li            sp, STACK_TOP
  la            gp, _start
  li            t0, CONTROL
  li            t1, 1
  sw            t1, CONTROL_SPIKE_ONLY - CONTROL(t0)
  check_parameters STATUS_COMBINATION
  lw            s1, %lo(param_columns)(gp)
  lw            s2, %lo(param_weight_max)(gp)
  row_range
  call          read_counters           # what was before does not count
  lw            t0, %lo(param_period_ticks)(gp)
  start_periods
  li            s11, 1
  li            t0, MAILBOX
  sw            s11, MAILBOX_READY - MAILBOX(t0)

# One update per turn.
turn:
  await_period
  lw            t0, %lo(param_period_ticks)(gp)
  next_period
  call          read_counters
  mv            a0, s5
1:
  call          move_row
  add           a0, a0, s7
  bltu          a0, s6, 1b
  li            t0, MAILBOX
  sw            s11, MAILBOX_UPDATES - MAILBOX(t0)
  addi          s11, s11, 1
  sw            s11, MAILBOX_READY - MAILBOX(t0)
  addi          s4, s4, -1
  bnez          s4, turn
  li            a0, 0
  j             stop

# read_counters: what this period says to the weights of each column, in changes. Clears the counters.
# In: s1 = columns. Changes t0-t4, a1, v0, v8-v17. 600 cycles for 256 columns.
read_counters:
  la            t2, changes
  li            t3, COUNTER
  mv            a1, s1
1:
  li            t0, HALF_LANES
  minimum_u     t0, a1
  vsetvli       zero, t0, e32, m4, ta, ma
  vle32.v       v8, (t3)
  vse32.v       v8, (t3)                # whatever is written clears
  li            t1, OVERFLOW_COUNT
  vminu.vx      v8, v8, t1
  vsetvli       zero, zero, e16, m2, ta, ma
  vnsrl.wi      v12, v8, 0
  lw            t1, %lo(param_target)(gp)
  vrsub.vx      v12, v12, t1
  lw            t1, %lo(param_gain)(gp)
  vmul.vx       v12, v12, t1
  lw            t1, %lo(param_limit)(gp)
  vmin.vx       v12, v12, t1
  neg           t1, t1
  vmax.vx       v12, v12, t1
  vse16.v       v12, (t2)
  addi          t2, t2, 2 * HALF_LANES
  addi          t3, t3, 4 * HALF_LANES
  sub           a1, a1, t0
  bnez          a1, 1b
  ret

# move_row: moves the weights of a row by the columns' changes. In: a0 = row, s1 = columns, s2 = largest
# weight. Changes t0-t3, a1, v12, v13, v16, v20-v23. 480 cycles for 256 columns.
move_row:
  li            a1, 0
1:
  half_lanes
  slli          t3, a0, 8
  add           t3, t3, a1
  li            t0, SYNAPSE_WEIGHTS
  add           t3, t3, t0
  load_weights
  la            t0, changes
  slli          t1, a1, 1
  add           t0, t0, t1
  vle16.v       v16, (t0)
  move_weights_by_v16
  addi          a1, a1, HALF_LANES
  bltu          a1, s1, 1b
  ret

  .bss
  .balign 4
changes:          .zero 2 * ROW_BYTES   # of each column's weights in this period
