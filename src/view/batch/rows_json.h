/* SPDX-License-Identifier: MIT */
/*
 * Single flows, connections, exporters or templates as the lines of JSON that batch output has, for whoever chooses rows by other means.
 *
 *     struct rows_json *rows = rows_json_new(&config, run, ROWS_JSON_FLOWS);   // all is read
 *     rows_json_add(rows, number, &out);                            // a line
 *     rows_json_free(rows);
 *
 * The run must outlive it, and stand still while it is used.
 */
#ifndef VIEW_BATCH_ROWS_JSON_H
#define VIEW_BATCH_ROWS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "names/names.h"
#include "session/session.h"

struct rows_json;

enum rows_json_kind {
    ROWS_JSON_FLOWS,       /* by row of the flow store */
    ROWS_JSON_CONNECTIONS, /* by index in struct pairs */
    ROWS_JSON_EXPORTERS,   /* by number of the ledger */
    ROWS_JSON_TEMPLATES,   /* by nfdec_template.index */
};

struct rows_json_config {
    struct names *names; /* of services, and of hosts where that is wanted; NULL: none */
    bool hosts;
    const char *const *files;
    size_t file_count;
};

struct rows_json *rows_json_new(const struct rows_json_config *config, const struct session *run,
                                enum rows_json_kind kind);
void rows_json_free(struct rows_json *rows); /* NULL is fine */

/* Adds what has the number, in the sense of the kind; nothing where it is not known. */
void rows_json_add(struct rows_json *rows, uint32_t number, struct strbuf *out);

#endif
