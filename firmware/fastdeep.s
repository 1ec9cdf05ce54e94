# Fast & Deep: learns the weights of a layered spiking network from the first spikes of its neurons.
#
# Goeltz et al., "Fast and energy-efficient neuromorphic deep learning with first-spike times"
# (2021), in fixed point, for inputs -> hidden -> outputs in one hemisphere or both: the rule of
# delgrad.s without delays, by default with the paper's loss, cross-entropy of the output times
# with a term that wants the right one early. Equations and units: lib/first_spike.inc.
#
# Handshake, parameters and mailbox: firmware/README.md. One processor learns, or both
# share the hidden neurons: lib/exchange.inc.

  .include "chip.inc"
  .include "lib/macros.inc"

  .equ DELAYS, 0
  .equ POTENTIAL, 1                     # the slope at a spike: see first_spike.inc
  .equ PARTIAL, 1                       # lib/short_sums.inc
  .equ PARTIAL_SHIFT, 14                # J eps 2 at most
  .equ PARTIAL_LEAST, 7                 # J eps 2^8, as in the 32-bit sums
  .equ PARTIAL_SAMPLES_LOG2, 2          # room for 4
  .equ MAX_SPIKES, 1
  .equ LOSS_BITS, 15                    # early-spike terms of a few 2^-13 / tau0 need more bits

# Defaults for 4-120-3.
  .equ DEFAULT_HIDDEN, 120
  .equ DEFAULT_LOSS, 1
  .equ DEFAULT_LOSS_TAU0, 75            # 0.1 tau_s: with more, wrong outputs are driven silent
  .equ DEFAULT_ERROR_SHIFT, 3         # errors and adjoints in eighths of a tick
  .equ DEFAULT_BOUND_ADJOINT, 22000
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
  .include "lib/short_sums.inc"
  .include "lib/first_spike.inc"
  .include "lib/stop.inc"
  .include "lib/handshake.inc"
  .include "lib/learner.inc"

  .equ gradients, first_spike
