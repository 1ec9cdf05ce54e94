# DelGrad with a delay per synapse, or, dendritic, one per target: delgrad.s with delay taps.
#
# Each source event is delivered once per target, each copy with its own delay. Hidden neurons
# lie in one block of columns: up to 30. What that costs: firmware/README.md. Delays:
# lib/synaptic_delays.inc.

  .equ DELAYS, 2
  .include "delgrad.s"
