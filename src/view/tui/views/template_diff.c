/* SPDX-License-Identifier: MIT */
#include "view/tui/views/template_diff.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"

#define CELLS_MOST (1u << 22) /* of the table below; larger templates are compared field by field */

static bool same_field(const struct nfdec_field_spec *a, const struct nfdec_field_spec *b)
{
    return a->pen == b->pen && a->id == b->id && a->scope == b->scope;
}

static void add(struct template_diff *diff, uint32_t before, uint32_t after)
{
    diff->row[diff->count++] = (struct diff_row) { .before = before, .after = after };
}

/* Where they are too many to look for the longest common row: as far as they begin and end alike. */
static void compare_ends(struct template_diff *diff, const struct nfdec_template *a,
                         const struct nfdec_template *b)
{
    uint32_t n = a->field_count, m = b->field_count, head = 0, tail = 0;
    while (head < n && head < m && same_field(&a->fields[head], &b->fields[head]))
        head++;
    while (tail < n - head && tail < m - head &&
           same_field(&a->fields[n - 1 - tail], &b->fields[m - 1 - tail]))
        tail++;
    for (uint32_t i = 0; i < head; i++)
        add(diff, i, i);
    for (uint32_t i = head; i < n - tail; i++)
        add(diff, i, DIFF_NONE);
    for (uint32_t i = head; i < m - tail; i++)
        add(diff, DIFF_NONE, i);
    for (uint32_t i = 0; i < tail; i++)
        add(diff, n - tail + i, m - tail + i);
}

/* length[i * (m + 1) + j]: of the longest common row of what follows i in the one and j in the other. */
static void compare_all(struct template_diff *diff, const struct nfdec_template *a,
                        const struct nfdec_template *b)
{
    uint32_t n = a->field_count, m = b->field_count, i = 0, j = 0;
    uint16_t *length = alloc_array((size_t)(n + 1) * (m + 1), sizeof *length);
    for (i = n; i-- > 0;)
        for (j = m; j-- > 0;) {
            uint16_t down = length[(i + 1) * (m + 1) + j], right = length[i * (m + 1) + j + 1];
            uint16_t longer = down > right ? down : right;
            bool same = same_field(&a->fields[i], &b->fields[j]);
            length[i * (m + 1) + j] = same ? (uint16_t)(length[(i + 1) * (m + 1) + j + 1] + 1) : longer;
        }
    for (i = j = 0; i < n || j < m;) {
        if (i < n && j < m && same_field(&a->fields[i], &b->fields[j])) {
            add(diff, i++, j++);
        } else if (i < n && (j == m || length[(i + 1) * (m + 1) + j] >= length[i * (m + 1) + j + 1])) {
            add(diff, i++, DIFF_NONE);
        } else {
            add(diff, DIFF_NONE, j++);
        }
    }
    free(length);
}

void template_diff_make(struct template_diff *diff, const struct nfdec_template *before,
                        const struct nfdec_template *after)
{
    uint32_t n = before ? before->field_count : 0, m = after->field_count;
    free(diff->row);
    *diff = (struct template_diff) { .row = alloc_array((size_t)n + m + 1, sizeof *diff->row) };
    if (!before) {
        for (uint32_t i = 0; i < m; i++)
            add(diff, i, i);
        return;
    }
    if ((uint64_t)(n + 1) * (m + 1) > CELLS_MOST)
        compare_ends(diff, before, after);
    else
        compare_all(diff, before, after);
    for (uint32_t i = 0; i < diff->count; i++) {
        char mark = template_diff_mark(&diff->row[i], before, after);
        diff->added += mark == '+';
        diff->removed += mark == '-';
        diff->changed += mark == '~';
    }
}

char template_diff_mark(const struct diff_row *row, const struct nfdec_template *before,
                        const struct nfdec_template *after)
{
    if (!before)
        return ' ';
    if (row->before == DIFF_NONE)
        return '+';
    if (row->after == DIFF_NONE)
        return '-';
    return before->fields[row->before].length != after->fields[row->after].length ? '~' : ' ';
}
