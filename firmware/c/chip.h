/* Names of the chip for programs in C: blocks, registers, mailbox, labels.
   Generated from AddressMap and ProgramInterface (UPDATE_GOLDEN=1 swift test --filter
   AssemblerTests); do not edit. The same names as in firmware/chip.inc. */

#ifndef CHIP_H
#define CHIP_H

#include <stdint.h>

/* Blocks: base address NAME, size NAME_BYTES. All words are 32 bits, little-endian. */

#define SRAM 0x0                           /* rw: program, data and stack; the mailbox is the last 256 bytes */
#define SRAM_BYTES 0x4000                  /* bytes */
#define MAILBOX 0x3F00                     /* rw: what host and program tell each other; part of the SRAM */
#define MAILBOX_BYTES 0x100                /* bytes */
#define SYNAPSE_WEIGHTS 0x10000000         /* rw: byte 256 r + c: 6-bit weight of synapse row r, column c */
#define SYNAPSE_WEIGHTS_BYTES 0x10000      /* bytes */
#define SYNAPSE_LABELS 0x10010000          /* rw: byte 256 r + c: 6-bit label of synapse row r, column c */
#define SYNAPSE_LABELS_BYTES 0x10000       /* bytes */
#define RANDOM 0x10020000                  /* r: byte c: 8 bits from the generator of column c, which each read advances */
#define RANDOM_BYTES 0x100                 /* bytes */
#define NEURON_RESET 0x10030000            /* w: a non-zero byte c resets the membrane and the synaptic currents of column c */
#define NEURON_RESET_BYTES 0x100           /* bytes */
#define CADC 0x10040000                    /* r: byte c: 8-bit conversion of the readout of column c by its causal channel, 256 + c by its acausal one (analog: traps in spike-only mode) */
#define CADC_BYTES 0x200                   /* bytes */
#define CADC_OFFSET 0x10040400             /* rw: signed byte: what a channel of CADC adds to its codes */
#define CADC_OFFSET_BYTES 0x200            /* bytes */
#define READOUT 0x10040800                 /* rw: low 2 bits of byte c: what the readout of column c shows, 0 membrane, 1 excitatory input, 2 inhibitory input, 3 adaptation */
#define READOUT_BYTES 0x100                /* bytes */
#define CORRELATION_CAUSAL 0x10100000      /* rw: byte 256 r + c: 8-bit conversion of the causal sensor of synapse row r, column c (analog: traps in spike-only mode); writing resets sensors: bit 0 causal, bit 1 acausal */
#define CORRELATION_CAUSAL_BYTES 0x10000   /* bytes */
#define CORRELATION_ACAUSAL 0x10110000     /* r: the same of the acausal sensor (analog: traps in spike-only mode) */
#define CORRELATION_ACAUSAL_BYTES 0x10000  /* bytes */
#define CORRELATION_CALIB 0x10120000       /* rw: byte 256 r + c: calibration of both sensors: bits 1:0 time constant, 3:2 amplitude; reset 5 */
#define CORRELATION_CALIB_BYTES 0x10000    /* bytes */
#define CORRELATION_COLUMN 0x10130000      /* rw: byte c: bit 0 the neuron's spikes reach the sensors of column c, bits 1 and 2 causal and acausal sensors are connected to their converters; reset 0 */
#define CORRELATION_COLUMN_BYTES 0x100     /* bytes */
#define PARAMETER 0x10050000               /* rw: halfword 256 r + c: 10-bit code of row r of the parameter memory, column c; acts on neurons that the host has follow their codes */
#define PARAMETER_BYTES 0x3000             /* bytes */
#define RECORDER 0x20000000                /* r: event recorder: 512 entries of stamp (4), label (2), flags (2), oldest first */
#define RECORDER_BYTES 0x1000              /* bytes */
#define RECORDER_REG 0x20001000            /* rw: event recorder: control */
#define RECORDER_REG_BYTES 0x40            /* bytes */
#define DELAY 0x20010000                   /* rw: 16-bit delay in ticks: 0…255 neurons by column, 256…511 host events by the low 8 bits of their label, 512…527 background generators */
#define DELAY_BYTES 0x420                  /* bytes */
#define TIMER 0x20020000                   /* rw: clock and compare register */
#define TIMER_BYTES 0x20                   /* bytes */
#define COUNTER 0x20030000                 /* rw: 32-bit words: 0…255 spikes per column (8 bits, bit 8 overflow; a write clears), then events lost per PADI bus (8), per crossbar input (20), passed per output (12) */
#define COUNTER_BYTES 0x800                /* bytes */
#define CONTROL 0x20040000                 /* rw: chip control of one processor */
#define CONTROL_BYTES 0x40                 /* bytes */
#define DELAY_TAPS 0x20050000              /* rw: halfword 64 r + t: delay in ticks of copy t of the source that has row r; the host says which source that is */
#define DELAY_TAPS_BYTES 0x2000            /* bytes */
#define SHARED 0x20060000                  /* rw: 64 words that both processors see; the chip orders their accesses by cycle, in one cycle the top processor's first; 0 at chip reset */
#define SHARED_BYTES 0x100                 /* bytes */

