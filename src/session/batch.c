/* SPDX-License-Identifier: MIT */
#include "session/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "nfdec/record.h"

#define OCTETS_FIRST ((size_t)128 << 10)
#define OCTETS_MOST  ((size_t)1 << 20) /* records of a block that have more are decoded at once */
#define FRONT        16u /* octets before the first set: numbers are read with some in front of them */

struct batch *batch_new(void)
{
    struct batch *batch = alloc_new(sizeof *batch);
    batch->flows = alloc_array(NFDEC_ROWS, sizeof *batch->flows);
    batch->message = alloc_array(NFDEC_ROWS, sizeof *batch->message);
    return batch;
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    candidates_free(batch->candidates);
    free(batch->flows);
    free(batch->message);
    free(batch->octets);
    free(batch);
}

void batch_begin(struct batch *batch, struct nfdec_columns *columns, uint64_t first_row)
{
    batch->columns = columns;
    batch->first_row = first_row;
    batch->rows = columns->rows;
    batch_forget(batch);
    batch->length = FRONT;
}

bool batch_fits(const struct batch *batch, const struct nfdec_set *set)
{
    return batch->length + set->length <= OCTETS_MOST;
}

static size_t copy_octets(struct batch *batch, const struct nfdec_set *set)
{
    size_t at = batch->length;
    while (at + set->length > batch->capacity) {
        size_t capacity = batch->capacity ? 2 * batch->capacity : OCTETS_FIRST;
        batch->octets = alloc_resize(batch->octets, capacity, 1);
        if (!batch->capacity)
            memset(batch->octets, 0, FRONT);
        batch->capacity = capacity;
    }
    memcpy(batch->octets + at, set->data, set->length);
    batch->length += set->length;
    return at;
}

/* Sets of a message come one after the other. */
static const struct nfdec_message *copy_message(struct batch *batch, const struct nfdec_message *message)
{
    const struct nfdec_message *last = batch->messages ? &batch->message[batch->messages - 1] : NULL;
    if (last && last->packet == message->packet && last->offset == message->offset &&
        last->session == message->session)
        return last;
    batch->message[batch->messages] = *message;
    return &batch->message[batch->messages++];
}

uint32_t batch_add(struct batch *batch, const struct nfdec_set *set, uint32_t entry, uint32_t first,
                   bool copy)
{
    struct batch_flows *flows = &batch->flows[batch->count++];
    uint32_t room = NFDEC_ROWS - batch->rows, left = set->records - first;
    flows->set = *set;
    flows->set.message = copy_message(batch, set->message);
    flows->octets = copy ? copy_octets(batch, set) : BATCH_ELSEWHERE;
    flows->entry = entry;
    flows->first = first;
    flows->count = left < room ? left : room;
    flows->row = batch->rows;
    batch->rows += flows->count;
    return flows->count;
}

/* Where a record of the set begins; only the one that a block begins with, in the middle of a set, is looked for. */
static uint32_t place_of(const struct nfdec_set *set, uint32_t index)
{
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record) && record.index < index) {
    }
    return (uint32_t)(record.data - set->data);
}

static void decode(struct batch *batch, struct batch_flows *flows)
{
    struct nfdec_set *set = &flows->set;
    if (flows->octets != BATCH_ELSEWHERE)
        set->data = batch->octets + flows->octets;
    uint32_t place = flows->first && set->template->variable ? place_of(set, flows->first) : 0;
    audit_begin(&flows->audit, set);
    (void)nfdec_columns_add(batch->columns, set, flows->first, &place);
    audit_rows(&flows->audit, batch->columns, flows->row, flows->first);
    set->data = NULL;
}

void batch_decode(struct batch *batch)
{
    while (batch->decoded < batch->count)
        decode(batch, &batch->flows[batch->decoded++]);
}
