/* The layered network on its hemisphere: see network.h. */

#include "network.h"

#include <riscv_vector.h>

#define BLOCK_LANES 32                     /* lanes, columns and sources of a block */
#define DRIVER_BYTES (2 * ROW_BYTES)       /* a driver's two rows of weights */
#define BLOCK_STEP_LOG2 9                  /* bytes from block to block: one driver */
#define SOURCE_STEP_LOG2 11                /* bytes from source to source: four drivers */
#define SLOTS_COUNTED 240                  /* slots below which a time counts as used */
#define SLOT_NOWHERE (SLOT_COUNT - 1)      /* slot of no source: where used entries go */
#define LABEL_HIGH_FIELD 0x1C0             /* label >> 2: slot bits 7:5, times 2 bytes */
#define LABEL_LOW_FIELD 0x3E               /* label << 1: slot bits 4:0, times 2 bytes */

_Static_assert(DRIVER_BYTES == 1 << BLOCK_STEP_LOG2, "another driver");
_Static_assert(DRIVER_BYTES * BUS_COUNT == 1 << SOURCE_STEP_LOG2, "another number of buses");
_Static_assert((LABEL_HIGH_FIELD | LABEL_LOW_FIELD) == 2 * SLOT_COUNT - 2, "other labels");

master_row weights_hidden[MAX_INPUTS];
master_row weights_output[MAX_OUTPUTS];
int16_t spike_times[MAX_SPIKES][SLOT_COUNT];
uint8_t lane_mask[HIDDEN_LANES / 8];

size_t hidden_lanes(size_t hidden) {
  return hidden + (BLOCK_LANES - HIDDEN_PER_BLOCK) * ((hidden - 1) / HIDDEN_PER_BLOCK);
}

void lane_mask_init(const network *n) {
  size_t vl = n->lanes;
  vuint16m2_t lane = __riscv_vand(__riscv_vid_v_u16m2(vl), BLOCK_LANES - 1, vl);
  __riscv_vsm(lane_mask, __riscv_vmsltu(lane, HIDDEN_PER_BLOCK, vl), vl);
}

/* Weights. */

/* Codes of masters, split by sign for the two rows of a driver. */
#define SPLIT_CODES(masters, exciting, inhibiting)                                            \
  vint16m2_t code = __riscv_vsmul(masters, WEIGHT_MAX, __RISCV_VXRM_RNU, vl);                 \
  vint16m2_t opposite = __riscv_vmax(__riscv_vrsub(code, 0, vl), 0, vl);                      \
  vint8m1_t exciting = __riscv_vnsra(__riscv_vmax(code, 0, vl), 0, vl);                       \
  vint8m1_t inhibiting = __riscv_vnsra(opposite, 0, vl)

void publish_hidden(const network *n, size_t input) {
  size_t vl = n->lanes;
  vbool8_t mask = __riscv_vlm_v_b8(lane_mask, vl);
  SPLIT_CODES(__riscv_vle16_v_i16m2(weights_hidden[input], vl), exciting, inhibiting);
  int8_t *row = (int8_t *)BYTES_AT(
      SYNAPSE_WEIGHTS + DRIVER_BYTES * (BUS_COUNT * INPUT_BUS_INDEX + input));
  __riscv_vse8(mask, row, exciting, vl);
  __riscv_vse8(mask, row + ROW_BYTES, inhibiting, vl);
}

void publish_output(const network *n, size_t output) {
  size_t vl = n->lanes;
  vbool8_t mask = __riscv_vlm_v_b8(lane_mask, vl);
  SPLIT_CODES(__riscv_vle16_v_i16m2(weights_output[output], vl), exciting, inhibiting);
  /* Row of lane l = 32 b + i: driver 4 i + b. */
  vuint16m2_t lane = __riscv_vid_v_u16m2(vl);
  vuint16m2_t source = __riscv_vsll(
      __riscv_vand(lane, BLOCK_LANES - 1, vl), SOURCE_STEP_LOG2, vl);
  vuint16m2_t block = __riscv_vsll(__riscv_vsrl(lane, 5, vl), BLOCK_STEP_LOG2, vl);
  vuint16m2_t offset = __riscv_vor(source, block, vl);
  int8_t *column = (int8_t *)BYTES_AT(SYNAPSE_WEIGHTS + COLUMN_OUTPUT + output);
  __riscv_vsuxei16(mask, column, offset, exciting, vl);
  __riscv_vsuxei16(mask, column + ROW_BYTES, offset, inhibiting, vl);
}

