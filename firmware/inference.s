# Inference: decides with weights and delays that the host has put here; learns nothing.
#
# The network is that of the learning programs, and so are the memory layout of the weights, the
# handshake and the decision: weights that one of them has learned, on this chip or another, go
# into weights_hidden and weights_output as they are, delays, if there are any, into
# delays_hidden and delays_input. Everything is written to synapse rows and delay lines once; then
# the program sleeps but for some 720 cycles per sample. Only what the decision needs is recorded:
# outputs and the end of the sample, not hidden spikes. Teacher events are not heeded.
#
# Handshake, parameters and mailbox: firmware/README.md. Another processor that is given the same
# image sleeps.
#
# Registers for the whole program: gp = start of the image, s0 = spike times, s1 = lanes (columns
# up to the last hidden neuron), s2 = 63, s5 = inputs, s6 = outputs, s11 = READY.

  .include "chip.inc"
  .include "lib/macros.inc"

  .equ MAX_INPUTS, 8                    # bias included
  .equ MAX_OUTPUTS, 8
  .equ FIXED_DELAYS, 1
  .equ DELAY_BITS, 4                    # of a delay's master below the tick
  .equ DELAY_TICKS_MAX, 2047            # the longest delay that a master can be
  .equ RECORDED_BITS, LABEL_OUTPUT      # labels with this bit: outputs, inputs, supervision

# STATUS codes: 1, 2, ...: that parameter of the block below is out of its limits. And:
  .equ STATUS_COMBINATION, 64           # delay_min above delay_max

  .text
  .globl _start, inference_only
inference_only:                         # tells the host that there is nothing to train
_start:
  j             start

  .section .rodata
parameter_limits:
  .text
parameters:
  parameter inputs, 5, 1, MAX_INPUTS                        # bias included
  parameter hidden, 120, 1, HIDDEN_PER_BLOCK * BUS_COUNT
  parameter outputs, 3, 1, MAX_OUTPUTS
  parameter sample_ticks, 6000, 1, 24000
  parameter delay_min, 0, 0, DELAY_TICKS_MAX                # bounds of all delays, ticks
  parameter delay_max, DELAY_TICKS_MAX, 0, DELAY_TICKS_MAX
parameters_end:

  .include "lib/events.inc"
  .include "lib/network.inc"
  .include "lib/delays.inc"
  .include "lib/stop.inc"
  .include "lib/handshake.inc"

start:
  begin_program
  la            s0, spike_times
  check_parameters STATUS_COMBINATION
  lw            t0, %lo(param_delay_min)(gp)
  lw            t1, %lo(param_delay_max)(gp)
  bgt           t0, t1, 2b
  lw            s5, %lo(param_inputs)(gp)
  lw            s1, %lo(param_hidden)(gp)
  lw            s6, %lo(param_outputs)(gp)
  hidden_lanes
  call          lane_mask_init
  call          publish_all
  call          publish_delays
  call          reset_neurons
  call          events_init
  li            t0, RECORDER_REG
  li            t1, RECORDED_BITS
  sw            t1, RECORDER_REG_MASK - RECORDER_REG(t0)
  sw            t1, RECORDER_REG_TARGET - RECORDER_REG(t0)
  first_ready

# One sample per turn.
sleep:
  await_sample
  mv            a0, s0
  li            a1, 1
  lw            a2, %lo(param_sample_ticks)(gp)
  call          events_read
  bltz          a0, 1f
  call          decide
  call          reset_neurons
  call          events_forget
  next_ready
  j             sleep
1:
  call          events_forget
  j             sleep

  .bss
  .balign 4
  .globl weights_hidden, weights_output
weights_hidden:   .zero MASTER_ROW_BYTES * MAX_INPUTS   # [input][lane], int16
weights_output:   .zero MASTER_ROW_BYTES * MAX_OUTPUTS  # [output][lane], int16
spike_times:      .zero SLOT_ARRAY_BYTES                # the first spike of each source
lane_mask:        .zero HIDDEN_LANES / 8
