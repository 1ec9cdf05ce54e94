# EventProp: learns the weights of a layered spiking network from spike events only.
#
# Wunderlich and Pehle, "Event-based backpropagation can compute exact gradients for spiking neural
# networks" (2021), in fixed point, for inputs -> hidden -> outputs in one hemisphere. The program
# sees nothing but time-stamped events. It recomputes, from nominal weights and time constants, the
# synaptic current I of a neuron at its own spikes, and runs the adjoint equations
#
#   tau_m lambda_V' = -lambda_V       tau_s lambda_I' = -lambda_I + lambda_V      (reversed time)
#   lambda_V <- ((I - r) lambda_V + e) / (I - theta)     at a spike of the neuron              (*)
#   dL/dw_ji = -tau_s sum over spikes of i of lambda_I,j                                      (**)
#
# with r = 0, theta = 1, in closed form: a jump J of lambda_V a time s earlier than the spike gives
#
#   lambda_V - lambda_I = J D(s),  D = Es - eps        tau_s lambda_I = tau_m J eps(s)
#
# (Es, eps: lib/kernels.inc). Units: times in ticks of 8 ns; adjoints J in 2^-param_error_shift
# ticks per threshold; gradients -tau_m J eps are summed as -J eps 2^8, without the factor tau_m.
#
# Handshake, parameters and mailbox: firmware/README.md. One processor learns; another one that is
# given the same image sleeps.
#
# Registers for the whole program: gp = start of the image, s0 = spike time arrays, s1 = lanes
# (columns up to the last hidden neuron), s2 = 63, s3 = 127, s5 = inputs, s6 = outputs,
# s7 = spike times kept per neuron; v24-v31 tables.

  .include "chip.inc"
  .include "lib/macros.inc"

  .ifndef MAX_INPUTS
  .equ MAX_INPUTS, 5                    # bias included
  .endif
  .ifndef MAX_OUTPUTS
  .equ MAX_OUTPUTS, 3
  .endif
  .equ MAX_SPIKES, 4                    # spike times kept per neuron
  .equ GRADIENT_SHIFT, 7                # products J eps, Q15, are accumulated as Q8
  .equ GRADIENT_ROW_BYTES, 4 * HIDDEN_LANES
  .equ LONGEST_TICKS, 8191              # of the kernels
  .equ STRETCH_LIMIT, 0xFFFF            # of a time constant by the losses, 2^-8
  .equ LOSS_ONE, 1 << 13                # cross-entropy: 1/tau0
  .equ ERROR_LIMIT, 0xFFFF              # of dL/dt; times theta_output within 32 bits
  .equ X_LIMIT, (1 << 24) - 1           # of a hidden current minus threshold
  .equ THETA_OUTPUT_NUMERATOR, (WEIGHT_MAX << 9) * 256
  .equ THETA_HIDDEN_NUMERATOR, (WEIGHT_MAX << 15) * 256
  .equ PRODUCT_LIMIT, 66576             # 2^31 / (63 * 2^9): outputs times adjoint bound

# STATUS codes: 1 ... 33: that parameter of the block below is out of its limits. And:
  .equ STATUS_COMBINATION, 64           # parameters that do not fit together: see setup
  .equ STATUS_TEACHER, 65               # a teacher event of a class that has no output

  .text
  .globl _start
_start:
  j             start

# Parameters: words that the host may set before the start. They, and the variables behind them,
# lie in the first 2 KiB of the image, where one instruction reaches them through gp.

  .section .rodata
parameter_limits:
  .text
