# STDP from the correlation sensors of the chip's synapses: analog traces of pairs of spikes, read by
# the column converters, move the weights of some synapse rows once in every period.
#
# The rule: firmware/lib/correlation.inc. Parameters and mailbox: firmware/README.md. A processor that
# is given this image learns the rows of its own hemisphere; it reads analog observables, so it is
# not spike-only, and its runs cannot be replayed from spikes alone.
#
# Registers for the whole program: gp = start of the image, s1 = columns, s2 = largest weight,
# s3 = 32767 / s2, s4 = updates to come (negative: no end), s5 = first row, s6 = row behind the last,
# s7 = rows from one to the next, s8, s9 = end of the period, s11 = READY.

  .include "chip.inc"
  .include "lib/macros.inc"
  .include "lib/periods.inc"

# STATUS codes: 1 ... 12: that parameter of the block below is out of its limits. And:
  .equ STATUS_COMBINATION, 64           # the last row does not exist

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
  parameter period_ticks, 12500, 1000, 0x7FFFFFFF   # 100 us
  parameter updates, 0, 0, 0x7FFFFFFF               # then the program ends; 0: never
  parameter gain_causal, 32, -128, 128              # 1/256 weight code per step of the converter
  parameter gain_acausal, 32, -128, 128
  parameter multiplicative, 0, 0, 1                 # 1: changes shrink towards the bounds
  parameter stochastic, 1, 0, 1                     # 1: random rounding, 0: to nearest
  parameter weight_max, WEIGHT_MAX, 1, WEIGHT_MAX
  parameter dead_zone, 0, 0, 255                    # not 0: what is stored counts from here on
parameters_end:

  .include "lib/stop.inc"
  .include "lib/rows.inc"
  .include "lib/correlation.inc"

start:
  li            sp, STACK_TOP
  la            gp, _start
  csrwi         vxrm, 0                 # round to nearest, up
  check_parameters STATUS_COMBINATION
  lw            s1, %lo(param_columns)(gp)
  lw            s2, %lo(param_weight_max)(gp)
  li            t0, 0x7FFF
  divu          s3, t0, s2
  row_range
  mv            a0, s5
  call          correlation_init
  mv            a0, s5
1:
  call          correlation_reset
  add           a0, a0, s7
  bltu          a0, s6, 1b
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
  lw            a6, %lo(param_gain_causal)(gp)
  lw            a7, %lo(param_gain_acausal)(gp)
  mv            a0, s5
1:
  call          correlation_update
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

  .bss
  .balign 4
  .globl baseline_causal, baseline_acausal
baseline_causal:  .zero ROW_BYTES       # what the converters read of sensors without charge
baseline_acausal: .zero ROW_BYTES