void publish_all(const network *n) {
  for (size_t input = 0; input < n->inputs; input++) publish_hidden(n, input);
  for (size_t output = 0; output < n->outputs; output++) publish_output(n, output);
}

/* A row of masters from the chip's random generators: the sum of four bytes per column, whose
   deviation is 147.8, centred, scaled, saturated. Zero in unused lanes. */
static void draw_row(const network *n, int16_t *row, distribution d) {
  size_t vl = n->lanes;
  vuint16m2_t sum = __riscv_vmv_v_x_u16m2(0, vl);
  for (int i = 0; i < 4; i++) {
    FORGET_MEMORY(); /* each read draws anew */
    sum = __riscv_vwaddu_wv(sum, __riscv_vle8_v_u8m1(BYTES_AT(RANDOM), vl), vl);
  }
  vint16m2_t centred = __riscv_vsub(__riscv_vreinterpret_i16m2(sum), 2 * 255, vl);
  int32_t scale = (28378 * d.deviation) >> 16; /* 2^16 * 64 / 147.8 */
  vint16m2_t scaled =
      __riscv_vnclip(__riscv_vwmul(centred, scale, vl), 6, __RISCV_VXRM_RNU, vl);
  vint16m2_t masters = __riscv_vsadd(scaled, d.mean, vl);
  vbool8_t mask = __riscv_vlm_v_b8(lane_mask, vl);
  __riscv_vse16(row, __riscv_vmerge(__riscv_vmv_v_x_i16m2(0, vl), masters, mask, vl), vl);
}

void draw_weights(const network *n, distribution hidden, distribution output) {
  for (size_t input = 0; input < n->inputs; input++) draw_row(n, weights_hidden[input], hidden);
  for (size_t o = 0; o < n->outputs; o++) draw_row(n, weights_output[o], output);
}

/* Membranes and synaptic currents of the network back to rest. */
void reset_neurons(const network *n) {
  size_t vl = n->lanes;
  vbool8_t mask = __riscv_vlm_v_b8(lane_mask, vl);
  __riscv_vse8(mask, BYTES_AT(NEURON_RESET), __riscv_vmv_v_x_u8m1(1, vl), vl);
  vl = n->outputs;
  __riscv_vse8(BYTES_AT(NEURON_RESET + COLUMN_OUTPUT), __riscv_vmv_v_x_u8m1(1, vl), vl);
  FORGET_MEMORY();
}

/* Events. */

void events_init(void) {
  WORD(RECORDER_REG_MASK) = 0;
  WORD(RECORDER_REG_TARGET) = 0;
  WORD(RECORDER_REG_SOURCES) = SOURCE_OWN | SOURCE_HOST;
  WORD(RECORDER_REG_WAKE_MASK) = 0xFFFF;
  WORD(RECORDER_REG_WAKE_TARGET) = LABEL_END_OF_SAMPLE;
  events_forget();
  ENABLE_INTERRUPTS(MIE_RECORDER);
}

void events_forget(void) {
  WORD(RECORDER_REG_CLEAR) = 0;
  WORD(RECORDER_REG_PENDING) = 0;
}

/* Scatters the entries first ... first + count - 1 into spike_times, the latest first, so that the
   earliest spike of a source remains. */
