/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/alloc.h"
#include "flow/ledger.h"
#include "flow/ledger_state.h"

/* An array taken out of the ledger, in whose place there is an empty one. */
static struct chunks take(struct chunks *chunks)
{
    struct chunks old = *chunks;
    *chunks = (struct chunks) { .size = old.size, .shift = old.shift };
    return old;
}

static void forget_messages(struct ledger *ledger, uint32_t first, uint32_t first_set)
{
    struct chunks old = take(&ledger->messages);
    for (size_t i = first; i < old.count; i++) {
        struct ledger_message *message = chunks_add(&ledger->messages);
        *message = *(const struct ledger_message *)chunks_at(&old, i);
        message->first_set -= first_set;
        ledger->message = message;
    }
    chunks_release(&old);
}

static void forget_sets(struct ledger *ledger, uint32_t first, uint32_t first_set)
{
    struct chunks old = take(&ledger->sets);
    for (size_t i = first_set; i < old.count; i++) {
        struct ledger_set *set = chunks_add(&ledger->sets);
        *set = *(const struct ledger_set *)chunks_at(&old, i);
        set->message -= first;
    }
    chunks_release(&old);
}

static void move_rows(struct ledger *ledger, uint32_t first_set,
                      uint64_t (*move)(void *user, uint64_t first_row, uint32_t count), void *user)
{
    struct chunks old = take(&ledger->row_sets);
    for (size_t i = 0; i < old.count; i++) {
        uint32_t index = *(const uint32_t *)chunks_at(&old, i);
        if (index < first_set)
            continue;
        struct ledger_set *set = chunks_at(&ledger->sets, index - first_set);
        set->first_row = move(user, set->first_row, set->records);
        *(uint32_t *)chunks_add(&ledger->row_sets) = index - first_set;
    }
    chunks_release(&old);
}

static void forget_waiting(struct ledger *ledger, uint32_t first_set)
{
    struct map old = ledger->waiting;
    ledger->waiting = (struct map) { .count = 0 };
    for (size_t i = 0; i < old.capacity; i++) {
        const struct map_entry *entry = &old.entry[i];
        if (entry->value > first_set) /* which is the index + 1 */
            map_put(&ledger->waiting, entry->a, entry->b, entry->value - 1 - first_set);
    }
    map_release(&old);
}

/* Of each input those of packets before the first that stays; of inputs of which none stays, all. */
static void forget_diagnostics(struct ledger *ledger)
{
    uint64_t *least = alloc_array(UINT16_MAX + 1, sizeof *least);
    size_t kept = 0;
    for (size_t i = ledger->messages.count; i > 0; i--) {
        const struct ledger_message *message = chunks_at(&ledger->messages, i - 1);
        least[ledger_input(message->packet)] = ledger_frame(message->packet) + 1;
    }
    ledger->kept[0] = ledger->kept[1] = 0;
    for (size_t i = 0; i < ledger->diagnostic_count; i++) {
        const struct nfdec_diagnostic *d = &ledger->diagnostic[i];
        uint64_t from = least[ledger_input(d->packet)];
        if (from == 0 || ledger_frame(d->packet) + 1 < from)
            continue;
        ledger->kept[ledger_is_of_rows(d)]++;
        ledger->diagnostic[kept++] = *d;
    }
    ledger->diagnostic_count = kept;
    free(least);
}

void ledger_forget(struct ledger *ledger, uint32_t first,
                   uint64_t (*move)(void *user, uint64_t first_row, uint32_t count), void *user)
{
    if (first == 0 || first >= ledger->messages.count)
        return;
    uint32_t first_set = ((const struct ledger_message *)chunks_at(&ledger->messages, first))->first_set;
    forget_messages(ledger, first, first_set);
    forget_sets(ledger, first, first_set);
    move_rows(ledger, first_set, move, user);
    forget_waiting(ledger, first_set);
    forget_diagnostics(ledger);
}

size_t ledger_used(const struct ledger *ledger)
{
    return chunks_used(&ledger->messages) + chunks_used(&ledger->sets) + chunks_used(&ledger->row_sets) +
           ledger->diagnostic_count * sizeof *ledger->diagnostic +
           ledger->waiting.count * sizeof *ledger->waiting.entry;
}
