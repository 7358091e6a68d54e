/* SPDX-License-Identifier: MIT */
/*
 * The flow filter (nfscope-filter(7)): one language for everything that shows flows or connections.
 *
 *     struct filter_error error;
 *     struct filter *filter = filter_parse("port 53 and bytes > 1M", &options, &error);
 *     if (!filter)
 *         ...error.reason, a caret under error.at...
 *     if (filter_unresolved(filter))                          // names of hosts that DNS is being asked for
 *         ...names_wait(), then filter_resolve()...
 *     uint64_t *rows = ...a bit for each row...
 *     filter_flows(filter, &data, threads, &job, rows);       // or filter_connections()
 *     filter_free(filter);
 *
 * What holds: a comparison with a value that is not there is false, and so is its "!="; "has" and "missing" ask for just
 * that. Of a field with several values (ip, port, an element that repeats) a comparison holds where it holds for any
 * of them, and "!=" where none is equal. A connection is asked for its own values where connections have them; of all
 * else, it matches where one of its flows does, all of whose values are looked at together.
 *
 * A filter is constant once it was resolved: many threads may evaluate it.
 */
#ifndef QUERY_FILTER_H
#define QUERY_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names/names.h"
#include "query/data.h"
#include "query/field.h"
#include "query/job.h"

struct filter;

enum filter_state {
    FILTER_VALID,
    FILTER_INCOMPLETE, /* what is there can be the beginning of one */
    FILTER_WRONG,
};

#define FILTER_REASON     224
#define FILTER_SUGGESTION 80

struct filter_error {
    enum filter_state state; /* never FILTER_VALID */
    size_t at, length;       /* the culprit in the text; at its end: length 0 */
    char reason[FILTER_REASON];
    char suggestion[FILTER_SUGGESTION]; /* what may have been meant in its place; "": nothing */
};

struct filter_options {
    struct names *names; /* hosts by name, services of connections; NULL: there are none */
};

/*
 * NULL: it is wrong, and *error says why. Text of blanks only is wrong, too ("incomplete"). `options` may be NULL, and
 * is copied; what it points to must outlive the filter.
 */
struct filter *filter_parse(const char *text, const struct filter_options *options,
                            struct filter_error *error);
void filter_free(struct filter *filter);

/* How many names of hosts have no address yet. */
size_t filter_unresolved(const struct filter *filter);

/* Takes the addresses that names_addresses() knows by now. False: a name has none, and *error is about it. */
bool filter_resolve(struct filter *filter, struct filter_error *error);

/* Whether it asks for values that are in the octets of records only. */
bool filter_needs_records(const struct filter *filter);

/* Whether it asks for the names of interfaces and the like, which labels have. */
bool filter_needs_labels(const struct filter *filter);

/* Whether it asks flows for values of their connections: they must be paired. */
bool filter_needs_pairs(const struct filter *filter);

/* Whether it asks for names of hosts: names_wait() first makes them known. */
bool filter_needs_names(const struct filter *filter);

/*
 * Whether it asks for what is known when all is read: values of connections, and numbers of records. filter_stream_set()
 * cannot answer that. Where in the text the first such field stands.
 */
bool filter_needs_end(const struct filter *filter);
void filter_end_place(const struct filter *filter, size_t *at, size_t *length);

/* Bits by number. */
static inline bool filter_bit(const uint64_t *bits, uint64_t number)
{
    return bits[number / 64] >> number % 64 & 1;
}
static inline size_t filter_words(uint64_t count) /* of so many bits */
{
    return (size_t)((count + 63) / 64);
}
/* The next ones from `from` on, before `end`, that follow each other; *count of them. `end`: none. NULL: all are ones. */
uint64_t filter_ones(const uint64_t *bits, uint64_t from, uint64_t end, uint32_t *count);
uint64_t filter_count(const uint64_t *bits, uint64_t count); /* ones among the first `count` */

/*
 * Sets the bits of all matching rows, filter_words(flow_store_rows()) words, and clears the others. False: cancelled;
 * the bits mean nothing then. Progress is in rows, or in connections where
 * these are asked for. What is in the octets of records only is read through data->source.
 */
bool filter_flows(const struct filter *filter, const struct query_data *data, unsigned threads,
                  struct query_job *job, uint64_t *rows);

/* The same for connections, by index, once they are in order. Progress is in connections. */
bool filter_connections(const struct filter *filter, const struct query_data *data, unsigned threads,
                        struct query_job *job, uint64_t *connections);

/*
 * Both part by part, for whoever shows what has been found so far: flows are asked no sooner than a part needs them.
 *
 *     struct filter_parts *parts = filter_parts_new(filter, &data, true, threads, &job);
 *     filter_parts_ask(parts, 0, FILTER_PART, bits);          // then the next ones, or others
 *     filter_parts_free(parts);
 *
 * `bits` are of all. A part begins at a multiple of FILTER_PART. False: cancelled.
 */
#define FILTER_PART 1024u
struct filter_parts;
struct filter_parts *filter_parts_new(const struct filter *filter, const struct query_data *data,
                                      bool connections, unsigned threads, struct query_job *job);
void filter_parts_free(struct filter_parts *parts);
bool filter_parts_ask(struct filter_parts *parts, uint64_t from, uint64_t to, uint64_t *bits);

/* A few that may be anywhere, by number: bits by place among them. No progress is told, as parts tell it. */
bool filter_parts_pick(struct filter_parts *parts, const uint32_t *numbers, uint32_t count, uint64_t *bits);

/*
 * Records as they come, set by set, for whoever keeps none. `bits` has a bit for each record of the set; returns how many
 * match. Of data of options only the origin and the elements are looked at. Of `data` only labels and files are used.
 * Not for filters that need the end.
 */
struct filter_stream;
struct filter_stream *filter_stream_new(const struct filter *filter, const struct query_data *data);
void filter_stream_free(struct filter_stream *stream);
uint32_t filter_stream_set(struct filter_stream *stream, const struct nfdec_set *set, uint64_t *bits);

/*
 * What can stand at `cursor` of a text that is being typed: words that begin as the one there does. Values that are in
 * no list are the caller's to know: `field` says of what.
 */
enum filter_expected {
    FILTER_EXPECT_FIELD = 1,
    FILTER_EXPECT_OPERATOR = 2,
    FILTER_EXPECT_VALUE = 4,
    FILTER_EXPECT_CONNECTIVE = 8
};

#define FILTER_COMPLETIONS 64

struct filter_completion {
    size_t from;        /* where in the text the word begins that is to be replaced, up to the cursor */
    unsigned expected;  /* enum filter_expected, all that can stand there */
    struct field field; /* of an operator or a value */
    size_t count;
    struct {
        const char *text; /* constant */
        const char *help; /* constant; "" where there is none */
    } item[FILTER_COMPLETIONS];
};

void filter_complete(const char *text, size_t cursor, struct filter_completion *out);

#endif
