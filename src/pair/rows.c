/* SPDX-License-Identifier: MIT */
/* From a connection to its flows, and back. */
#include <stdlib.h>

#include "base/alloc.h"
#include "pair/pairs.h"

uint32_t pairs_first_row(const struct pairs *pairs, uint32_t index)
{
    return pairs_listed(pairs, index)->first_row;
}

uint32_t pairs_next_row(const struct pairs *pairs, uint32_t row)
{
    return *pairs_next(pairs, row) - 1; /* none is stored as 0 */
}

bool pairs_have_duplicates(const struct pairs *pairs)
{
    return pairs->duplicate != NULL;
}

bool pairs_row_duplicate(const struct pairs *pairs, uint32_t row)
{
    return pairs->duplicate && pairs->duplicate[row / 8] >> row % 8 & 1;
}

/* Connection of each row, by index in the order. */
static uint32_t *make_owners(const struct pairs *pairs)
{
    uint32_t *owner = alloc_array(pairs->next.count, sizeof *owner);
    for (uint32_t i = 0; i < pairs_count(pairs); i++)
        for (uint32_t r = pairs_first_row(pairs, i); r != PAIR_NONE; r = pairs_next_row(pairs, r))
            owner[r] = i;
    return owner;
}

uint32_t pairs_connection_of_row(const struct pairs *pairs, uint32_t row)
{
    if (!pairs->order || row >= pairs->next.count)
        return PAIR_NONE;
    uint32_t *owner = atomic_load(&pairs->by_row->owner);
    if (!owner) {
        uint32_t *made = make_owners(pairs);
        if (atomic_compare_exchange_strong(&pairs->by_row->owner, &owner, made))
            owner = made;
        else /* another thread was faster, and its own is there now */
            free(made);
    }
    return owner[row];
}

void rows_forget(struct pairs *pairs)
{
    free(atomic_exchange(&pairs->by_row->owner, NULL));
}
