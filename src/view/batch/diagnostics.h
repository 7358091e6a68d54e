/* SPDX-License-Identifier: MIT */
/* Diagnostics as they appear within other shows. */
#ifndef VIEW_BATCH_DIAGNOSTICS_H
#define VIEW_BATCH_DIAGNOSTICS_H

#include "base/strbuf.h"
#include "nfdec/diagnostic.h"
#include "view/batch/run.h"

/* "offset", "severity", "code"; and "text", which comes last in an object. */
void diagnostic_json(struct strbuf *out, const struct nfdec_diagnostic *diagnostic);
void diagnostic_sentence_json(struct strbuf *out, const struct nfdec_diagnostic *diagnostic);

/* "offset 40 error set-no-template exporter 192.0.2.1 domain 1: ...", the exporter on demand */
void diagnostic_text(struct strbuf *out, const struct nfdec_diagnostic *diagnostic, bool exporter);

#endif
