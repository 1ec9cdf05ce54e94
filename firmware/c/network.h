/* The layered network on its hemisphere, for programs in C: spike times, weights, decision.

   The same work as firmware/lib/events.inc, network.inc, drawing.inc and handshake.inc, to the bit;
   there is more about it. Lane l of a vector is the hidden neuron of column l; lanes 30, 31 of each
   block of 32 are unused. */

#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "chip.h"

#define MAX_INPUTS 8 /* bias included */
#define MAX_OUTPUTS 8
#define MAX_SPIKES 4    /* spike times kept per neuron */
#define NO_SPIKE 0x7FFF /* ticks: the time of a spike that did not happen */

/* Sizes of the network; lanes are the columns up to the last hidden neuron. */
typedef struct {
  size_t inputs, outputs, lanes, spike_slots;
} network;

/* Gaussian initial weights, in masters. */
typedef struct {
  int32_t mean, deviation;
} distribution;

typedef int16_t master_row[HIDDEN_LANES];

/* What one sample held. */
typedef struct {
  bool is_sample;        /* there was an end of sample, or events were lost */
  bool is_complete;      /* no event was lost */
  size_t hidden_spikes;  /* that found a place */
} sample_events;

extern master_row weights_hidden[MAX_INPUTS];   /* [input][lane] */
extern master_row weights_output[MAX_OUTPUTS];  /* [output][lane] */
/* [k][slot]: the k-th spike of every source, ticks since the start of the sample. */
extern int16_t spike_times[MAX_SPIKES][SLOT_COUNT];
extern uint8_t lane_mask[HIDDEN_LANES / 8];

/* Lanes of that many hidden neurons. */
size_t hidden_lanes(size_t hidden);
/* Makes lane_mask; before anything that follows. */
void lane_mask_init(const network *n);
void draw_weights(const network *n, distribution hidden, distribution output);
void publish_hidden(const network *n, size_t input);
void publish_output(const network *n, size_t output);
void publish_all(const network *n);
void reset_neurons(const network *n);

/* Records what concerns this processor, wakes at the end of a sample. */
void events_init(void);
void events_forget(void);
/* From the event recorder to spike_times. */
sample_events events_read(const network *n, int32_t sample_ticks);

/* The output whose first spike is earliest, the lower class of two; -1 if none. */
int32_t decide(const network *n);
/* The class of the teacher event, -1 without one. */
int32_t find_teacher(void);
/* Tells the host why, and sleeps for ever. */
_Noreturn void stop(uint32_t status);

#endif
