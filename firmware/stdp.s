# STDP: spike-timing dependent plasticity of a layered spiking network, from spike events only.
#
# Every pair of a presynaptic spike at time a and a postsynaptic spike at time b changes the weight
# (Song, Miller and Abbott 2000; all pairs of a sample, additive, hard bounds):
#
#   b >= a:  w <- w + A_plus exp(-(b - a) / tau_plus)
#   a >= b:  w <- w - A_minus exp(-(a - b) / tau_minus)
#
# Hidden neurons learn without supervision. An output learns with the pair (plus, minus) `output` if
# it is the output of the sample's class, with the pair `other` if not; negative amplitudes make the
# windows of the others forget. A neuron that stays silent, and the output of the class if it does,
# gets a push on all its weights. A sample without teacher event changes nothing.
#
# The twin of this program in C, firmware/c/stdp.c, does the same to the bit. Handshake, parameters
# and mailbox: firmware/README.md. One processor learns; another one that is given the same image
# sleeps.
#
# Registers for the whole program: gp = start of the image, s0 = spike time arrays, s1 = lanes
# (columns up to the last hidden neuron), s2 = 63, s3 = 64, s5 = inputs, s6 = outputs,
# s7 = spike times kept per neuron; v24-v29 tables.

  .include "chip.inc"
  .include "lib/macros.inc"

  .equ MAX_INPUTS, 8                    # bias included
  .equ MAX_OUTPUTS, 8
  .equ MAX_SPIKES, 4                    # spike times kept per neuron
  .equ LARGEST, 4095                    # amplitude: MAX_SPIKES^2 pairs of it fit into 32 bits, Q15
  .if LARGEST * 0x7FFF * MAX_SPIKES * MAX_SPIKES > 0x7FFFFFFF
  .error "the sum of all pairs may overflow"
  .endif

# STATUS codes: 1 ... 24: that parameter of the block below is out of its limits. And:
  .equ STATUS_COMBINATION, 64           # a lower bound above the upper one
  .equ STATUS_TEACHER, 65               # a teacher event of a class that has no output

  .text
  .globl _start
_start:
  j             start

# Parameters and variables lie in the first 2 KiB of the image, where gp reaches them.
  .section .rodata
parameter_limits:
  .text
parameters:
  parameter inputs, 5, 1, MAX_INPUTS                # bias included
  parameter hidden, 120, 1, HIDDEN_PER_BLOCK * BUS_COUNT
  parameter outputs, 3, 1, MAX_OUTPUTS
  parameter spike_slots, 1, 1, MAX_SPIKES           # spikes per neuron that make pairs
  parameter sample_ticks, 6000, 1, 24000
  parameter tau_plus_ticks, 750, 8, 0x7FFF
  parameter tau_minus_ticks, 1500, 8, 0x7FFF
  parameter plus_hidden, 200, -LARGEST, LARGEST     # masters per pair
  parameter minus_hidden, 120, -LARGEST, LARGEST
  parameter plus_output, 400, -LARGEST, LARGEST
  parameter minus_output, 100, -LARGEST, LARGEST
  parameter plus_other, -300, -LARGEST, LARGEST
  parameter minus_other, 0, -LARGEST, LARGEST
  parameter push_hidden, 40, 0, LARGEST             # masters per sample
  parameter push_output, 200, 0, LARGEST
  parameter low_hidden, -0x7FFF, -0x7FFF, 0x7FFF    # bounds of the masters
  parameter high_hidden, 0x7FFF, -0x7FFF, 0x7FFF
  parameter low_output, -0x7FFF, -0x7FFF, 0x7FFF
  parameter high_output, 0x7FFF, -0x7FFF, 0x7FFF
  parameter init_hidden_mean, 8192, -0x7FFF, 0x7FFF
  parameter init_hidden_deviation, 8192, 0, 0x7FFF
  parameter init_output_mean, 2458, -0x7FFF, 0x7FFF
  parameter init_output_deviation, 6553, 0, 0x7FFF
  parameter weights_preloaded, 0, 0, 1              # 1: keep the masters as they are
parameters_end:

taught:           .word 0               # samples with teacher
  .if taught - _start > 2044
  .error "parameters and variables are out of reach of gp"
  .endif

  .include "lib/exponential.inc"
  .include "lib/events.inc"
  .include "lib/network.inc"
  .include "lib/drawing.inc"
  .include "lib/stop.inc"
  .include "lib/handshake.inc"
  .include "lib/windows.inc"

start:
  begin_program
  li            s3, FINE_LANES
  la            s0, spike_times
  call          setup
  call          windows_init
  call          lane_mask_init
  lw            t0, %lo(param_weights_preloaded)(gp)
  bnez          t0, 3f
  call          draw_weights