/* Registers: addresses. */

#define RECORDER_REG_COUNT 0x20001000      /* entries recorded since the last clear (read) */
#define RECORDER_REG_CLEAR 0x20001004      /* writing any value forgets all entries and the overflow flag */
#define RECORDER_REG_OVERFLOW 0x20001008   /* events lost because the memory was full (read) */
#define RECORDER_REG_MASK 0x2000100C       /* an event is recorded if (label & MASK) == TARGET; reset 0 */
#define RECORDER_REG_TARGET 0x20001010     /* see MASK; reset 0 */
#define RECORDER_REG_WAKE_MASK 0x20001014  /* an event that passes the filter raises the recorder interrupt if (label & WAKE_MASK) == WAKE_TARGET, even if the memory is full; reset 0xFFFF */
#define RECORDER_REG_WAKE_TARGET 0x20001018 /* see WAKE_MASK; reset 0xFFFFFFFF, which no label equals */
#define RECORDER_REG_PENDING 0x2000101C    /* 1 while the recorder interrupt is pending; writing clears it */
#define RECORDER_REG_SOURCES 0x20001020    /* bit 0 own hemisphere's neurons, 1 the other's, 2 host events, 3 background, 4 events of the processors; reset 5 */
#define TIMER_TIME 0x20020000              /* time stamp now: ticks of 8 ns, low 32 bits (read) */
#define TIMER_TIMEH 0x20020004             /* its high 32 bits (read) */
#define TIMER_COMPARE 0x20020008           /* timer interrupt while time >= compare; low 32 bits; reset all ones */
#define TIMER_COMPAREH 0x2002000C          /* its high 32 bits */
#define CONTROL_SPIKE_ONLY 0x20040000      /* writing 1 declares the program spike-only until the next chip reset: reading an analog observable traps */
#define CONTROL_HEMISPHERE 0x20040004      /* 0 top, 1 bottom (read) */
#define CONTROL_EMIT 0x20040008            /* writing a 16-bit label emits an event into this hemisphere's PADI buses */

/* Mailbox words: addresses. */

#define MAILBOX_READY 0x3F00               /* samples finished + 1; 1 after initialisation */
#define MAILBOX_DECISION 0x3F04            /* class of the last sample; -1: no output spike */
#define MAILBOX_STATUS 0x3F08              /* 0, or an error code of the program */
#define MAILBOX_TAUGHT 0x3F0C              /* samples with a teacher event so far */
#define MAILBOX_UPDATES 0x3F10             /* batch updates of the weights so far */
#define MAILBOX_EPOCH 0x3F14               /* epochs finished */
#define MAILBOX_UPDATE_CYCLES 0x3F18       /* cycles of the batch update within the last sample; 0: none */
#define MAILBOX_SPIKES 0x3F1C              /* hidden spikes of the last sample */
#define MAILBOX_SATURATIONS 0x3F20         /* samples in which an adjoint or a gradient saturated, so far */
#define MAILBOX_IGNORED 0x3F24             /* events so far that the program had no place for */

/* Stack. */

#define STACK_TOP 0x3F00                   /* initial stack pointer */

/* Event recorder entries. */

#define RECORDER_CAPACITY 512              /* entries */
#define RECORDER_ENTRY_BYTES 8             /* bytes of an entry */
#define ENTRY_STAMP 0                      /* offset of the time stamp (32 bits, ticks of 8 ns) */
#define ENTRY_LABEL 4                      /* offset of the label (16 bits) */
#define ENTRY_FLAGS 6                      /* offset of the flags (16 bits) */
#define FLAG_NEURON 1                      /* emitted by a neuron */
#define FLAG_STIMULUS 2                    /* from the host: a stimulus spike */
#define FLAG_BACKGROUND 4                  /* from a background generator */
#define FLAG_TEACHER 8                     /* from the host: supervision; the label encodes the class */
#define FLAG_END_OF_SAMPLE 16              /* from the host: the sample is over */
#define FLAG_PROCESSOR 32                  /* emitted by a plasticity processor */
#define FLAG_BOTTOM 64                     /* from the bottom hemisphere */
#define SOURCE_OWN 1                       /* RECORDER_REG_SOURCES: neurons of the own hemisphere */
#define SOURCE_OTHER 2                     /* RECORDER_REG_SOURCES: neurons of the other hemisphere */
#define SOURCE_HOST 4                      /* RECORDER_REG_SOURCES: events from the host */
#define SOURCE_BACKGROUND 8                /* RECORDER_REG_SOURCES: background generators */

