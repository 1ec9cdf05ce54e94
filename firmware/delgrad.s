# DelGrad: learns the weights and the axonal delays of a layered spiking network from spike events.
#
# Goeltz et al., "DelGrad: exact event-based gradients for training delays and weights on spiking
# neuromorphic hardware" (2025), in fixed point, for inputs -> hidden -> outputs in one hemisphere
# or both, with one spike per neuron. The program sees nothing but time-stamped events. The
# event recorder sees them before the delay lines, so it adds the delays, which it set itself, to
# know when a spike arrived. Equations and units: lib/first_spike.inc; delays: lib/delays.inc.
#
# Handshake, parameters and mailbox: firmware/README.md. One processor learns, or both
# share the hidden neurons: lib/exchange.inc.

  .include "chip.inc"
  .include "lib/macros.inc"

  .ifndef DELAYS
  .equ DELAYS, 1                        # axonal; 2 in delgrad_synaptic.s
  .endif
  .equ POTENTIAL, 1                     # the slope at a spike: see first_spike.inc
  .if DELAYS == 1
  .equ PARTIAL, 1                       # lib/short_sums.inc
  .equ PARTIAL_SHIFT, 14                # J eps 2
  .equ PARTIAL_LEAST, PARTIAL_SHIFT     # always
  .else
  .equ PARTIAL, 0                       # there are few lanes, and no memory to spare
  .endif
  .equ MAX_SPIKES, 1

# Defaults for 4-30-3.
  .equ DEFAULT_HIDDEN, 30
  .equ DEFAULT_LOSS, 0
  .equ DEFAULT_ERROR_SHIFT, 3         # errors and adjoints in eighths of a tick
  .equ DEFAULT_BOUND_ADJOINT, 4000     # 2/3 tau_s per threshold
  .equ DEFAULT_RATE_HIDDEN, 2684273     # 0.010 of range 8
  .equ DEFAULT_RATE_OUTPUT, 2684273     # 0.005 of range 4
  .equ DEFAULT_PUSH_ACTIVITY, 19661     # 30 %
  .equ DEFAULT_PUSH_OUTPUT, 2458        # 0.3 of range 4
  .equ DEFAULT_RANGE_OUTPUT, 1024       # 4
  .equ DEFAULT_INIT_OUTPUT_MEAN, 4096   # 0.5 of range 4
  .equ DEFAULT_INIT_OUTPUT_DEVIATION, 8192 # 1
  .equ DEFAULT_DELAY_MAX, 750           # tau_s
  .equ DEFAULT_RATE_DELAY, 1179648      # 0.0015 tau_s
  .equ DEFAULT_INIT_DELAY_MEAN, 3000    # tau_s / 4
  .equ DEFAULT_INIT_DELAY_DEVIATION, 3000

  .include "lib/parameters.inc"
  .include "lib/exponential.inc"
  .include "lib/kernels.inc"
  .include "lib/exchange.inc"
  .include "lib/events.inc"
  .include "lib/network.inc"
  .include "lib/losses.inc"
  .include "lib/signum.inc"
  .if DELAYS == 1
  .include "lib/delays.inc"
  .else
  .include "lib/synaptic_delays.inc"
  .endif
  .include "lib/setup.inc"
  .include "lib/drawing.inc"
  .include "lib/adjoints.inc"
  .if PARTIAL
  .include "lib/short_sums.inc"
  .endif
  .include "lib/first_spike.inc"
  .include "lib/stop.inc"
  .include "lib/handshake.inc"
  .include "lib/learner.inc"

  .equ gradients, first_spike
