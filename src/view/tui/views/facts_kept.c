/* SPDX-License-Identifier: MIT */
#include "view/tui/views/facts_kept.h"

#include <stdlib.h>

#include "base/alloc.h"

struct facts_kept {
    struct {
        bool there;
        uint32_t index;
        struct connection_facts facts;
    } at[FACTS_KEPT]; /* by the lower bits of the index */
};

struct facts_kept *facts_kept_new(void)
{
    return alloc_new(sizeof(struct facts_kept));
}

void facts_kept_free(struct facts_kept *kept)
{
    free(kept);
}

void facts_kept_forget(struct facts_kept *kept)
{
    for (size_t i = 0; i < FACTS_KEPT; i++)
        kept->at[i].there = false;
}

const struct connection_facts *facts_kept_get(struct facts_kept *kept, const struct session *run,
                                              uint64_t index)
{
    uint32_t place = index % FACTS_KEPT;
    if (kept->at[place].there && kept->at[place].index == index)
        return &kept->at[place].facts;
    if (!run || index >= pairs_count(session_pairs(run)))
        return NULL;
    facts_connection(run, (uint32_t)index, &kept->at[place].facts);
    kept->at[place].there = true;
    kept->at[place].index = (uint32_t)index;
    return &kept->at[place].facts;
}
