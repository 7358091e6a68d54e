/* SPDX-License-Identifier: MIT */
/* What goes on between two ends as a filter, in the words of several programs. */
#ifndef VIEW_TUI_VIEWS_PAIR_FILTER_H
#define VIEW_TUI_VIEWS_PAIR_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/strbuf.h"
#include "view/tui/screen/view.h"

struct filter_ends {
    struct addr address[2];
    uint16_t port[2];
    bool ports;        /* they have them */
    bool has_protocol; /* it is known */
    uint8_t protocol;
};

/* Adds what lets through just the traffic, or the flows, between the two. False: the language has no words for it. */
bool pair_filter(const struct filter_ends *ends, enum filter_language language, struct strbuf *out);

#endif
