/* SPDX-License-Identifier: MIT */
/*
 * Rows of the list of export packets: one a message; all of them, or those of an exporter or a template, and of these
 * the ones with flows that the filter lets through. Owner: the view.
 */
#ifndef VIEW_TUI_VIEWS_PACKET_ROWS_H
#define VIEW_TUI_VIEWS_PACKET_ROWS_H

#include "session/replay.h"
#include "view/tui/packet/problems.h"
#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/packet_filter.h"

struct packet_rows {
    struct app *app;
    struct target target;  /* TARGET_EXPORTER, TARGET_TEMPLATE: those of it; else all */
    struct replay *replay; /* NULL before anything could be read */
    struct problems problems;
    struct packet_row *kept;
    uint32_t *chosen; /* messages, where they are not all */
    size_t chosen_capacity;
    uint64_t count;
    uint32_t seen;                /* messages that were looked through for `chosen` */
    uint32_t looks;               /* template sets that may still be read for that */
    struct packet_filter *job;    /* that filters; NULL: none is under way */
    struct shared_filter *filter; /* that is asked for; NULL: none */
    uint32_t *passed;             /* messages that it lets through; NULL: not known, or it is not there */
    size_t passed_count;
    struct flow_pace pace; /* of jobs while more is read */
    bool stale;            /* `passed` is of another filter, or there is more than it is of */
    bool others;           /* they are other ones than a moment ago: list_sync() */
    uint32_t generation;   /* of the session: messages are numbered anew when it is another one */
    bool renumbered;       /* they are; whoever has numbers of messages clears it */
};

#define PACKET_TIME 1u /* the column of times */
extern const struct list_column packet_columns[];
extern const unsigned packet_column_count;
extern const struct list_ops packet_list_ops; /* for `user` a struct packet_rows */

void packet_rows_init(struct packet_rows *rows, struct app *app, const struct target *target);
void packet_rows_release(struct packet_rows *rows);

/* Takes in what was read meanwhile; with a filter rows are made anew by a job, for which packet_rows_tend() looks. */
void packet_rows_update(struct packet_rows *rows);

/* As view_ops.tend. */
void packet_rows_tend(struct packet_rows *rows, bool shown);

/* The message of a row, of the ledger; PACKET_NONE: there is no such row. */
uint32_t packet_rows_message(const struct packet_rows *rows, uint64_t row);

/* The row of a message, or of the next one that has a row; LIST_NONE: none. */
uint64_t packet_rows_find(const struct packet_rows *rows, uint32_t message);

/* The next (previous) row where something is wrong; LIST_NONE: none. */
uint64_t packet_rows_problem(const struct packet_rows *rows, uint64_t from, bool forward);

/* Adds the value of a cell as a filter has it. False: it has none. */
bool packet_rows_value(struct packet_rows *rows, uint64_t row, unsigned column, struct strbuf *out);

/* The first message of a packet; PACKET_NONE: there is none. */
uint32_t packet_message_of(const struct ledger *ledger, uint64_t packet);

#endif
