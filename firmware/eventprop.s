# EventProp: learns the weights of a layered spiking network from spike events only.
#
# Wunderlich and Pehle, "Event-based backpropagation can compute exact gradients for spiking neural
# networks" (2021), in fixed point, for inputs -> hidden -> outputs in one hemisphere or both. The
# program sees nothing but time-stamped events. It recomputes, from nominal weights and time
# constants, the synaptic current I of a neuron at its own spikes, and runs the adjoint
# equations
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
# Handshake, parameters and mailbox: firmware/README.md. One processor learns, or both
# share the hidden neurons: lib/exchange.inc.

  .include "chip.inc"
  .include "lib/macros.inc"

  .equ DELAYS, 0
  .equ POTENTIAL, 0                     # the slope at a spike: see first_spike.inc
  .equ PARTIAL, 0                       # short sums: the same
  .equ MAX_SPIKES, 4                    # spike times kept per neuron

# Defaults for 4-120-3.
  .equ DEFAULT_HIDDEN, 120
  .equ DEFAULT_LOSS, 0
  .equ DEFAULT_ERROR_SHIFT, 2         # errors and adjoints in quarters of a tick
  .equ DEFAULT_BOUND_ADJOINT, 16000
  .equ DEFAULT_RATE_HIDDEN, 3221127     # 0.012 of range 8
  .equ DEFAULT_RATE_OUTPUT, 6442254     # 0.006 of range 2
  .equ DEFAULT_PUSH_ACTIVITY, 3277      # 5 %
  .equ DEFAULT_PUSH_OUTPUT, 4915        # 0.3 of range 2
  .equ DEFAULT_RANGE_OUTPUT, 512        # 2
  .equ DEFAULT_INIT_OUTPUT_MEAN, 2458   # 0.15 of range 2
  .equ DEFAULT_INIT_OUTPUT_DEVIATION, 6553 # 0.4

  .include "lib/parameters.inc"
  .include "lib/exponential.inc"
  .include "lib/kernels.inc"
  .include "lib/exchange.inc"
  .include "lib/events.inc"
  .include "lib/network.inc"
  .include "lib/losses.inc"
  .include "lib/signum.inc"
  .include "lib/setup.inc"
  .include "lib/drawing.inc"
  .include "lib/adjoints.inc"
  .include "lib/first_spike.inc"
  .include "lib/eventprop_backward.inc"
  .include "lib/stop.inc"
  .include "lib/handshake.inc"
  .include "lib/learner.inc"

# gradients: of one sample, from as many spikes per neuron as the host wants. In: loss_errors.
gradients:
  li            t0, 1
  beq           s7, t0, first_spike
  j             several_spikes

  .bss
carry_jump:       .zero MASTER_ROW_BYTES                # lambda_V after the next later spike
carry_current:    .zero MASTER_ROW_BYTES                # lambda_I there, quarters
output_jump:      .zero 4 * MAX_OUTPUTS                 # J of each output's first spike