parameters:
  parameter inputs, 5, 1, MAX_INPUTS                # bias included
  parameter hidden, 120, 1, HIDDEN_PER_BLOCK * BUS_COUNT
  parameter outputs, 3, 1, MAX_OUTPUTS
  parameter spike_slots, 1, 1, MAX_SPIKES           # spikes per neuron that learning uses, 1 ... 4
  parameter tau_m_ticks, 1500, 8, 0x7FFF
  parameter tau_s_ticks, 750, 8, 0x7FFF
  parameter refractory_ticks, 4000, 0, LONGEST_TICKS
  parameter sample_ticks, 6000, 1, 24000
  parameter loss, 0, 0, 1                           # 0 shift-invariant, 1 cross-entropy
  parameter loss_delta_ticks, 225, 0, 8000          # 0.3 tau_s
  parameter loss_tau0_ticks, 150, 1, 0x7FFF         # 0.2 tau_s
  parameter loss_tau1_ticks, 750, 1, 0x7FFF         # tau_s
  parameter loss_alpha, 328, 0, 0x7FFF              # 0.005 in 2^-16
  parameter error_shift, 2, 0, 8                    # errors and adjoints: quarters of a tick
  parameter batch, 40, 1, 0x7FFF                    # samples
  parameter samples_per_epoch, 5000, 1, 0x7FFFFFFF
  parameter rate_hidden, 3221127, 0, 0x7FFEFFFF     # 2^-16 masters a batch: 0.012 of 8
  parameter rate_output, 6442254, 0, 0x7FFEFFFF     # the same: 0.006 of 2
  parameter decay, 62259, 0, 0x10000                # of both rates per epoch, 2^-16: 0.95
  parameter momentum, 2040109466, 0, 0x7FFFFFFF     # 2^-31: 0.95
  parameter dead_zone, 0, 0, 0x7FFFFFFF             # gradients up to this do not move a weight
  parameter push_hidden, 41, 0, 0x7FFF              # masters per batch: 0.01 of range 8
  parameter push_activity, 3277, 0, 0x10000         # 2^-16: push if active in less: 5 %
  parameter push_output, 4915, 0, 0x7FFF            # masters per missed turn: 0.3 of range 2
  parameter range_hidden, 2048, 256, 0x7FFF         # thresholds, 2^-8: 8
  parameter range_output, 512, 256, 0x7FFF          # 2
  parameter bound_adjoint, 16000, 1, 0x7FFF         # limit of adjoints, unit of the errors
  parameter bound_slope, 50, 1, 0x7FFF              # 1 / (I - theta) is limited to this
  parameter init_hidden_mean, 8192, -0x7FFF, 0x7FFF # masters: 2 of range 8
  parameter init_hidden_deviation, 8192, 0, 0x7FFF
  parameter init_output_mean, 2458, -0x7FFF, 0x7FFF # 0.15 of range 2
  parameter init_output_deviation, 6553, 0, 0x7FFF  # 0.4
  parameter weights_preloaded, 0, 0, 1              # 1: keep the masters as they are

parameters_end:

taught:           .word 0               # samples with teacher
in_batch:         .word 0               # of these in the current batch
in_epoch:         .word 0               # of these in the current epoch
rate_hidden:      .word 0               # rates now, 2^-16 masters
rate_output:      .word 0
rest_hidden:      .word 0               # what the whole steps have left, 2^-16 masters
rest_output:      .word 0
theta_output:     .word 0               # threshold in units of the currents
theta_hidden:     .word 0
least_output:     .word 0               # theta / bound_slope: least value of I - theta
least_hidden:     .word 0
ratio:            .word 0               # range_output / range_hidden 2^k, Q31, 1/2 ... 1
ratio_shift:      .word 0               # 3 + k
em_factor:        .word 0               # tau_m / tau_s - 1, 2^-8
es_refractory:    .word 0               # Es(refractory), Q31
loss_stretch0:    .word 0               # tau_s / tau0, 2^-8
loss_stretch1:    .word 0               # tau_s / tau1, 2^-8
loss_early:       .word 0               # alpha tau0 / tau1, 2^-16
update_cycles:    .word 0
variables_end:
  .if variables_end - _start > 2048
  .error "parameters and variables are out of reach of gp"
  .endif

  .include "lib/exponential.inc"
  .include "lib/kernels.inc"
  .include "lib/events.inc"
  .include "lib/network.inc"
  .include "lib/losses.inc"
  .include "lib/signum.inc"
  .include "lib/eventprop_setup.inc"
  .include "lib/drawing.inc"
  .include "lib/eventprop_backward.inc"

  .if LONGEST_TICKS != TABLE_LANES * FINE_LANES - 1
  .error "the kernels reach to another time"
  .endif
  .if ERROR_LIMIT * (THETA_OUTPUT_NUMERATOR / 256) > 0x7FFFFFFF
  .error "e theta overflows"
  .endif
  .if SLOT_ARRAY_BYTES * MAX_SPIKES < KERNEL_SCRATCH_BYTES
  .error "no room to make the tables"
  .endif

