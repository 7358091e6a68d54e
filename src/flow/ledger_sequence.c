/* SPDX-License-Identifier: MIT */
/* Sequence numbers of the ledger's sessions: which counting a message belongs to, and how it is judged. */
#include "flow/ledger_sequence.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"

static struct ledger_exporter *exporter_of(const struct ledger *ledger, uint32_t session)
{
    return &ledger->exporter[ledger->session[session].family];
}

/* Domains that count together do so in the same way. */
static void recount(struct ledger *ledger, const struct domains *domains, enum nfdec_counting way,
                    uint64_t packet)
{
    for (size_t i = 0; i < domains->count; i++) {
        struct ledger_session *s = &ledger->session[domains->session[i]];
        counting_recount(&s->counting, s->session->version, way, packet,
                         &ledger->exporter[s->family].sequence);
    }
}

void ledger_sequence_recount(struct ledger *ledger, const struct counting_message *m,
                             enum nfdec_counting counting)
{
    const struct domains *domains = ledger->session[m->session].domains;
    if (domains && domains->verdict == DOMAINS_TOGETHER)
        recount(ledger, domains, counting, m->packet);
}

static struct counting_part part_of(void *user, uint32_t session)
{
    struct ledger *ledger = user;
    return (struct counting_part) { .counts = &exporter_of(ledger, session)->sequence,
                                    .total = ledger->session[session].counting.total };
}

/* Address, port and version: those of one process, but for a chance in 2^64. */
static uint64_t process_of(const struct nfdec_session *s)
{
    uint64_t front = be64(s->address), back = be64(s->address + 8);
    return (front ^ back * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u ^ s->version;
}

/* A session of a process that counts all its domains together is one more of these. */
static void join(struct ledger *ledger, struct domains *domains, struct ledger_session *s)
{
    struct sequence_counts *counts = &ledger->exporter[s->family].sequence;
    s->domains = domains;
    domains_add(domains, s->session->index);
    if (domains->verdict != DOMAINS_TOGETHER)
        return;
    const struct sequence_counts *of = &exporter_of(ledger, domains->session[0])->sequence;
    counts->together_packet = of->together_packet;
    counts->counting = s->counting.way = of->counting;
    counts->counting_packet = of->counting_packet;
}

void ledger_sequence_session(struct ledger *ledger, struct ledger_session *s)
{
    uint64_t process = process_of(s->session);
    uint32_t first;
    if (!map_find(&ledger->processes, process, s->session->port, &first)) {
        map_put(&ledger->processes, process, s->session->port, s->session->index);
        return;
    }
    struct ledger_session *other = &ledger->session[first];
    if (!other->domains) {
        struct domains *domains = alloc_new(sizeof *domains);
        domains->last = other->counting.last;
        join(ledger, domains, other);
    }
    join(ledger, other->domains, s);
}

void ledger_sequence_free(struct ledger *ledger)
{
    for (size_t i = ledger->session_count; i-- > 0;) { /* the first one of a process comes last */
        struct domains *domains = ledger->session[i].domains;
        counting_release(&ledger->session[i].counting);
        if (!domains || domains->session[0] != i)
            continue;
        domains_release(domains);
        free(domains);
    }
    map_release(&ledger->processes);
}

/* One message, by the counting of its domain or by that of all. True: it came twice. */
static bool judge(struct ledger *ledger, const struct counting_message *m)
{
    struct ledger_session *s = &ledger->session[m->session];
    bool together = s->domains && s->domains->verdict == DOMAINS_TOGETHER;
    ledger->report.counts = &ledger->exporter[s->family].sequence;
    ledger->report.part = together ? part_of : NULL;
    return counting_take(together ? &s->domains->counting : &s->counting, s->session->version, m,
                         &ledger->report);
}

static void finish(struct ledger *ledger, struct ledger_session *s)
{
    ledger->report.counts = &ledger->exporter[s->family].sequence;
    ledger->report.part = NULL;
    counting_finish(&s->counting, s->session->version, &ledger->report);
}

/* One counter goes over all domains: it goes on behind the last message that was judged. */
static void put_together(struct ledger *ledger, struct domains *domains, const struct domains_doubt *doubt)
{
    const struct counting_message *m = &doubt->message[0];
    uint16_t version = ledger->session[m->session].session->version;
    enum nfdec_counting way = domains_way(domains, version);
    for (size_t i = 0; i < domains->count; i++) {
        finish(ledger, &ledger->session[domains->session[i]]);
        exporter_of(ledger, domains->session[i])->sequence.together_packet = m->packet;
    }
    counting_go_on(&domains->counting, way, &doubt->before);
    recount(ledger, domains, way, m->packet);
    ledger->report.together(ledger, m);
    if (way != nfdec_counting_standard(version))
        ledger->report.unit(ledger, m, way);
}

static void close_doubt(struct ledger *ledger, struct domains *domains)
{
    struct domains_doubt *doubt = domains->doubt;
    domains->doubt = NULL;
    ledger->report.doubts--;
    if (domains->verdict == DOMAINS_TOGETHER)
        put_together(ledger, domains, doubt);
    for (uint32_t i = 0; i < doubt->count; i++)
        judge(ledger, &doubt->message[i]);
    free(doubt);
}

bool ledger_sequence_take(struct ledger *ledger, const struct counting_message *m)
{
    struct ledger_session *s = &ledger->session[m->session];
    struct domains *domains = s->domains;
    if (!domains || domains->verdict != DOMAINS_OPEN ||
        !domains_hold(domains, &s->counting, m, &ledger->report.doubts))
        return judge(ledger, m);
    if (domains_decide(domains, false))
        close_doubt(ledger, domains);
    return false;
}

void ledger_sequence_add(struct ledger *ledger, const struct nfdec_set *set)
{
    struct ledger_session *s = &ledger->session[set->message->session->index];
    bool options = set->kind == NFDEC_SET_OPTIONS;
    ledger->report.counts = &ledger->exporter[s->family].sequence;
    counting_add(&s->counting, options ? 0 : set->records, options ? set->records : 0, &ledger->report);
}

void ledger_sequence_finish(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->session_count && ledger->report.doubts; i++) {
        struct ledger_session *s = &ledger->session[i];
        struct domains *domains = s->domains;
        if (domains && domains->doubt) {
            domains_decide(domains, true);
            close_doubt(ledger, domains);
        }
        if (s->counting.doubt)
            finish(ledger, s);
        if (domains && domains->counting.doubt) {
            ledger->report.part = part_of;
            counting_finish(&domains->counting, s->session->version, &ledger->report);
        }
    }
}