static void scatter(const network *n, size_t count, int32_t start) {
  const recorder_entry *last = (const recorder_entry *)RECORDER + (count - 1);
  const ptrdiff_t back = -(ptrdiff_t)RECORDER_ENTRY_BYTES;
  size_t vl = count;
  vuint16m8_t label = __riscv_vlse16_v_u16m8(&last->label, back, vl);
  vuint16m8_t low = __riscv_vand(__riscv_vsll(label, 1, vl), LABEL_LOW_FIELD, vl);
  vuint16m8_t high = __riscv_vand(__riscv_vsrl(label, 2, vl), LABEL_HIGH_FIELD, vl);
  vuint16m8_t slot = __riscv_vor(low, high, vl);
  /* 16 bits of a stamp are enough within a sample. */
  vint16m8_t time = __riscv_vlse16_v_i16m8((const int16_t *)&last->stamp, back, vl);
  time = __riscv_vsub(time, start, vl);
  /* What was left over from before this sample. */
  vbool2_t used = __riscv_vmslt(time, 0, vl);
  slot = __riscv_vmerge(slot, 2 * SLOT_NOWHERE, used, vl);
  for (size_t k = 0;; k++) {
    __riscv_vsoxei16(spike_times[k], slot, time, vl); /* in order: the last write wins */
    if (k + 1 == n->spike_slots) return;
    /* Whose time is found there has its place. */
    vint16m8_t found = __riscv_vluxei16_v_i16m8(spike_times[k], slot, vl);
    used = __riscv_vmseq(found, time, vl);
    slot = __riscv_vmerge(slot, 2 * SLOT_NOWHERE, used, vl);
  }
}

sample_events events_read(const network *n, int32_t sample_ticks) {
  const volatile recorder_entry *entries = (const volatile recorder_entry *)RECORDER;
  size_t count = WORD(RECORDER_REG_COUNT);
  size_t lost = WORD(RECORDER_REG_OVERFLOW);
  if (count > RECORDER_CAPACITY) count = RECORDER_CAPACITY;
  int32_t start;
  if (lost) {
    start = entries[0].stamp;
  } else { /* entries behind the end of sample belong to nothing */
    size_t found = count;
    while (found > 0 && entries[found - 1].label != LABEL_END_OF_SAMPLE) found--;
    if (found == 0) return (sample_events){.is_sample = false};
    count = found;
    start = entries[count - 1].stamp - sample_ticks;
  }
  FORGET_MEMORY();
  size_t vl = SLOT_COUNT;
  for (size_t k = 0; k < n->spike_slots; k++)
    __riscv_vse16(spike_times[k], __riscv_vmv_v_x_i16m4(NO_SPIKE, vl), vl);
  scatter(n, count, start);
  FORGET_MEMORY();
  size_t ignored = count, hidden = 0;
  for (size_t k = 0; k < n->spike_slots; k++) {
    vl = SLOTS_COUNTED;
    vint16m4_t times = __riscv_vle16_v_i16m4(spike_times[k], vl);
    ignored -= __riscv_vcpop(__riscv_vmsne(times, NO_SPIKE, vl), vl);
    vl = n->lanes;
    vbool4_t spiked = __riscv_vmsne(times, NO_SPIKE, vl);
    hidden += __riscv_vcpop(__riscv_vmand(spiked, __riscv_vlm_v_b4(lane_mask, vl), vl), vl);
  }
  WORD(MAILBOX_IGNORED) += ignored + lost;
  return (sample_events){.is_sample = true, .is_complete = !lost, .hidden_spikes = hidden};
}

/* The host's side. */

int32_t decide(const network *n) {
  int32_t earliest = NO_SPIKE, class = -1;
  for (size_t output = 0; output < n->outputs; output++) {
    int32_t time = spike_times[0][SLOT_OUTPUT + output];
    if (time < earliest) {
      earliest = time;
      class = output;
    }
  }
  WORD(MAILBOX_DECISION) = class;
  return class;
}

int32_t find_teacher(void) {
  size_t vl = SLOT_END_OF_SAMPLE - SLOT_TEACHER - 1;
  vint16m1_t times = __riscv_vle16_v_i16m1(&spike_times[0][SLOT_TEACHER], vl);
  return __riscv_vfirst(__riscv_vmsne(times, NO_SPIKE, vl), vl);
}

_Noreturn void stop(uint32_t status) {
  WORD(MAILBOX_STATUS) = status;
  ENABLE_INTERRUPTS(0);
  while (true) WAIT_FOR_INTERRUPT();
}
