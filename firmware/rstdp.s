# Reward-modulated STDP: in each trial one of some states is shown to the chip, as spikes of its own
# synapse row, and the action neuron that spikes most often is what the chip does. The host says how
# good that was, and the weights of the state's row follow what their correlation sensors have stored
# in the trial, by how much better than expected:
#
#   d = reward - expected[state]      expected[state] += d / 2^expectation_shift
#   dw = d / 256 (gain_causal c+ - gain_acausal c-)
#
# An action that was better than usual becomes more likely, another less; noise explores (a covariance
# rule, as in the published learning of Pong on this chip family). firmware/lib/correlation.inc moves
# the weights. Reads analog observables, so it is not spike-only. Parameters, events and mailbox:
# firmware/README.md. Works on the hemisphere of its processor.
#
# Registers for the whole program: gp = start of the image, s1 = actions, s2 = largest weight,
# s3 = 32767 / s2, s5 = row of state 0, s7 = rows from one to the next, s8 = states, s9 = updates,
# s10 = state of the trial without reward yet, -1: none, s11 = READY.

  .include "chip.inc"
  .include "lib/macros.inc"

  .equ MAX_STATES, 16
  .equ MAX_ACTIONS, 128

# STATUS codes: 1 ... 11: that parameter of the block below is out of its limits. And:
  .equ STATUS_COMBINATION, 64           # the last row does not exist
  .equ STATUS_STATE, 65                 # the end of a trial of a state that there is not

  .text
  .globl _start
_start:
  j             start

# Parameters lie in the first 2 KiB of the image, where gp reaches them.
  .section .rodata
parameter_limits:
  .text
parameters:
  parameter states, 8, 1, MAX_STATES
  parameter actions, 8, 2, MAX_ACTIONS              # columns 0 and up
  parameter first_row, 8, 0, 255                    # of state 0
  parameter row_step, 8, 1, 255
  parameter gain_causal, 128, -128, 128             # 1/128 weight code per step of the converter
  parameter gain_acausal, 0, -128, 128
  parameter expectation_shift, 4, 0, 8
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
  lw            s1, %lo(param_actions)(gp)
  lw            s2, %lo(param_weight_max)(gp)
  li            t0, 0x7FFF
  divu          s3, t0, s2
  lw            s5, %lo(param_first_row)(gp)
  lw            s7, %lo(param_row_step)(gp)
  lw            s8, %lo(param_states)(gp)
  addi          t1, s8, -1
  mul           t1, t1, s7
  add           t1, t1, s5
  li            t0, 255
  bgtu          t1, t0, 2b
  mv            a0, s5
  call          correlation_init
  mv            a0, s5
  mv            s9, s8
1:
  call          correlation_reset
  add           a0, a0, s7
  addi          s9, s9, -1
  bnez          s9, 1b

# Only host events of both kinds are recorded, and each wakes: ends of trials and rewards.
  li            t0, RECORDER_REG
  li            t1, 4
  sw            t1, RECORDER_REG_SOURCES - RECORDER_REG(t0)
  li            t1, 0xFE00
  sw            t1, RECORDER_REG_MASK - RECORDER_REG(t0)
  sw            t1, RECORDER_REG_WAKE_MASK - RECORDER_REG(t0)
  li            t1, LABEL_TEACHER
  sw            t1, RECORDER_REG_TARGET - RECORDER_REG(t0)
  sw            t1, RECORDER_REG_WAKE_TARGET - RECORDER_REG(t0)
  sw            zero, RECORDER_REG_CLEAR - RECORDER_REG(t0)
  sw            zero, RECORDER_REG_PENDING - RECORDER_REG(t0)
  li            t1, MIE_RECORDER
  csrw          mie, t1
  call          clear_counters
  li            s10, -1
  li            s11, 0

# The next trial may begin.
ready:
  addi          s11, s11, 1
  li            t0, MAILBOX
  sw            s11, MAILBOX_READY - MAILBOX(t0)

# One event per turn.
turn:
  wfi
  li            t0, RECORDER_REG
  lw            t1, RECORDER_REG_PENDING - RECORDER_REG(t0)
  beqz          t1, turn
  li            t1, RECORDER
  lw            s4, 4(t1)               # label and flags of the oldest
  sw            zero, RECORDER_REG_CLEAR - RECORDER_REG(t0)
  sw            zero, RECORDER_REG_PENDING - RECORDER_REG(t0)
  andi          t1, s4, 0x100
  beqz          t1, reward

# A trial is over: the action is the neuron with most spikes, by chance among several.
  andi          s10, s4, 0xFF
  li            a0, STATUS_STATE
  bgeu          s10, s8, stop
  call          decide
  li            t0, MAILBOX
  sw            a0, MAILBOX_DECISION - MAILBOX(t0)
  addi          t1, s9, 1
  sw            t1, MAILBOX_TAUGHT - MAILBOX(t0)
  j             turn

# A reward, 0 ... 255, for the last trial.
reward:
  bltz          s10, turn
  andi          t0, s4, 0xFF
  slli          t0, t0, 8
  la            t1, expected
  word_address  t2, t1, s10
  lw            t3, 0(t2)
  sub           t0, t0, t3              # d, 1/256 of the unit of rewards
  lw            t1, %lo(param_expectation_shift)(gp)
  sra           t1, t0, t1
  add           t3, t3, t1
  sw            t3, 0(t2)
  lw            a6, %lo(param_gain_causal)(gp)
  mul           a6, a6, t0
  srai          a6, a6, 15
  lw            a7, %lo(param_gain_acausal)(gp)
  mul           a7, a7, t0
  srai          a7, a7, 15
  mul           a0, s10, s7
  add           a0, a0, s5
  call          correlation_update
  call          clear_counters
  li            s10, -1
  addi          s9, s9, 1
  li            t0, MAILBOX
  sw            s9, MAILBOX_UPDATES - MAILBOX(t0)
  j             ready

# decide: a0 = the column with most spikes. In: s1 = columns. Changes t0, v0, v8-v17. 400 cycles.
decide:
  vsetvli       zero, s1, e32, m4, ta, ma
  li            t0, COUNTER
  vle32.v       v8, (t0)
  vsetvli       zero, zero, e16, m2, ta, ma
  vnsrl.wi      v12, v8, 0
  li            t0, 255
  vminu.vx      v12, v12, t0
  vsll.vi       v12, v12, 8
  vsetvli       zero, zero, e8, m1, ta, ma
  li            t0, RANDOM
  vle8.v        v14, (t0)
  vsetvli       zero, zero, e16, m2, ta, ma
  vzext.vf2     v16, v14
  vor.vv        v12, v12, v16
  vredmaxu.vs   v16, v12, v12
  vmv.x.s       t0, v16
  vmseq.vx      v0, v12, t0
  vfirst.m      a0, v0
  ret

# clear_counters: the spike counters of the actions begin at 0. In: s1 = columns. Changes t0, v8-v11.
# 150 cycles.
clear_counters:
  vsetvli       zero, s1, e32, m4, ta, ma
  li            t0, COUNTER
  vmv.v.i       v8, 0
  vse32.v       v8, (t0)
  ret

  .bss
  .balign 4
  .globl baseline_causal, baseline_acausal, expected
baseline_causal:  .zero ROW_BYTES       # what the converters read of sensors without charge
baseline_acausal: .zero ROW_BYTES
expected:         .zero 4 * MAX_STATES  # rewards, 1/256
