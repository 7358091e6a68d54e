/* SPDX-License-Identifier: MIT */
/* What the shows of exporters and their health have in common. */
#ifndef VIEW_BATCH_EXPORTERS_H
#define VIEW_BATCH_EXPORTERS_H

#include "flow/health.h"
#include "view/batch/run.h"

/* Of the templates of a family. */
struct exporter_templates {
    uint64_t data, options; /* versions */
    uint64_t redefined;
    uint64_t announced; /* times they were sent, all together */
    uint64_t intervals; /* between two announcements of the same one ... */
    double time;        /* ... and their sum, ns */
    uint32_t first;     /* in exporters.next; LEDGER_NONE: it has none */
    uint32_t last;
};

/* Sampling that options data of a family announce. */
struct exporter_sampling {
    uint32_t interval; /* for all flows; 0: none */
    uint32_t samplers;
    uint64_t changes, packet;
};

struct exporters_shown {
    struct exporter_templates *templates; /* by family */
    struct exporter_sampling *sampling;   /* by family */
    uint32_t *next;                       /* by template: the next of the family; LEDGER_NONE: no more */
    struct health *health;
    uint32_t count;
};

void exporters_shown_collect(const struct batch *b, struct exporters_shown *all);
void exporters_shown_release(struct exporters_shown *all);

/* Whether a template took the place of another one that was in force. */
bool exporters_shown_redefined(const struct nfdec_template *template);

/* "192.0.2.1 domain 7, port 50000 and 1 more: NetFlow v9". */
void exporter_head_text(struct strbuf *out, const struct ledger_exporter *e,
                        const struct nfdec_session *session);

/* Findings of an exporter, one behind the other, with their places; advice: and what is to be done. */
void exporter_findings_text(struct batch *b, const struct health *health, uint32_t family, bool advice);

void exporter_line_json(struct batch *b, const struct exporters_shown *all, uint32_t family,
                        const struct ledger_exporter *exporter, const struct nfdec_session *session);

#endif
