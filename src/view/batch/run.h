/* SPDX-License-Identifier: MIT */
/* What the shows of batch output have in common. Only the files of this folder use it. */
#ifndef VIEW_BATCH_RUN_H
#define VIEW_BATCH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "flow/sampling.h"
#include "query/connection.h"
#include "session/session.h"
#include "view/batch/hold.h"
#include "view/batch/config.h"
#include "view/batch/match.h"
#include "view/batch/shape.h"

/* A run of batch output. */
struct batch {
    const struct batch_config *config;
    const struct session *run;
    struct strbuf out;   /* whole lines, written in large pieces */
    struct hold *hold;   /* of shows that write while the run goes on; it lets its text out into `out` */
    void *state;         /* of the show */
    struct match *match; /* of the filter; NULL: there is none */
    struct filter_error filter_error;
    bool unasked;                  /* the filter could not be asked: filter_error */
    const struct session_tap *tap; /* of the show */
    bool many;                     /* several inputs: a frame number needs its file */
    unsigned threads;              /* to work with */
    struct samplings *samplings;   /* of shows of flows: after the run, or while it goes on */
    int error;                     /* errno of writing; 0: none */
    bool full;                     /* there are as many lines as are wanted */
    bool counted;                  /* lines are counted where they are written */
    uint64_t lines;                /* of what --limit counts */
    bool table;                    /* chosen columns as text */
    struct clock clock;            /* of times in text */
    struct shape *shape;           /* what lines of JSON become; NULL: they are it */
    bool shaped;                   /* ... and have become already where they were made */
    struct strbuf shaped_text;
};

/* What is shown, and how. An absent member means that there is nothing to do. */
struct show {
    bool brief, check_flows, keep_flows, keep_pairs, hold;
    enum match_what match; /* what a filter is asked about */
    bool lines;            /* text is one line for each of what --limit counts */
    const struct session_tap *tap;
    void (*begin)(struct batch *b);   /* before the run: makes the state */
    void (*end)(struct batch *b);     /* after the run: writes what is left, with what is held back */
    void (*release)(struct batch *b); /* frees the state */
};

extern const struct show show_connections, show_flows, show_flows_live, show_records, show_packets,
    show_templates, show_exporters, show_diagnostics, show_tree, show_groups, show_timeline, show_health;

/* Output has no more to come: nobody takes it, or there is as much of it as is wanted. */
static inline bool batch_ended(const struct batch *b)
{
    return b->error || b->full;
}

/* Lines of JSON as they are wanted; NULL: JSON it is. To be freed. */
struct shape *batch_shape(const struct batch *b, bool head);

/* Text: whether one more may be shown of what --limit counts. Lines of JSON are counted where they are written. */
bool batch_more(struct batch *b);

/* "3 packets", of which the filter showed so many: "1 of 3 packets". */
void batch_count(struct batch *b, uint64_t shown, uint64_t all, const char *one);

/* To be called when `out` ends with a whole line; false: nobody takes it any more. */
bool batch_line(struct batch *b);

/* Relative times are so to the first export packet, which was captured then. */
void batch_begin_clock(struct batch *b, int64_t zero);

/* Writes whole lines from elsewhere, behind `out`, and clears them; false as above. */
bool batch_write(struct batch *b, struct strbuf *text);

/* A time, as -t wants it. */
static inline void batch_time(struct batch *b, struct strbuf *out, int64_t ns)
{
    clock_put(&b->clock, out, ns);
}

/* A heading or a closing line is wanted. */
static inline bool batch_talks(const struct batch *b)
{
    return !b->config->json && !b->config->quiet;
}

/* "frame":12, and "file":"a.pcap" where there are several. */
void place_json(const struct batch *b, struct strbuf *out, uint64_t packet);

/* As the first columns of CSV. */
void place_csv(const struct batch *b, struct strbuf *out, uint64_t packet);

/* "file" alone, where there are several. */
void file_json(const struct batch *b, struct strbuf *out, uint64_t packet);

/* "12", or "a.pcap:12" where there are several inputs. */
void place_text(const struct batch *b, struct strbuf *out, uint64_t packet);

/* "exporter", "port" on demand, "version", "domain": the members that say who sent it. */
void exporter_json(struct strbuf *out, const struct nfdec_session *session, bool port);
struct addr exporter_address(const struct nfdec_session *session);

/* "192.0.2.1 domain 7"; v1 and v7 have no domain. */
void exporter_text(struct strbuf *out, const struct nfdec_session *session);

/* Whether flows of a set have a time with this source. */
bool time_known(enum nfdec_time_source source, const struct ledger_set *set);

/* Whether messages of a version name a domain: v9 and IPFIX do, and v5 its engine. */
bool version_has_domain(uint16_t version);

/* Adds a connection to `out` as a line of JSON; `numbers` are record_numbers(), the state is a struct query_sets. */
void connection_json(struct batch *b, const uint32_t *numbers, uint32_t index);

/* What a flow's line of JSON begins with, up to the number of its record. */
struct origin;
void flow_before(const struct batch *b, struct strbuf *before, const struct origin *origin);

/* Whether records of a set were decoded, of data or options: those that are numbered. */
static inline bool holds_records(const struct nfdec_set *set)
{
    return (set->kind == NFDEC_SET_DATA || set->kind == NFDEC_SET_OPTIONS) &&
           set->state == NFDEC_SET_DECODED && set->template;
}

const char *set_kind_name(uint8_t kind);
const char *set_state_name(uint8_t state);

/*
 * Numbers of records within their packet, from 1 over all its sets of data and options. `numbers[i]` is how
 * many records the packet has before set i. To be freed.
 */
uint32_t *record_numbers(const struct ledger *ledger);

/* A row of the store: packet it came in and number of its record. False: not in the ledger. */
bool row_place(const struct ledger *ledger, struct query_sets *sets, const uint32_t *numbers, uint64_t row,
               uint64_t *packet, uint64_t *record);

#endif
