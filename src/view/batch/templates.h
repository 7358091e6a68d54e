/* SPDX-License-Identifier: MIT */
/* Templates as they appear within other shows. */
#ifndef VIEW_BATCH_TEMPLATES_H
#define VIEW_BATCH_TEMPLATES_H

#include "base/strbuf.h"
#include "nfdec/template.h"
#include "view/batch/run.h"

/* Adds a template to `out` as a line of JSON. */
void template_line_json(struct batch *b, const struct nfdec_template *template);

/* The fields as an aligned table, `indent` blanks in front of each line. */
void template_fields_text(struct strbuf *out, const struct nfdec_template *template, unsigned indent);

/* "8", of an enterprise "35632/123", of a reverse element "29305/1". */
void spec_id_text(struct strbuf *out, const struct nfdec_field_spec *spec);

/* The name that NetFlow v9 has for a field; NULL in other versions, or where it has none. */
const char *spec_v9_name(const struct nfdec_template *template, const struct nfdec_field_spec *spec);

#endif
