/* STDP of a layered spiking network, from spike events only: the twin of firmware/stdp.s in C.

   The rule, the handshake and the parameters are described there and in firmware/README.md; both
   programs leave the same weights, synapse rows and mailbox, to the bit. */

#include <riscv_vector.h>

#include "network.h"

#define TABLE_LANES 128 /* entries of a table */
#define FINE_LANES 64   /* entries of the two fine tables, which lie behind each other */
#define FINE_BITS 6
#define LARGEST 4095 /* amplitude: MAX_SPIKES^2 pairs of it fit into 32 bits, Q15 */

_Static_assert(LARGEST * 0x7FFFll * MAX_SPIKES * MAX_SPIKES <= INT32_MAX, "sums may overflow");

enum { STATUS_COMBINATION = 64, STATUS_TEACHER = 65 };

/* Words that the host may set before the start, each with its limits; STATUS tells the number of
   one that is out of them. */
#define PARAMETERS(P)                                                                         \
  P(inputs, 5, 1, MAX_INPUTS)                                                                 \
  P(hidden, 120, 1, HIDDEN_PER_BLOCK *BUS_COUNT)                                              \
  P(outputs, 3, 1, MAX_OUTPUTS)                                                               \
  P(spike_slots, 1, 1, MAX_SPIKES)                                                            \
  P(sample_ticks, 6000, 1, 24000)                                                             \
  P(tau_plus_ticks, 750, 8, 0x7FFF)                                                           \
  P(tau_minus_ticks, 1500, 8, 0x7FFF)                                                         \
  P(plus_hidden, 200, -LARGEST, LARGEST)                                                      \
  P(minus_hidden, 120, -LARGEST, LARGEST)                                                     \
  P(plus_output, 400, -LARGEST, LARGEST)                                                      \
  P(minus_output, 100, -LARGEST, LARGEST)                                                     \
  P(plus_other, -300, -LARGEST, LARGEST)                                                      \
  P(minus_other, 0, -LARGEST, LARGEST)                                                        \
  P(push_hidden, 40, 0, LARGEST)                                                              \
  P(push_output, 200, 0, LARGEST)                                                             \
  P(low_hidden, -0x7FFF, -0x7FFF, 0x7FFF)                                                     \
  P(high_hidden, 0x7FFF, -0x7FFF, 0x7FFF)                                                     \
  P(low_output, -0x7FFF, -0x7FFF, 0x7FFF)                                                     \
  P(high_output, 0x7FFF, -0x7FFF, 0x7FFF)                                                     \
  P(init_hidden_mean, 8192, -0x7FFF, 0x7FFF)                                                  \
  P(init_hidden_deviation, 8192, 0, 0x7FFF)                                                   \
  P(init_output_mean, 2458, -0x7FFF, 0x7FFF)                                                  \
  P(init_output_deviation, 6553, 0, 0x7FFF)                                                   \
  P(weights_preloaded, 0, 0, 1)

#define DEFINE_PARAMETER(name, value, low, high) int32_t param_##name = value;
PARAMETERS(DEFINE_PARAMETER)

#define PARAMETER_LIMITS(name, value, low, high) {&param_##name, low, high},
static const struct {
  const int32_t *value;
  int32_t low, high;
} limits[] = {PARAMETERS(PARAMETER_LIMITS)};

/* exp(-s / tau), Q15, of s = 0, 64, 128, ... and of s = 0, 1, ... 63. */
static int16_t coarse_plus[TABLE_LANES], coarse_minus[TABLE_LANES];
static int16_t fine_tables[2 * FINE_LANES]; /* plus, then minus */

/* The two amplitudes of a pair, in masters. */
typedef struct {
  int32_t plus, minus;
} amplitudes;

typedef struct {
  int32_t low, high;
} bounds;

static void check_parameters(void) {
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (*limits[i].value < limits[i].low || *limits[i].value > limits[i].high) stop(i + 1);
  if (param_low_hidden > param_high_hidden || param_low_output > param_high_output)
    stop(STATUS_COMBINATION);
}

/* Tables. */

/* a b, where 2^31 is 1. */
static uint32_t mul_q31(uint32_t a, uint32_t b) {
  return (uint32_t)((uint64_t)a * b >> 32) << 1;
}

/* exp(-x) for small x: 1 - x + x^2/2 - x^3/6. */
static uint32_t exp_small(uint32_t x) {
  uint32_t square = mul_q31(x, x);
  return 0x80000000u - x + (square >> 1) - mul_q31(square, x) / 6;
}

/* count powers of step; returns the next one. */
static uint32_t powers(int16_t *table, size_t count, uint32_t step) {
  uint32_t x = 0x80000000u;
  for (size_t i = 0; i < count; i++) {
    uint32_t rounded = (x + 0x8000) >> 16;
    table[i] = rounded < 0x7FFF ? rounded : 0x7FFF;
    x = mul_q31(x, step);
  }
  return x;
}

static void window_table(uint32_t tau, int16_t *coarse, int16_t *fine) {
  powers(coarse, TABLE_LANES, powers(fine, FINE_LANES, exp_small(0x80000000u / tau)));
}

/* Learning. */

/* Adds amplitude times window to the sums. Differences that are negative, or longer than 8191 ticks,
   or of a neuron that did not spike, have no entry in the coarse table: vrgather reads 0. */
