/* SPDX-License-Identifier: MIT */
/*
 * The keys of JSON lines as data (keys.def): what a show or report puts out, and which of them somebody wants.
 *
 *     struct keys_choice choice = { 0 };
 *     if (!keys_choose(KEYS_FLOWS, "bytes", &choice))    // again for each -e
 *         ...nobody knows it...
 *     keys_release(&choice);
 *
 * Owner: whoever has the choice.
 */
#ifndef VIEW_BATCH_KEYS_H
#define VIEW_BATCH_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum keys_group {
#define SHOW(symbol, word, help) KEYS_##symbol,
#include "view/batch/show.def"
#undef SHOW
#define REPORT(symbol, word, help) KEYS_##symbol,
#include "view/batch/report.def"
#undef REPORT
    KEYS_GROUPS
};

enum keys_kind {
    KEYS_TIME,
    KEYS_SECONDS,
    KEYS_DURATION, /* of what lies between `start` and `end` */
    KEYS_NUMBER,
    KEYS_ADDRESS,
    KEYS_WORD,
    KEYS_TEXT,
    KEYS_BOOLEAN,
    KEYS_OBJECT, /* its members are not listed: names of information elements */
    KEYS_ANY,    /* of an information element */
};

/* A key as a column. */
struct keys_column {
    const char *name;  /* in the first line of CSV */
    const char *path;  /* in JSON */
    const char *title; /* of a table */
    char *own;         /* memory of both where they are not constant; NULL */
    enum keys_kind kind;
};

struct keys_choice {
    struct keys_column *column;
    size_t count, capacity;
};

/*
 * All columns of a group in their order. Of records those that all have: fields are not columns by themselves.
 * Scaled counters are among them only where they are wanted.
 */
void keys_all(enum keys_group group, bool scaled, struct keys_choice *choice);

/* Whether scaled counters were chosen. */
bool keys_scaled(const struct keys_choice *choice);

/*
 * Adds the columns that a word means: a key, or another name of a field (query/fields.def) whose key it is; an object, for
 * all keys in it; for records an information element, by
 * name or pen.number. False: it means none.
 */
bool keys_choose(enum keys_group group, const char *word, struct keys_choice *choice);

void keys_release(struct keys_choice *choice);

/* The path of key `index` of a group, for lists; NULL: there are no more. */
const char *keys_path(enum keys_group group, size_t index);

#endif
