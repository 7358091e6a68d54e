/* SPDX-License-Identifier: MIT */
/* A BPF expression, compiled once for each link type that frames come with. */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include "capture/frame.h"
#include "capture/trouble.h"

enum filter_verdict {
    FILTER_PASS,
    FILTER_DROP,
    FILTER_UNFIT, /* the expression cannot be compiled for the frame's link type */
};

struct filter;

/* NULL and one line of reason where the expression is wrong, which is judged for Ethernet. */
struct filter *filter_new(const char *expression, char reason[TROUBLE_LINE]);

enum filter_verdict filter_judge(struct filter *filter, const struct frame *frame);

/* Why filter_judge last said FILTER_UNFIT. */
const char *filter_reason(const struct filter *filter);

void filter_free(struct filter *filter);

#endif
