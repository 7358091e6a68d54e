/* SPDX-License-Identifier: MIT */
#include "view/batch/pieces.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/crew.h"

#define ROWS ((uint64_t)(2 * NFDEC_ROWS)) /* of a piece, so that handing it over costs nothing */

struct place {
    uint32_t set, row; /* of the ledger; of the set */
};

struct piece {
    struct place from, to;
    const uint32_t *rows; /* instead: of the store */
    uint64_t row_count;
    struct strbuf out;
};

struct job {
    const struct session *run;
    void *const *workers;
    struct query_sets *sets; /* by worker; NULL: pieces have all rows */
    void (*take)(void *worker, struct strbuf *out, const struct piece_rows *rows);
};

unsigned pieces_workers(const struct batch *b)
{
    return b->threads > 1 ? b->threads : 1;
}

/* Where a piece ends that may have `room` more rows: in front of a block where it can be, so that none is read twice. */
static uint64_t cut(uint64_t first_row, uint64_t room)
{
    uint64_t end = first_row + room, block = end - end % NFDEC_ROWS;
    return block > first_row ? block - first_row : room;
}

/* The piece from `at` on, and `at` behind it. False: there is none. */
static bool next_piece(const struct ledger *ledger, struct place *at, struct piece *piece)
{
    uint64_t rows = 0;
    uint32_t sets = ledger_set_count(ledger);
    piece->from = *at;
    for (; at->set < sets && rows < ROWS; at->set++, at->row = 0) {
        const struct ledger_set *set = ledger_set(ledger, at->set);
        uint64_t left = ledger_set_row_count(set) - at->row, room = ROWS - rows;
        if (left > room) {
            at->row += (uint32_t)cut(set->first_row + at->row, room);
            break;
        }
        rows += left;
    }
    piece->to = *at;
    return piece->from.set < sets;
}

static void handle(void *user, unsigned worker, void *item)
{
    const struct job *job = user;
    struct piece *piece = item;
    struct piece_rows rows;
    for (struct place at = piece->from; at.set <= piece->to.set; at = (struct place) { .set = at.set + 1 }) {
        uint32_t end = piece->to.row;
        if (at.set < piece->to.set)
            end = UINT32_MAX;
        else if (end == 0)
            break; /* there may be no such set */
        if (!origin_of(job->run, at.set, &rows.origin))
            continue;
        rows.set = at.set;
        rows.first = at.row;
        rows.count = (end < rows.origin.set->records ? end : rows.origin.set->records) - at.row;
        job->take(job->workers[worker], &piece->out, &rows);
    }
}

static void handle_rows(void *user, unsigned worker, void *item)
{
    const struct job *job = user;
    struct piece *piece = item;
    struct piece_rows rows = { .count = 1 };
    const struct ledger *ledger = session_ledger(job->run);
    for (uint64_t i = 0; i < piece->row_count; i++) {
        rows.set = query_set_of_row(ledger, &job->sets[worker], piece->rows[i]);
        if (rows.set == LEDGER_NONE || !origin_of(job->run, rows.set, &rows.origin))
            continue;
        rows.first = (uint32_t)(piece->rows[i] - rows.origin.set->first_row);
        job->take(job->workers[worker], &piece->out, &rows);
    }
}

void pieces_run_rows(struct batch *b, void *const workers[], unsigned count, const uint32_t *rows,
                     uint64_t row_count,
                     void (*take)(void *worker, struct strbuf *out, const struct piece_rows *rows))
{
    struct job job = { .run = b->run, .workers = workers, .take = take };
    job.sets = alloc_array(count, sizeof *job.sets);
    size_t capacity = count > 1 ? 2 * (size_t)count : 1, given = 0;
    struct piece *pieces = alloc_array(capacity, sizeof *pieces), *done;
    struct crew *crew = crew_new(count, capacity, handle_rows, &job);
    uint64_t at = 0;
    do {
        while (!crew_full(crew) && at < row_count) {
            struct piece *piece = &pieces[given++ % capacity];
            piece->rows = rows + at;
            piece->row_count = row_count - at < ROWS ? row_count - at : ROWS;
            at += piece->row_count;
            crew_give(crew, piece);
        }
        done = crew_take(crew);
    } while (done && batch_write(b, &done->out));
    crew_free(crew);
    for (size_t i = 0; i < capacity; i++)
        strbuf_release(&pieces[i].out);
    free(pieces);
    free(job.sets);
}

void pieces_run(struct batch *b, void *const workers[], unsigned count,
                void (*take)(void *worker, struct strbuf *out, const struct piece_rows *rows))
{
    struct job job = { .run = b->run, .workers = workers, .take = take };
    const struct ledger *ledger = session_ledger(b->run);
    size_t capacity = count > 1 ? 2 * (size_t)count : 1, given = 0;
    struct piece *pieces = alloc_array(capacity, sizeof *pieces), *done;
    struct crew *crew = crew_new(count, capacity, handle, &job);
    struct place at = { 0 };
    do {
        while (!crew_full(crew) && next_piece(ledger, &at, &pieces[given % capacity]))
            crew_give(crew, &pieces[given++ % capacity]);
        done = crew_take(crew);
    } while (done && batch_write(b, &done->out));
    crew_free(crew);
    for (size_t i = 0; i < capacity; i++)
        strbuf_release(&pieces[i].out);
    free(pieces);
}