/* Interrupts: bit numbers, and the same as masks of mip and mie. */

#define IRQ_TIMER 7                        /* timer: TIME >= COMPARE */
#define IRQ_RECORDER 16                    /* recorder: a label passed the wake filter */
#define MIE_TIMER 0x80                     /* mask of IRQ_TIMER */
#define MIE_RECORDER 0x10000               /* mask of IRQ_RECORDER */

/* Time. */

#define CYCLE_NS 4                         /* nanoseconds of a clock cycle */
#define CYCLES_PER_TICK 2                  /* clock cycles of a time stamp */
#define TICKS_PER_US 125                   /* time stamps of a microsecond */

/* Labels of the standard layered network; slot = label[10:8] * 32 + label[4:0]. */

#define LABEL_HIDDEN 0x0                   /* of column l: (l / 32) << 8 | l % 32 */
#define LABEL_BOTTOM 0x40                  /* in labels of the bottom half of a network that spans both hemispheres */
#define LABEL_OUTPUT 0x400                 /* + o: output o, column COLUMN_OUTPUT + o */
#define LABEL_INPUT 0x520                  /* + k: stimulus of input k */
#define LABEL_TEACHER 0x600                /* + c: the sample is of class c */
#define LABEL_END_OF_SAMPLE 0x700          /* the sample is over */
#define SLOT_HIDDEN 0                      /* + lane of the hidden neuron: 32 * (h / 30) + h % 30 */
#define SLOT_OUTPUT 128                    /* + output */
#define SLOT_INPUT 160                     /* + input, the bias last */
#define SLOT_TEACHER 192                   /* + class */
#define SLOT_END_OF_SAMPLE 224             /* end of sample */
#define SLOT_COUNT 256                     /* slots */
#define COLUMN_OUTPUT 128                  /* column of the first output neuron */
#define HIDDEN_PER_BLOCK 30                /* hidden neurons of a block of 32 columns */
#define HIDDEN_LANES 128                   /* lanes of the hidden layer, unused ones included */

/* Synapse rows of the standard layered network. */

#define ROW_BYTES 256                      /* bytes of a row of weights or labels */
#define ROW_COUNT 256                      /* synapse rows; 2d excites, 2d + 1 inhibits */
#define BUS_COUNT 4                        /* PADI buses; driver 4 i + b */
#define INPUT_BUS_INDEX 30                 /* input k: bus k % 4, index INPUT_BUS_INDEX + k / 4 */
#define SYNAPSE_LABEL_INPUT 32             /* + input: its 6-bit label in a synapse */
#define SYNAPSE_LABEL_UNUSED 63            /* 6-bit label of a synapse that no source reaches */
#define WEIGHT_MAX 63                      /* largest weight code */

/* Delay taps of the standard layered network, where a synapse has its own delay. */

#define TAP_ROW_BYTES 128                  /* bytes of a row of taps */
#define TAP_ROW_HIDDEN 0                   /* + hidden neuron: its row of taps, one per output */
#define TAP_ROW_INPUT 32                   /* + input: its row of taps, one per hidden neuron */

/* Environment calls. */

#define SYS_WRITE 64                       /* a7 of ecall: print a2 bytes at a1 */
#define SYS_EXIT 93                        /* a7 of ecall: stop with exit code a0 */

/* An entry of the event recorder, at RECORDER + RECORDER_ENTRY_BYTES * i. */
typedef struct {
  uint32_t stamp;
  uint16_t label;
  uint16_t flags;
} recorder_entry;
_Static_assert(sizeof(recorder_entry) == RECORDER_ENTRY_BYTES, "an entry has another size");

/* The word at an address: a register, or a word of the mailbox. */
#define WORD(address) (*(volatile uint32_t *)(address))

/* The memory behind an address, for vector loads and stores. */
#define BYTES_AT(address) ((uint8_t *)(address))

/* Vector loads and stores are ordinary accesses to the compiler: it may keep, join or reorder them.
   Behind this it has forgotten what any memory holds, and has written what it should hold. */
#define FORGET_MEMORY() __asm__ volatile("" ::: "memory")

/* Sleeps until an enabled interrupt is pending. */
#define WAIT_FOR_INTERRUPT() __asm__ volatile("wfi" ::: "memory")

/* Enables the interrupts of a mask such as MIE_RECORDER. */
#define ENABLE_INTERRUPTS(mask) __asm__ volatile("csrw mie, %0" ::"r"(mask) : "memory")

#endif