start:
  csrr          t0, mhartid
  beqz          t0, 2f
1:
  wfi                                   # not ours: no interrupt is enabled
  j             1b
2:
  la            gp, _start
  li            sp, STACK_TOP
  csrwi         vxrm, 0                 # round to nearest, up
  li            t0, CONTROL
  li            t1, 1
  sw            t1, CONTROL_SPIKE_ONLY - CONTROL(t0)
  li            s2, WEIGHT_MAX
  li            s3, TABLE_LANES - 1
  la            s0, spike_times
  call          setup
  lw            a0, %lo(param_tau_m_ticks)(gp)
  lw            a1, %lo(param_tau_s_ticks)(gp)
  mv            a2, s0                  # the arrays serve as scratch memory
  call          kernel_init
  call          recip_init
  call          refractory_decay
  call          lane_mask_init
  lw            t0, %lo(param_weights_preloaded)(gp)
  bnez          t0, 3f
  call          draw_weights
3:
  call          publish_all
  call          reset_neurons
  call          events_init
  li            s11, 1
  li            t0, MAILBOX
  sw            s11, MAILBOX_READY - MAILBOX(t0)

# One sample per turn. s11 = READY.
sleep:
  wfi
  li            t0, RECORDER_REG
  lw            t1, RECORDER_REG_PENDING - RECORDER_REG(t0)
  beqz          t1, sleep
  sw            zero, %lo(update_cycles)(gp)
  mv            a0, s0
  mv            a1, s7
  lw            a2, %lo(param_sample_ticks)(gp)
  call          events_read
  bltz          a0, 3f
  li            t0, MAILBOX
  sw            a1, MAILBOX_SPIKES - MAILBOX(t0)
  mv            s8, a0                  # complete?
  call          decide
  beqz          s8, 2f                  # nothing is learned from an incomplete sample
  call          find_teacher
  bltz          a0, 2f                  # inference
  bgeu          a0, s6, bad_teacher
  call          learn
2:
  call          reset_neurons
  call          events_forget
  addi          s11, s11, 1
  li            t0, MAILBOX
  lw            t1, %lo(update_cycles)(gp)
  sw            t1, MAILBOX_UPDATE_CYCLES - MAILBOX(t0)
  sw            s11, MAILBOX_READY - MAILBOX(t0)
  j             sleep
3:
  call          events_forget
  j             sleep

bad_teacher:
  li            a0, STATUS_TEACHER
  .include "lib/handshake.inc"

# learn: one sample with its label. In: a0 = label l. Changes all but s0-s7, s11. 6,000 cycles
# at 4-120-3 with one spike per neuron, without the batch's update.
learn:
  addi          sp, sp, -16
  sw            ra, 0(sp)
  sw            a0, 4(sp)
  csrwi         vxsat, 0
  lw            t0, %lo(in_batch)(gp)
  lw            t1, %lo(taught)(gp)
  bnez          t0, 1f
  beqz          t1, 1f
  csrr          s9, mcycle              # first sample of a batch: decay belongs to the update
  call          momentum_decay
  csrr          t0, mcycle
  sub           t0, t0, s9
  sw            t0, %lo(update_cycles)(gp)
