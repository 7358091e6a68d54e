/* SPDX-License-Identifier: MIT */
#ifndef VIEW_TUI_SCREEN_SHARED_FILTER_H
#define VIEW_TUI_SCREEN_SHARED_FILTER_H

#include "query/filter.h"

/* A filter that several may hold; touched by the screen's thread only, but for what is in it. */
struct shared_filter {
    struct filter *filter;
    unsigned holders;
};

struct shared_filter *shared_filter_hold(struct shared_filter *filter); /* NULL is fine */
void shared_filter_drop(struct shared_filter *filter);                  /* the last one frees it */

#endif
