/* SPDX-License-Identifier: MIT */
/* Exporters: flows in, export packets out, with templates, options, sequence numbers and losses on the way. */
#ifndef BENCH_EXPORTER_H
#define BENCH_EXPORTER_H

#include <stdbool.h>
#include <stdint.h>

#include "capfile.h"
#include "shape.h"

#define EXPORTER_SHAPES 3

struct exporter_truth {
    uint64_t frames, flows, options, bytes, packets, templates, lost, reordered;
};

/* A set of data records under construction. */
struct dataset {
    uint16_t length, records;
    uint8_t data[CAPFILE_PAYLOAD];
};

struct exporter {
    uint32_t address, domain;
    uint16_t port, version; /* 5, 9, 10 */
    uint8_t shape_count;    /* 0 for v5 */
    uint8_t first_shape;    /* enum shape_name */
    bool open;              /* a packet is under construction */
    bool losing;            /* and will not reach the capture */
    int64_t boot;           /* ms since 1970 */
    uint32_t sequence;
    uint64_t begun;         /* packets begun so far */
    uint64_t missing;       /* units lost since the last packet that was written */
    uint32_t group, groups; /* templates come in groups, one template a shape: the one in use, of how many */
    uint32_t known;         /* groups that were announced */
    uint32_t step, at_once; /* packets between announcements, groups in one */
    uint16_t head_length;   /* templates and options that the packet begins with */
    uint16_t head_records, head_options;
    uint8_t head[CAPFILE_PAYLOAD];
    uint8_t order[EXPORTER_SHAPES][SHAPE_FIELDS_MAX];
    struct dataset sets[EXPORTER_SHAPES];
    struct exporter_truth truth;
};

/* Where export packets go. */
struct outlet {
    struct capfile *file;
    struct prng prng;
    double loss, reorder; /* percent of packets */
    uint64_t dropped;
    struct exporter *holding; /* whose packet is held back, to come later; NULL: none */
    uint64_t held_frames;     /* frames of it that were written before */
    unsigned hold_for;        /* packets yet to go first */
    struct capfile_datagram held, datagram;
};

/* `templates` is how many it has, `flows` how many are to be expected of it. */
void exporter_init(struct exporter *exporter, uint32_t index, uint16_t version, uint32_t templates,
                   uint64_t flows);

/* Exports the flow of the conversation's stage; false if it is in a packet that gets lost. */
bool exporter_add(struct exporter *exporter, struct outlet *outlet, const struct talk *talk, int64_t now);

/* Sends what there is. */
void exporter_flush(struct exporter *exporter, struct outlet *outlet, int64_t now);

/* The packet held back, if any. */
void outlet_release(struct outlet *outlet, int64_t now);

#endif
