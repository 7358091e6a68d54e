/* SPDX-License-Identifier: MIT */
/* A BPF expression, compiled once for each link type that frames come with. */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include "capture/frame.h"
#include "capture/trouble.h"

enum frame_filter_verdict {
    FILTER_PASS,
    FILTER_DROP,
    FILTER_UNFIT, /* the expression cannot be compiled for the frame's link type */
};

struct frame_filter;

/* NULL and one line of reason where the expression is wrong, which is judged for Ethernet. */
struct frame_filter *frame_filter_new(const char *expression, char reason[TROUBLE_LINE]);

enum frame_filter_verdict frame_filter_judge(struct frame_filter *filter, const struct frame *frame);

/* Why frame_filter_judge last said FILTER_UNFIT. */
const char *frame_filter_reason(const struct frame_filter *filter);

void frame_filter_free(struct frame_filter *filter);

#endif
