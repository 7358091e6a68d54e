/* SPDX-License-Identifier: MIT */
/* Several connections into one: their sums, and their rows in store order. */
#include <stdlib.h>

#include "base/alloc.h"
#include "pair/pairs.h"

void pairs_sort(struct pairs *pairs, uint32_t *conn, size_t count,
                int (*compare)(const void *, const void *, void *))
{
    for (size_t i = 1; i < count; i++)
        if (compare(&conn[i - 1], &conn[i], pairs) > 0) {
            qsort_r(conn, count, sizeof *conn, compare, pairs);
            return;
        }
}

int pairs_compare_start(const void *a, const void *b, void *pairs)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int64_t s = pairs_conn(pairs, x)->start, t = pairs_conn(pairs, y)->start;
    return s != t ? (s < t ? -1 : 1) : x < y ? -1 : x > y;
}

static int compare_numbers(const void *a, const void *b, void *pairs)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    (void)pairs;
    return x < y ? -1 : x > y;
}

/* Puts rows into store order. They are gathered once for all that was joined: work does not grow with the square. */
static void order_rows(struct pairs *pairs, struct conn *conn)
{
    size_t count = 0, capacity = 0;
    uint32_t *rows = NULL;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        rows = alloc_grow(rows, count, &capacity, sizeof *rows);
        rows[count++] = r;
    }
    pairs_sort(pairs, rows, count, compare_numbers);
    for (size_t i = 1; i < count; i++)
        *pairs_next(pairs, rows[i - 1]) = rows[i] + 1;
    *pairs_next(pairs, rows[count - 1]) = 0;
    conn->last_row = rows[count - 1];
    free(rows);
}

struct conn *conn_join(struct pairs *pairs, uint32_t *conn, size_t count)
{
    bool in_order = true;
    pairs_sort(pairs, conn, count, compare_numbers);
    struct conn *to = pairs_conn(pairs, conn[0]);
    for (size_t i = 1; i < count; i++) {
        struct conn *from = pairs_conn(pairs, conn[i]);
        in_order &= from->first_row > to->last_row;
        conn_add(pairs, to, from);
        from->bits |= CONN_GONE;
    }
    if (!in_order)
        order_rows(pairs, to);
    pairs->gone += (uint32_t)count - 1;
    pairs_note_look(pairs, to, conn[0]);
    return to;
}
