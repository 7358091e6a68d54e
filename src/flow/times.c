/* SPDX-License-Identifier: MIT */
#include "flow/times.h"

/* Bit of ledger_first_time() beside those of enum audit_kind. */
#define TOLD_UNIT AUDIT_KINDS

_Static_assert(AUDIT_KINDS < 8, "a bit for each kind");

static void tell(struct ledger *ledger, const struct nfdec_set *set, enum nfdec_code code, uint64_t a,
                 int64_t b)
{
    struct nfdec_diagnostic d = { .packet = set->message->packet,
                                  .a = a,
                                  .b = (uint64_t)b,
                                  .session = set->message->session,
                                  .offset = set->offset,
                                  .id = set->id,
                                  .code = (uint16_t)code };
    ledger_diagnose(ledger, &d);
}

/* Times of another unit than announced are so in all records. False: there is no such unit. */
static bool tell_unit(struct ledger *ledger, const struct nfdec_set *set, const struct audit *audit)
{
    if (!audit->unit.field)
        return false;
    if (ledger_first_time(ledger, set->template, TOLD_UNIT))
        tell(ledger, set, NFDEC_DIAG_TIME_UNIT, audit->unit.field->type, (int64_t)audit->unit.seen);
    return true;
}

static void tell_kind(struct ledger *ledger, const struct nfdec_set *set, const struct audit *audit,
                      enum audit_kind kind)
{
    static const uint16_t codes[AUDIT_KINDS] = {
        [AUDIT_UNSET] = NFDEC_DIAG_TIME_UNSET,         [AUDIT_FAR] = NFDEC_DIAG_TIME_FAR,
        [AUDIT_REVERSED] = NFDEC_DIAG_TIME_IMPOSSIBLE, [AUDIT_UPTIME] = NFDEC_DIAG_TIME_UPTIME,
        [AUDIT_LONG] = NFDEC_DIAG_TIME_LONG,           [AUDIT_AFTER_EXPORT] = NFDEC_DIAG_TIME_AFTER_EXPORT,
        [AUDIT_WRAPPED] = NFDEC_DIAG_TIME_WRAP,
    };
    const struct audit_count *count = &audit->kind[kind];
    bool each = kind == AUDIT_REVERSED || kind == AUDIT_LONG;
    if (!count->records || (kind == AUDIT_FAR && tell_unit(ledger, set, audit)) ||
        (!each && !ledger_first_time(ledger, set->template, kind)))
        return;
    tell(ledger, set, (enum nfdec_code)codes[kind], (uint64_t)count->records << 32 | (count->first + 1),
         count->worst);
}

void times_tell(struct ledger *ledger, const struct nfdec_set *set, const struct audit *audit)
{
    struct facts *facts = ledger_facts(ledger, set->message->session);
    if (facts)
        facts_audit(facts, set, audit);
    for (unsigned kind = 0; audit->wrong && kind < AUDIT_KINDS; kind++)
        tell_kind(ledger, set, audit, (enum audit_kind)kind);
}
