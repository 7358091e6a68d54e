/* SPDX-License-Identifier: MIT */
#include "view/why.h"

#include "view/format.h"

#define WHY_SIZE  1024
#define SEEN_MOST 4u /* exporters that are named */

/* An exporter whose flows are duplicates. */
struct seen {
    uint32_t family;
    const struct nfdec_session *session;
    uint32_t records;
    bool counted; /* other flows of its are counted */
};

struct others {
    struct seen seen[SEEN_MOST];
    unsigned count;
    uint32_t beyond; /* records of exporters that are not named */
};

static const struct nfdec_session *session_of(const struct session *run, uint32_t row)
{
    uint64_t index = flow_store_value(session_store(run), row, NFDEC_COL_SESSION);
    return nfdec_session_at(session_decoder(run), (uint32_t)index);
}

static struct seen *seen_by(struct others *others, const struct nfdec_session *session)
{
    for (unsigned i = 0; i < others->count; i++)
        if (others->seen[i].family == session->family)
            return &others->seen[i];
    return NULL;
}

static void note_duplicate(struct others *others, const struct nfdec_session *session)
{
    struct seen *seen = seen_by(others, session);
    if (!seen && others->count == SEEN_MOST) {
        others->beyond++;
        return;
    }
    if (!seen) {
        seen = &others->seen[others->count++];
        *seen = (struct seen) { .family = session->family, .session = session };
    }
    seen->records++;
}

static void find_others(struct others *others, const struct session *run, uint32_t index)
{
    const struct pairs *pairs = session_pairs(run);
    for (uint32_t r = pairs_first_row(pairs, index); r != PAIR_NONE; r = pairs_next_row(pairs, r))
        if (pairs_row_duplicate(pairs, r))
            note_duplicate(others, session_of(run, r));
    for (uint32_t r = pairs_first_row(pairs, index); r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        struct seen *seen = pairs_row_duplicate(pairs, r) ? NULL : seen_by(others, session_of(run, r));
        if (seen)
            seen->counted = true;
    }
}

void why_text(struct strbuf *out, const struct session *run, uint32_t index,
              const struct connection *connection)
{
    char text[WHY_SIZE];
    struct others others = { .count = 0 };
    connection_why(connection, text, sizeof text);
    strbuf_text(out, text);
    if (!connection->duplicates)
        return;
    find_others(&others, run, index);
    for (unsigned i = 0; i < others.count; i++) {
        const struct seen *seen = &others.seen[i];
        struct addr address = addr_from(seen->session->address, seen->session->address_length);
        strbuf_text(out, seen->counted ? "; told again by " : "; also seen by ");
        format_address(out, &address);
        strbuf_text(out, " (");
        format_count(out, seen->records, "flow record");
        strbuf_text(out, " not counted)");
    }
    if (others.beyond) {
        strbuf_text(out, "; and by others (");
        format_count(out, others.beyond, "flow record");
        strbuf_text(out, " not counted)");
    }
}
