/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/problems.h"

#include <stdlib.h>

#include "base/alloc.h"

void problems_release(struct problems *problems)
{
    map_release(&problems->newest);
    free(problems->before);
    *problems = (struct problems) { 0 };
}

void problems_update(struct problems *problems, const struct ledger *ledger, bool ordered)
{
    size_t count = ledger_diagnostic_count(ledger);
    if (ordered) {
        problems_release(problems);
        problems->ordered = true;
        return;
    }
    for (size_t i = problems->count; i < count && i < UINT32_MAX - 1; i++) {
        uint64_t packet = ledger_diagnostic(ledger, i)->packet;
        uint32_t before = 0;
        if (map_take(&problems->newest, packet, 0, &before))
            before++;
        map_put(&problems->newest, packet, 0, (uint32_t)i);
        problems->before =
            alloc_grow(problems->before, problems->count, &problems->capacity, sizeof *problems->before);
        problems->before[problems->count++] = before;
    }
}

size_t problems_first(const struct problems *problems, const struct ledger *ledger, uint64_t packet)
{
    size_t low = 0, count = ledger_diagnostic_count(ledger), high = count;
    uint32_t newest;
    if (!problems->ordered)
        return map_find(&problems->newest, packet, 0, &newest) ? newest : PROBLEMS_END;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger_diagnostic(ledger, middle)->packet < packet)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ledger_diagnostic(ledger, low)->packet == packet ? low : PROBLEMS_END;
}

size_t problems_next(const struct problems *problems, const struct ledger *ledger, size_t at)
{
    if (!problems->ordered)
        return problems->before[at] ? problems->before[at] - 1 : PROBLEMS_END;
    bool same = at + 1 < ledger_diagnostic_count(ledger) &&
                ledger_diagnostic(ledger, at + 1)->packet == ledger_diagnostic(ledger, at)->packet;
    return same ? at + 1 : PROBLEMS_END;
}

bool problems_belong(const struct ledger *ledger, uint32_t index, const struct nfdec_diagnostic *diagnostic)
{
    const struct ledger_message *message = ledger_message(ledger, index);
    bool first = index == 0 || ledger_message(ledger, index - 1)->packet != message->packet;
    bool last = index + 1 == ledger_message_count(ledger) ||
                ledger_message(ledger, index + 1)->packet != message->packet;
    if (!first && diagnostic->offset < message->offset)
        return false;
    return last || diagnostic->offset < ledger_message(ledger, index + 1)->offset;
}

bool problems_message(const struct problems *problems, const struct ledger *ledger, uint32_t message)
{
    uint64_t packet = ledger_message(ledger, message)->packet;
    for (size_t i = problems_first(problems, ledger, packet); i != PROBLEMS_END;
         i = problems_next(problems, ledger, i)) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        if (nfdec_code_severity((enum nfdec_code)diagnostic->code) != NFDEC_INFO &&
            problems_belong(ledger, message, diagnostic))
            return true;
    }
    return false;
}