1:
  vsetvli       zero, s1, e16, m2, ta, mu
  vle16.v       v8, (s0)                # count the neurons that spiked
  li            t0, NO_SPIKE
  vmsne.vx      v0, v8, t0
  la            t0, hidden_activity
  vle16.v       v8, (t0)
  vadd.vi       v8, v8, 1, v0.t
  vse16.v       v8, (t0)
  lw            a0, 4(sp)
  lw            t0, %lo(param_loss)(gp)
  bnez          t0, 2f
  call          loss_shift_invariant
  j             3f
2:
  call          loss_cross_entropy
3:
  call          output_jumps
  beqz          a0, 4f                  # no error: no gradient
  call          backward
4:
  csrr          t0, vxsat
  li            t1, MAILBOX
  lw            t2, MAILBOX_SATURATIONS - MAILBOX(t1)
  add           t2, t2, t0              # samples in which something saturated
  sw            t2, MAILBOX_SATURATIONS - MAILBOX(t1)
  lw            t0, %lo(taught)(gp)
  addi          t0, t0, 1
  sw            t0, %lo(taught)(gp)
  sw            t0, MAILBOX_TAUGHT - MAILBOX(t1)
  lw            t0, %lo(in_batch)(gp)
  addi          t0, t0, 1
  lw            t2, %lo(param_batch)(gp)
  sw            t0, %lo(in_batch)(gp)
  bne           t0, t2, 5f
  sw            zero, %lo(in_batch)(gp)
  lw            t0, MAILBOX_UPDATES - MAILBOX(t1)
  addi          t0, t0, 1
  sw            t0, MAILBOX_UPDATES - MAILBOX(t1)
  csrr          s9, mcycle
  call          signum_update
  csrr          t0, mcycle
  sub           t0, t0, s9
  lw            t1, %lo(update_cycles)(gp)
  add           t0, t0, t1
  sw            t0, %lo(update_cycles)(gp)
5:
  lw            t0, %lo(in_epoch)(gp)
  addi          t0, t0, 1
  lw            t1, %lo(param_samples_per_epoch)(gp)
  sw            t0, %lo(in_epoch)(gp)
  bne           t0, t1, 6f
  sw            zero, %lo(in_epoch)(gp)
  li            t1, MAILBOX
  lw            t0, MAILBOX_EPOCH - MAILBOX(t1)
  addi          t0, t0, 1
  sw            t0, MAILBOX_EPOCH - MAILBOX(t1)
  call          decay_rates
6:
  lw            ra, 0(sp)
  addi          sp, sp, 16
  ret

  .bss
  .balign 4
  .globl weights_hidden, weights_output, gradient_hidden, gradient_output
weights_hidden:   .zero MASTER_ROW_BYTES * MAX_INPUTS   # [input][lane], int16
weights_output:   .zero MASTER_ROW_BYTES * MAX_OUTPUTS  # [output][lane], int16
gradient_hidden:  .zero GRADIENT_ROW_BYTES * MAX_INPUTS # [input][lane], int32
gradient_output:  .zero GRADIENT_ROW_BYTES * MAX_OUTPUTS
spike_times:      .zero SLOT_ARRAY_BYTES * MAX_SPIKES   # 256 first spikes, second, ...
carry_jump:       .zero MASTER_ROW_BYTES                # lambda_V after the next later spike
carry_current:    .zero MASTER_ROW_BYTES                # lambda_I there, quarters
hidden_activity:  .zero MASTER_ROW_BYTES                # samples of the batch with a spike, int16
reciprocals:      .zero 2 * TABLE_LANES                 # 2^29 / y, int16
lane_mask:        .zero HIDDEN_LANES / 8
output_jump:      .zero 4 * MAX_OUTPUTS                 # J of each output's first spike
loss_errors:      .zero 4 * MAX_OUTPUTS                 # dL/dt of each output's first spike
loss_silent:      .zero 4 * MAX_OUTPUTS                 # turns missed in this batch
loss_scratch:     .zero 4 * MAX_OUTPUTS