static inline vint32m4_t add_window(
    vint32m4_t sums, vint16m2_t differences, int32_t amplitude, const int16_t *coarse,
    size_t fine, size_t vl) {
  vuint16m2_t s = __riscv_vreinterpret_u16m2(differences);
  vuint16m2_t a = __riscv_vsrl(s, FINE_BITS, vl);
  vuint16m2_t b = __riscv_vor(__riscv_vand(s, FINE_LANES - 1, vl), fine, vl);
  vint16m2_t coarse_table = __riscv_vle16_v_i16m2(coarse, TABLE_LANES);
  vint16m2_t fine_table = __riscv_vle16_v_i16m2(fine_tables, TABLE_LANES);
  vint16m2_t window = __riscv_vsmul(
      __riscv_vrgather(coarse_table, a, vl), __riscv_vrgather(fine_table, b, vl),
      __RISCV_VXRM_RNU, vl);
  return __riscv_vwmacc(sums, amplitude, window, vl);
}

/* All pairs of the source with that slot and the hidden neurons. An input is before the synapse, an
   output behind it. */
static inline vint32m4_t all_pairs(
    const network *n, vint32m4_t sums, size_t slot, bool is_input, amplitudes a) {
  size_t vl = n->lanes;
  for (size_t i = 0; i < n->spike_slots; i++) {
    vint16m2_t lanes = __riscv_vle16_v_i16m2(spike_times[i], vl);
    for (size_t k = 0; k < n->spike_slots; k++) {
      int32_t time = spike_times[k][slot];
      if (time == NO_SPIKE) break; /* there are no later ones */
      vint16m2_t later = __riscv_vsub(lanes, time, vl);
      vint16m2_t earlier = __riscv_vrsub(lanes, time, vl);
      sums = add_window(sums, is_input ? later : earlier, a.plus, coarse_plus, 0, vl);
      sums = add_window(sums, is_input ? earlier : later, -a.minus, coarse_minus, FINE_LANES, vl);
    }
  }
  return sums;
}

/* Adds the sums to a row of masters, within bounds; unused lanes stay as they are. */
static inline void move_weights(
    const network *n, int16_t *row, vint32m4_t sums, bounds limit) {
  size_t vl = n->lanes;
  vint32m4_t moved = __riscv_vadd(
      __riscv_vssra(sums, 15, __RISCV_VXRM_RNU, vl),
      __riscv_vsext_vf2_i32m4(__riscv_vle16_v_i16m2(row, vl), vl), vl);
  moved = __riscv_vmin(__riscv_vmax(moved, limit.low, vl), limit.high, vl);
  vbool8_t mask = __riscv_vlm_v_b8(lane_mask, vl);
  __riscv_vse16(mask, row, __riscv_vnsra(moved, 0, vl), vl);
}

static void learn(const network *n, size_t class) {
  size_t vl = n->lanes;
  amplitudes hidden = {param_plus_hidden, param_minus_hidden};
  for (size_t input = 0; input < n->inputs; input++) {
    /* Silent neurons get a push. */
    vbool8_t silent = __riscv_vmseq(__riscv_vle16_v_i16m2(spike_times[0], vl), NO_SPIKE, vl);
    vint32m4_t sums =
        __riscv_vmerge(__riscv_vmv_v_x_i32m4(0, vl), param_push_hidden << 15, silent, vl);
    sums = all_pairs(n, sums, SLOT_INPUT + input, true, hidden);
    move_weights(
        n, weights_hidden[input], sums, (bounds){param_low_hidden, param_high_hidden});
    publish_hidden(n, input);
  }
  for (size_t output = 0; output < n->outputs; output++) {
    bool is_class = output == class;
    amplitudes a = is_class ? (amplitudes){param_plus_output, param_minus_output}
                            : (amplitudes){param_plus_other, param_minus_other};
    bool is_silent = spike_times[0][SLOT_OUTPUT + output] == NO_SPIKE;
    int32_t push = is_class && is_silent ? param_push_output << 15 : 0;
    vint32m4_t sums = __riscv_vmv_v_x_i32m4(push, vl);
    sums = all_pairs(n, sums, SLOT_OUTPUT + output, false, a);
    move_weights(
        n, weights_output[output], sums, (bounds){param_low_output, param_high_output});
    publish_output(n, output);
  }
  FORGET_MEMORY();
}

static network setup(void) {
  check_parameters();
  network n = {
      .inputs = param_inputs,
      .outputs = param_outputs,
      .lanes = hidden_lanes(param_hidden),
      .spike_slots = param_spike_slots,
  };
  window_table(param_tau_plus_ticks, coarse_plus, fine_tables);
  window_table(param_tau_minus_ticks, coarse_minus, fine_tables + FINE_LANES);
  lane_mask_init(&n);
  if (!param_weights_preloaded)
    draw_weights(
        &n, (distribution){param_init_hidden_mean, param_init_hidden_deviation},
        (distribution){param_init_output_mean, param_init_output_deviation});
  publish_all(&n);
  reset_neurons(&n);
  events_init();
  return n;
}

int main(void) {
  WORD(CONTROL_SPIKE_ONLY) = 1;
  network n = setup();
  uint32_t ready = 1, taught = 0;
  WORD(MAILBOX_READY) = ready;
  while (true) {
    WAIT_FOR_INTERRUPT();
    if (!WORD(RECORDER_REG_PENDING)) continue;
    sample_events events = events_read(&n, param_sample_ticks);
    if (events.is_sample) {
      WORD(MAILBOX_SPIKES) = events.hidden_spikes;
      decide(&n);
      /* Nothing is learned from an incomplete sample. */
      int32_t class = events.is_complete ? find_teacher() : -1;
      if (class >= (int32_t)n.outputs) stop(STATUS_TEACHER);
      if (class >= 0) {
        learn(&n, class);
        WORD(MAILBOX_TAUGHT) = WORD(MAILBOX_UPDATES) = ++taught;
      }
      reset_neurons(&n);
    }
    events_forget();
    if (events.is_sample) WORD(MAILBOX_READY) = ++ready;
  }
}
