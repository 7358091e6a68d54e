/* SPDX-License-Identifier: MIT */
/*
 * What there is to say of each exporter: is it losing packets, is its clock right, what do its templates do, what could
 * not be decoded, and what to do about it. Findings are made of the ledger's facts; views only format them.
 *
 *     struct health *health = health_new(ledger, decoder, use);
 *     for (i = 0; i < health_count(health); i++) {
 *         const struct health_finding *finding = health_at(health, i);
 *         health_sentence(finding, &text);          // "98 of 130 flows are missing (75.3 %)."
 *         ...health_advice(finding->code), finding->packet: where to look...
 *     }
 *     health_free(health);
 *
 * They are of the moment: while a run goes on, make new ones. They stand in the order of exporters, then of topics.
 * health.def lists them. A finding that is to be of what names and use of samplers say has its row and is added in
 * health.c by a function of its own, as all others are.
 */
#ifndef FLOW_HEALTH_H
#define FLOW_HEALTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "flow/ledger.h"
#include "flow/sampling_use.h"

/* Questions that findings answer, in this order. */
enum health_topic {
    HEALTH_LOSS,
    HEALTH_CLOCK,
    HEALTH_TIMES,
    HEALTH_TEMPLATES,
    HEALTH_DECODING,
    HEALTH_SAMPLING,
    HEALTH_TOPICS
};

enum health_severity { HEALTH_OK, HEALTH_NOTE, HEALTH_WARNING, HEALTH_ERROR };

enum health_code {
#define HEALTH(code, word, severity, topic, sentence, advice) HEALTH_##code,
#include "flow/health.def"
#undef HEALTH
    HEALTH_CODE_COUNT
};

struct health_finding {
    enum health_code code;
    uint32_t exporter;                   /* in ledger_exporter() */
    const struct nfdec_session *session; /* its first one */
    uint64_t packet;                     /* ledger_packet_number where to look; 0: nowhere */
    uint64_t a, b;                       /* counts, by code: see health.def */
    int64_t d, e, f;                     /* durations, ns, by code */
    uint16_t id;                         /* set or template */
    uint8_t counting;                    /* enum nfdec_counting of its sequence numbers */
    char *text;                          /* NULL: none */
};

struct health;

/* `use`: which samplers flows name; NULL where flows were not looked at. */
struct health *health_new(const struct ledger *ledger, const struct nfdec *decoder,
                          const struct sampling_use *use);
void health_free(struct health *health);
size_t health_count(const struct health *health);
const struct health_finding *health_at(const struct health *health, size_t index);

/* The worst of an exporter; HEALTH_OK where nothing is found. */
enum health_severity health_worst(const struct health *health, uint32_t exporter);

void health_sentence(const struct health_finding *finding, struct strbuf *out);
const char *health_advice(enum health_code code); /* "": nothing to be done */
const char *health_word(enum health_code code);
enum health_topic health_topic_of(enum health_code code);
enum health_severity health_severity_of(enum health_code code);
const char *health_topic_name(enum health_topic topic);          /* "loss" */
const char *health_severity_name(enum health_severity severity); /* "warning" */

#endif
