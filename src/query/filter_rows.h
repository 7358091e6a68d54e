/* SPDX-License-Identifier: MIT */
/*
 * A block of rows under evaluation: columns are unpacked and sets looked up when a question needs them, so what is not
 * asked costs nothing. Answers are bits by row of the block. Private to src/query/filter*.c.
 */
#ifndef QUERY_FILTER_ROWS_H
#define QUERY_FILTER_ROWS_H

#include "flow/sampling.h"
#include "nfdec/record.h"
#include "query/filter_tree.h"
#include "query/origin.h"

/* Rows of one set within the block. */
struct filter_run {
    struct query_origin origin;
    uint32_t first, count;
    uint32_t set;    /* of the ledger */
    uint32_t record; /* of the set: the first row's */
};

/* Where an element is in the records of a template. */
struct filter_access {
    const struct filter_leaf *leaf;
    const struct nfdec_template *template;
    uint32_t offset;
    uint16_t length;
    uint8_t type;  /* enum nfdec_type */
    uint8_t found; /* 0: not there; 1: once, at a fixed place; 2: elsewhere, or more than once */
};

#define ACCESSES 256u
#define LABELS   1024u

struct filter_label {
    const struct nfdec_session *session;
    uint64_t value;
    uint16_t leaf; /* number + 1; 0: free */
    bool passes;
};

struct filter_rows {
    const struct filter *filter;
    const struct query_data *data;
    const struct samplings *samplings; /* NULL: of a stream */
    void *source_user;                 /* of this thread */
    const struct nfdec_set *set;       /* of a stream: all rows are its records; else NULL */
    const struct nfdec_columns *wide;  /* of a stream; NULL: the block is in the store */
    uint64_t block;
    uint32_t rows;
    uint32_t every;  /* columns that all rows of the store have */
    uint32_t loaded; /* columns in `value` */
    bool runs_known;
    uint32_t run_count;
    struct filter_run run[NFDEC_ROWS];
    struct nfdec_set fetched; /* from the source */
    uint32_t fetched_set;     /* its number in the ledger; LEDGER_NONE: none */
    bool fetched_fine;
    uint64_t lost; /* sets whose octets were gone */
    struct filter_access access[ACCESSES];
    struct filter_label label[LABELS];
    uint64_t value[NFDEC_COLUMN_COUNT][NFDEC_ROWS];
    uint64_t made[NFDEC_ROWS]; /* values that are in no column */
};

struct filter_rows *filter_rows_new(const struct filter *filter, const struct query_data *data);
void filter_rows_free(struct filter_rows *rows);

/* A block of the store; the columns all its rows have are in rows->every. */
void filter_rows_block(struct filter_rows *rows, uint64_t block);

/* Records first ... first + columns->rows - 1 of a set; `columns` may be without any that are used. */
void filter_rows_set(struct filter_rows *rows, const struct nfdec_set *set,
                     const struct nfdec_columns *columns, uint32_t count, uint32_t first);

/* Which of the wanted rows answer a question with yes. */
void filter_rows_ask(struct filter_rows *rows, const struct filter_node *node,
                     const uint64_t want[TEST_WORDS], uint64_t out[TEST_WORDS]);

/* Of the rows of the block, those that have a value, and those among them whose value passes the leaf's test. */
void filter_side(struct filter_rows *rows, const struct filter_leaf *leaf, enum field_symbol symbol,
                 const uint64_t want[TEST_WORDS], uint64_t there[TEST_WORDS], uint64_t pass[TEST_WORDS]);

/* The same of an element of the records. */
void filter_element(struct filter_rows *rows, const struct filter_leaf *leaf, const uint64_t want[TEST_WORDS],
                    uint64_t there[TEST_WORDS], uint64_t pass[TEST_WORDS]);

/* Values of a column in the block. */
const uint64_t *filter_column(struct filter_rows *rows, enum nfdec_column column);

/* Finds the sets of the rows. */
void filter_runs(struct filter_rows *rows);

/* Sets bits first ... first + count - 1. */
void filter_fill(uint64_t bits[TEST_WORDS], uint32_t first, uint32_t count);

/* Bits of all rows of the block. */
void filter_all(const struct filter_rows *rows, uint64_t bits[TEST_WORDS]);

static inline bool filter_any(const uint64_t bits[TEST_WORDS])
{
    uint64_t any = 0;
    for (unsigned i = 0; i < TEST_WORDS; i++)
        any |= bits[i];
    return any != 0;
}

/* Columns that the flows of every template have that was used, as bits; START and END as far as they are known. */
uint32_t filter_every_column(const struct nfdec *decoder);

#endif