3:
  call          publish_all
  call          reset_neurons
  call          events_init
  first_ready

# One sample per turn. s11 = READY.
sleep:
  await_sample
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
  next_ready
  j             sleep
3:
  call          events_forget
  j             sleep

bad_teacher:
  li            a0, STATUS_TEACHER
  j             stop

# setup: checks the parameters. Out: s1, s5, s6, s7. Changes t0-t4, a0. 500 cycles, once.
setup:
  check_parameters STATUS_COMBINATION
  lw            t0, %lo(param_low_hidden)(gp)
  lw            t1, %lo(param_high_hidden)(gp)
  bgt           t0, t1, 2b
  lw            t0, %lo(param_low_output)(gp)
  lw            t1, %lo(param_high_output)(gp)
  bgt           t0, t1, 2b
  lw            s5, %lo(param_inputs)(gp)
  lw            s1, %lo(param_hidden)(gp)
  lw            s6, %lo(param_outputs)(gp)
  lw            s7, %lo(param_spike_slots)(gp)
  hidden_lanes
  ret

# learn: one sample with its label. In: a0 = class. Changes all but s0-s7, s11.
learn:
  addi          sp, sp, -16
  sw            ra, 0(sp)
  mv            s10, a0
  la            s8, weights_hidden
  addi          s9, s0, 2 * SLOT_INPUT
  lw            a6, %lo(param_plus_hidden)(gp)
  lw            a7, %lo(param_minus_hidden)(gp)
  neg           a7, a7
  lw            a3, %lo(param_low_hidden)(gp)
  lw            a4, %lo(param_high_hidden)(gp)
  li            a0, 0
1:
  vsetvli       zero, s1, e16, m2, ta, mu
  vle16.v       v10, (s0)               # silent neurons get a push
  li            t0, NO_SPIKE
  vmseq.vx      v0, v10, t0
  lw            t0, %lo(param_push_hidden)(gp)
  slli          t0, t0, 15
  vsetvli       zero, zero, e32, m4, ta, mu
  vmv.v.i       v4, 0
  vmerge.vxm    v4, v4, t0, v0
  call          input_pairs
  call          move_weights
  call          publish_hidden
  addi          s8, s8, MASTER_ROW_BYTES
  addi          s9, s9, 2
  addi          a0, a0, 1
  bne           a0, s5, 1b

  la            s8, weights_output
  addi          s9, s0, 2 * SLOT_OUTPUT
  lw            a3, %lo(param_low_output)(gp)
  lw            a4, %lo(param_high_output)(gp)
  li            a0, 0
2:
  lw            a6, %lo(param_plus_other)(gp)
  lw            a7, %lo(param_minus_other)(gp)
  li            t1, 0
  bne           a0, s10, 3f
  lw            a6, %lo(param_plus_output)(gp)
  lw            a7, %lo(param_minus_output)(gp)
  lh            t0, 0(s9)               # the silent output of the class gets a push
  li            t2, NO_SPIKE
  bne           t0, t2, 3f
  lw            t1, %lo(param_push_output)(gp)
  slli          t1, t1, 15
3:
  neg           a7, a7
  vsetvli       zero, s1, e32, m4, ta, mu
  vmv.v.x       v4, t1
  call          output_pairs
  call          move_weights
  call          publish_output
  addi          s8, s8, MASTER_ROW_BYTES
  addi          s9, s9, 2
  addi          a0, a0, 1
  bne           a0, s6, 2b

  lw            t0, %lo(taught)(gp)
  addi          t0, t0, 1
  sw            t0, %lo(taught)(gp)
  li            t1, MAILBOX
  sw            t0, MAILBOX_TAUGHT - MAILBOX(t1)
  sw            t0, MAILBOX_UPDATES - MAILBOX(t1)
  lw            ra, 0(sp)
  addi          sp, sp, 16
  ret

  .bss
  .balign 4
  .globl weights_hidden, weights_output
weights_hidden:   .zero MASTER_ROW_BYTES * MAX_INPUTS   # [input][lane], int16
weights_output:   .zero MASTER_ROW_BYTES * MAX_OUTPUTS  # [output][lane], int16
spike_times:      .zero SLOT_ARRAY_BYTES * MAX_SPIKES   # 256 first spikes, second, ...
coarse_plus:      .zero 2 * TABLE_LANES                 # exp(-64 a / tau_plus), Q15
coarse_minus:     .zero 2 * TABLE_LANES
fine_tables:      .zero 2 * TABLE_LANES                 # exp(-b / tau_plus), then of tau_minus
lane_mask:        .zero HIDDEN_LANES / 8
