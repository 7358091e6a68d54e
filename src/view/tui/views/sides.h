/* SPDX-License-Identifier: MIT */
/* What the flows of one connection say together: when each side sent, and who told of it. */
#ifndef VIEW_TUI_VIEWS_SIDES_H
#define VIEW_TUI_VIEWS_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/tui/views/facts.h"

#define SIDES_EXPORTERS 8

struct side {
    bool times;
    int64_t start, end;
};

struct sides {
    struct side side[2]; /* by enum pair_side */
    struct {
        const struct nfdec_session *session;
        uint16_t template;
        bool counted; /* some flow of its is no duplicate */
    } exporter[SIDES_EXPORTERS];
    size_t exporters;
    bool more; /* than are listed */
};

void sides_of(const struct session *run, const struct connection_facts *facts, const uint32_t *rows,
              size_t count, struct sides *out);
void sides_exporters(const struct sides *sides, struct strbuf *out);

#endif
