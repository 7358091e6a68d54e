/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/bad_sets.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/tui/packet/problems.h"

void bad_sets_release(struct bad_sets *bad)
{
    free(bad->bits);
    *bad = (struct bad_sets) { 0 };
}

static void put(struct bad_sets *bad, uint32_t set)
{
    size_t word = set / 64;
    if (word >= bad->words) {
        size_t words = word + word / 2 + 64;
        uint64_t *bits = alloc_array(words, sizeof *bits); /* zeroed */
        if (bad->words)
            memcpy(bits, bad->bits, bad->words * sizeof *bits);
        free(bad->bits);
        bad->bits = bits;
        bad->words = words;
    }
    bad->bits[word] |= UINT64_C(1) << set % 64;
    bad->any = true;
}

/* Whether a diagnostic of a message is about one of its sets: in it, or in front of all of them. */
static bool is_about(const struct ledger *ledger, const struct ledger_set *set,
                     const struct nfdec_diagnostic *diagnostic)
{
    uint32_t first = ledger_message(ledger, set->message)->first_set;
    if (diagnostic->offset < ledger_set(ledger, first)->offset)
        return true;
    return diagnostic->offset >= set->offset && diagnostic->offset - set->offset < set->length;
}

/* The first message of a packet, or of one behind it; `from` is one before that, and often near. */
static uint32_t first_message(const struct ledger *ledger, uint32_t from, uint64_t packet)
{
    uint32_t count = ledger_message_count(ledger), step = 1, low = from, high = from;
    while (high < count && ledger_message(ledger, high)->packet < packet) {
        low = high + 1;
        high = count - high > step ? high + step : count;
        step *= 2;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ledger_message(ledger, middle)->packet < packet)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add(struct bad_sets *bad, const struct ledger *ledger, uint32_t message,
                const struct nfdec_diagnostic *diagnostic)
{
    for (; message < ledger_message_count(ledger); message++) {
        const struct ledger_message *m = ledger_message(ledger, message);
        if (m->packet != diagnostic->packet)
            return;
        if (!problems_belong(ledger, message, diagnostic))
            continue;
        for (uint32_t i = 0; i < m->set_count; i++)
            if (is_about(ledger, ledger_set(ledger, m->first_set + i), diagnostic))
                put(bad, m->first_set + i);
    }
}

void bad_sets_update(struct bad_sets *bad, const struct ledger *ledger, bool ordered)
{
    size_t count = ledger_diagnostic_count(ledger);
    uint32_t message = 0;
    uint64_t before = 0;
    if (ordered != bad->ordered || bad->seen > count)
        bad_sets_release(bad);
    bad->ordered = ordered;
    for (; bad->seen < count; bad->seen++) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, bad->seen);
        if (nfdec_code_severity((enum nfdec_code)diagnostic->code) == NFDEC_INFO)
            continue;
        message = first_message(ledger, diagnostic->packet < before ? 0 : message, diagnostic->packet);
        before = diagnostic->packet;
        add(bad, ledger, message, diagnostic);
    }
}

bool bad_sets_row(const struct bad_sets *bad, const struct ledger *ledger, uint64_t row)
{
    if (!bad->any)
        return false;
    uint32_t set = ledger_set_of_row(ledger, row);
    return set != LEDGER_NONE && set / 64 < bad->words && bad->bits[set / 64] >> set % 64 & 1;
}

const struct nfdec_diagnostic *bad_sets_why(const struct bad_sets *bad, const struct ledger *ledger,
                                            uint64_t row)
{
    if (!bad->ordered || !bad_sets_row(bad, ledger, row))
        return NULL;
    const struct ledger_set *set = ledger_set(ledger, ledger_set_of_row(ledger, row));
    const struct problems problems = { .ordered = true };
    uint64_t packet = ledger_message(ledger, set->message)->packet;
    for (size_t i = problems_first(&problems, ledger, packet); i != PROBLEMS_END;
         i = problems_next(&problems, ledger, i)) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        if (nfdec_code_severity((enum nfdec_code)diagnostic->code) != NFDEC_INFO &&
            problems_belong(ledger, set->message, diagnostic) && is_about(ledger, set, diagnostic))
            return diagnostic;
    }
    return NULL;
}
