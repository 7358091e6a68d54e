/* SPDX-License-Identifier: MIT */
#include "view/tui/views/packet_rows.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "nfdec/announced.h"
#include "query/field.h"
#include "view/format.h"
#include "view/tui/packet/packet.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/shared.h"

#define KEPT       512   /* rows at hand; a power of two */
#define SETS_SHOWN 24    /* of a message */
#define LOOKS_MOST 20000 /* template sets that are read to find who carries a template */

enum column { FRAME, TIME = PACKET_TIME, EXPORTER, DOMAIN, VERSION, SEQUENCE, SETS, RECORDS, OCTETS };

#define SEQUENCE_WIDTH 10 /* columns of sequence numbers in narrow lists */

const struct list_column packet_columns[] = {
    [FRAME] = { .title = "Frame", .narrow = 6, .wide = 8, .most = 10, .right = true, .field = FIELD_FRAME },
    [TIME] = { .title = "Time", .narrow = 8, .wide = 12, .field = FIELD_RECEIVED },
    [EXPORTER] = COLUMN_OF_EXPORTER,
    [DOMAIN] = COLUMN_OF_DOMAIN,
    [VERSION] = { .title = "Ver", .full = "Version", .narrow = 5, .wide = 7, .field = FIELD_VERSION },
    [SEQUENCE] = { .title = "Seq",
                   .full = "Sequence",
                   .narrow = SEQUENCE_WIDTH,
                   .wide = 14,
                   .most = 18,
                   .whole = true,
                   .field = -1 },
    [SETS] = { .title = "Sets", .narrow = 14, .wide = 26, .most = 80, .least = 6, .field = -1 },
    [RECORDS] = { .title = "Recs", .full = "Records", .narrow = 4, .wide = 7, .right = true, .field = -1 },
    [OCTETS] = { .title = "Bytes", .narrow = 5, .wide = 6, .right = true, .field = -1 },
};
const unsigned packet_column_count = sizeof packet_columns / sizeof *packet_columns;

/* What takes longer to find out than to show. */
struct packet_row {
    bool there;
    uint32_t message;
    uint64_t records, gap;
    bool all_read; /* records is all of them */
    bool problem;
    struct ledger_message m;
    const struct nfdec_session *session;
    struct strbuf sets;
};

void packet_rows_init(struct packet_rows *rows, struct app *app, const struct target *target)
{
    *rows = (struct packet_rows) { .app = app, .target = *target, .looks = LOOKS_MOST };
    rows->kept = alloc_array(KEPT, sizeof *rows->kept);
}

void packet_rows_release(struct packet_rows *rows)
{
    for (size_t i = 0; i < KEPT; i++)
        strbuf_release(&rows->kept[i].sets);
    packet_filter_drop(&rows->job);
    shared_filter_drop(rows->filter);
    free(rows->kept);
    free(rows->chosen);
    free(rows->passed);
    problems_release(&rows->problems);
    replay_free(rows->replay);
}

uint32_t packet_message_of(const struct ledger *ledger, uint64_t packet)
{
    uint32_t count = ledger_message_count(ledger), low = 0, high = count;
    while (low < high) { /* they are in order where there is one input */
        uint32_t middle = low + (high - low) / 2;
        if (ledger_message(ledger, middle)->packet < packet)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < count && ledger_message(ledger, low)->packet == packet)
        return low;
    for (uint32_t i = 0; i < count; i++)
        if (ledger_message(ledger, i)->packet == packet)
            return i;
    return PACKET_NONE;
}

/* --- which rows there are --- */

static bool subset(const struct packet_rows *rows)
{
    return rows->target.kind == TARGET_EXPORTER || rows->target.kind == TARGET_TEMPLATE;
}

/* Whether a template set announces this version; only as many are read as is done at once. */
static bool announces(struct packet_rows *rows, uint32_t index, const struct nfdec_template *template)
{
    struct nfdec_set set;
    struct nfdec_announced announced;
    if (!rows->replay || rows->looks == 0)
        return false;
    rows->looks--;
    if (!replay_set(rows->replay, index, &set))
        return false;
    nfdec_announced_begin(&announced, &set);
    while (nfdec_announced_next(&announced))
        if (announced.template == template)
            return true;
    return false;
}

static bool carries(struct packet_rows *rows, const struct session *run, const struct ledger_message *m)
{
    const struct ledger *ledger = session_ledger(run);
    const struct nfdec_template *template =
        nfdec_template_at(session_decoder(run), (uint32_t)rows->target.number);
    if (!template)
        return false;
    for (uint32_t i = 0; i < m->set_count; i++) {
        const struct ledger_set *set = ledger_set(ledger, m->first_set + i);
        bool templates = set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES;
        if (!templates && set->template == template->index)
            return true;
        if (templates && m->session == template->session->index &&
            announces(rows, m->first_set + i, template))
            return true;
    }
    return false;
}

static bool wanted(struct packet_rows *rows, const struct session *run, const struct ledger_message *m)
{
    if (rows->target.kind == TARGET_TEMPLATE)
        return carries(rows, run, m);
    if (rows->target.kind != TARGET_EXPORTER)
        return true;
    const struct nfdec_session *session = nfdec_session_at(session_decoder(run), m->session);
    return session && session->family == rows->target.number;
}

static void add_chosen(struct packet_rows *rows, uint32_t message)
{
    rows->chosen = alloc_grow(rows->chosen, rows->count, &rows->chosen_capacity, sizeof *rows->chosen);
    rows->chosen[rows->count++] = message;
}

/* All there are, or those that are wanted: of the new ones, or of those that the filter lets through. */
static void choose(struct packet_rows *rows, const struct session *run)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t end = ledger_message_count(ledger);
    if (rows->passed || subset(rows)) {
        for (size_t i = 0; rows->passed && i < rows->passed_count; i++)
            if (wanted(rows, run, ledger_message(ledger, rows->passed[i])))
                add_chosen(rows, rows->passed[i]);
        for (; !rows->passed && rows->seen < end; rows->seen++)
            if (wanted(rows, run, ledger_message(ledger, rows->seen)))
                add_chosen(rows, rows->seen);
    } else {
        rows->count = end;
    }
}

/* What was chosen is to be chosen anew. */
static void forget_chosen(struct packet_rows *rows)
{
    free(rows->chosen);
    rows->chosen = NULL;
    rows->chosen_capacity = 0;
    rows->count = 0;
    rows->seen = 0;
    rows->looks = LOOKS_MOST;
}

static void forget_kept(struct packet_rows *rows)
{
    for (size_t i = 0; i < KEPT; i++)
        rows->kept[i].there = false;
}

static void take_passed(void *user, struct packet_filter *found)
{
    struct packet_rows *rows = user;
    const struct session *run = app_session(rows->app);
    rows->job = NULL;
    app_draw_again(rows->app);
    if (!found->base.whole || !run || found->base.generation != session_generation(run))
        return; /* it is asked for again */
    free(rows->passed);
    rows->passed = found->message ? found->message : alloc_new(sizeof *rows->passed);
    rows->passed_count = found->count;
    found->message = NULL;
    flow_pace_done(&rows->pace, &found->base);
    rows->stale = !found->base.last;
    forget_chosen(rows);
    choose(rows, run);
    rows->others = true;
}

/* A view of one packet, or of the packet of a flow, shows those around it as well. */
static struct shared_filter *filter_for(const struct packet_rows *rows)
{
    bool one = rows->target.kind == TARGET_PACKET || rows->target.kind == TARGET_FLOW;
    return one ? NULL : app_filter(rows->app);
}

static void forget_passed(struct packet_rows *rows)
{
    free(rows->passed);
    rows->passed = NULL;
    forget_chosen(rows);
}

/* Another filter, or none: where they are seen, rows stay until more is known. */
static void take_filter(struct packet_rows *rows, const struct session *run, bool shown)
{
    struct shared_filter *before = rows->filter;
    rows->filter = shared_filter_hold(filter_for(rows));
    shared_filter_drop(before);
    packet_filter_drop(&rows->job);
    rows->pace = (struct flow_pace) { 0 };
    rows->stale = true;
    if (rows->filter && shown)
        return;
    forget_passed(rows);
    if (!rows->filter)
        choose(rows, run);
    rows->others = true;
    app_draw_again(rows->app);
}

/* Messages are numbered anew: the oldest are gone. */
static void renumber(struct packet_rows *rows, const struct session *run)
{
    rows->generation = session_generation(run);
    rows->renumbered = rows->stale = true;
    packet_filter_drop(&rows->job);
    rows->pace = (struct flow_pace) { 0 };
    forget_passed(rows);
    problems_release(&rows->problems);
    replay_free(rows->replay);
    rows->replay = NULL;
}

void packet_rows_update(struct packet_rows *rows)
{
    const struct session *run = app_session(rows->app);
    if (!run)
        return;
    if (rows->generation != session_generation(run))
        renumber(rows, run);
    if (!rows->replay)
        rows->replay = replay_new(run);
    if (!rows->problems.ordered)
        problems_update(&rows->problems, session_ledger(run), !app_loading(rows->app));
    forget_kept(rows);
    if (!rows->filter && !filter_for(rows))
        choose(rows, run);
}

void packet_rows_tend(struct packet_rows *rows, bool shown)
{
    const struct session *run = app_session(rows->app);
    if (!shown)
        packet_filter_drop(&rows->job);
    if (!run || !rows->replay)
        return;
    if (rows->filter != filter_for(rows))
        take_filter(rows, run, shown);
    if (!shown || !rows->filter || rows->job || !rows->stale)
        return;
    if (!app_loading(rows->app) || flow_pace_due(&rows->pace, rows->app, flow_store_rows(session_store(run))))
        rows->job = packet_filter_start(rows->app, take_passed, rows);
}

uint32_t packet_rows_message(const struct packet_rows *rows, uint64_t row)
{
    if (row >= rows->count)
        return PACKET_NONE;
    return rows->chosen ? rows->chosen[row] : (uint32_t)row;
}

uint64_t packet_rows_find(const struct packet_rows *rows, uint32_t message)
{
    uint64_t low = 0, high = rows->count;
    if (!rows->chosen)
        return message < rows->count ? message : LIST_NONE;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (rows->chosen[middle] < message)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->count ? low : LIST_NONE;
}

uint64_t packet_rows_problem(const struct packet_rows *rows, uint64_t from, bool forward)
{
    const struct session *run = app_session(rows->app);
    if (!run || ledger_diagnostic_count(session_ledger(run)) == 0)
        return LIST_NONE;
    for (uint64_t row = from; forward ? ++row < rows->count : row-- > 0;)
        if (problems_message(&rows->problems, session_ledger(run), packet_rows_message(rows, row)))
            return row;
    return LIST_NONE;
}

/* --- what they show --- */

/* "T256,257", "OT300 W256", by the octets; they may be gone. */
static void announced_words(struct packet_rows *rows, uint32_t index, const struct ledger_set *s,
                            struct strbuf *out)
{
    struct nfdec_announced announced;
    struct nfdec_set set;
    bool any = false, before = false;
    const char *options = s->kind == NFDEC_SET_OPTIONS_TEMPLATES ? "O" : "";
    if (!rows->replay || !replay_set(rows->replay, index, &set)) {
        strbuf_format(out, "%sT×%u", options, s->records);
        return;
    }
    nfdec_announced_begin(&announced, &set);
    while (nfdec_announced_next(&announced)) {
        if (any && announced.withdrawal == before)
            strbuf_char(out, ',');
        else
            strbuf_format(out, "%s%s%c", any ? " " : "", options, announced.withdrawal ? 'W' : 'T');
        if (announced.id < 256)
            strbuf_text(out, " all");
        else
            strbuf_unsigned(out, announced.id);
        before = announced.withdrawal;
        any = true;
    }
    if (!any)
        strbuf_format(out, "%sT", options);
}

/* Why a set was not decoded, in two words. */
static const char *reason_of(const struct packet_rows *rows, const struct ledger *ledger, uint64_t packet,
                             const struct ledger_set *set)
{
    if (set->state == NFDEC_SET_WAITING)
        return "no template";
    for (size_t i = problems_first(&rows->problems, ledger, packet); i != PROBLEMS_END;
         i = problems_next(&rows->problems, ledger, i)) {
        const struct nfdec_diagnostic *d = ledger_diagnostic(ledger, i);
        if (d->offset < set->offset || d->offset - set->offset >= set->length)
            continue;
        switch (d->code) {
        case NFDEC_DIAG_SET_NO_TEMPLATE:
        case NFDEC_DIAG_WAITING_LIMIT:
            return "no template";
        case NFDEC_DIAG_SET_WITHDRAWN:
            return "withdrawn";
        case NFDEC_DIAG_RESERVED_SET:
            return "reserved";
        default:
            break;
        }
    }
    return "not decoded";
}

static void set_words(struct packet_rows *rows, const struct session *run, struct packet_row *row,
                      uint32_t index)
{
    static const char *const letter[] = {
        [NFDEC_SET_DATA] = "D", [NFDEC_SET_OPTIONS] = "OD", [NFDEC_SET_UNKNOWN] = "?"
    };
    const struct ledger *ledger = session_ledger(run);
    const struct ledger_set *set = ledger_set(ledger, index);
    struct strbuf *out = &row->sets;
    if (out->length > 0)
        strbuf_char(out, ' ');
    if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES) {
        announced_words(rows, index, set, out);
        return;
    }
    strbuf_text(out, letter[set->kind]);
    if (row->m.version >= 9)
        strbuf_unsigned(out, set->id);
    if (set->state != NFDEC_SET_DECODED)
        strbuf_format(out, "(%s)", reason_of(rows, ledger, row->m.packet, set));
    else if (set->late)
        strbuf_text(out, "(late)");
}

static uint64_t gap_of(const struct packet_rows *rows, const struct ledger *ledger, uint32_t message)
{
    uint64_t packet = ledger_message(ledger, message)->packet;
    for (size_t i = problems_first(&rows->problems, ledger, packet); i != PROBLEMS_END;
         i = problems_next(&rows->problems, ledger, i)) {
        const struct nfdec_diagnostic *d = ledger_diagnostic(ledger, i);
        if (d->code == NFDEC_DIAG_SEQUENCE_GAP && problems_belong(ledger, message, d))
            return d->a;
    }
    return 0;
}

static void make_row(struct packet_rows *rows, const struct session *run, struct packet_row *row,
                     uint32_t message)
{
    const struct ledger *ledger = session_ledger(run);
    row->m = *ledger_message(ledger, message);
    row->session = nfdec_session_at(session_decoder(run), row->m.session);
    row->message = message;
    row->there = row->all_read = true;
    row->records = 0;
    row->problem = problems_message(&rows->problems, ledger, message);
    row->gap = row->problem ? gap_of(rows, ledger, message) : 0;
    strbuf_clear(&row->sets);
    strbuf_text(&row->sets, "");
    for (uint32_t i = 0; i < row->m.set_count; i++) {
        const struct ledger_set *set = ledger_set(ledger, row->m.first_set + i);
        if (i < SETS_SHOWN)
            set_words(rows, run, row, row->m.first_set + i);
        else if (i == SETS_SHOWN)
            strbuf_text(&row->sets, " …");
        if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES)
            continue;
        row->all_read &= set->state == NFDEC_SET_DECODED;
        row->records += set->state == NFDEC_SET_DECODED ? set->records : 0;
    }
}

/* NULL: it is not at hand, and cannot be read now. */
static struct packet_row *row_at(struct packet_rows *rows, uint64_t index)
{
    const struct session *run = app_session(rows->app);
    uint32_t message = packet_rows_message(rows, index);
    struct packet_row *row = &rows->kept[index % KEPT];
    if (row->there && row->message == message)
        return row;
    if (!run || message >= ledger_message_count(session_ledger(run)))
        return NULL;
    make_row(rows, run, row, message);
    return row;
}

static uint64_t count(void *user)
{
    return ((struct packet_rows *)user)->count;
}

static uint64_t id(void *user, uint64_t row)
{
    return packet_rows_message(user, row);
}

static uint64_t find(void *user, uint64_t id_)
{
    return packet_rows_find(user, (uint32_t)id_);
}

static bool problem(void *user, uint64_t index)
{
    const struct packet_row *row = row_at(user, index);
    return row && row->problem;
}

/* "350 (+43)"; where there is no room for both, how many are missing: "gap +43". */
static void sequence_cell(const struct packet_row *row, bool wide, struct strbuf *out, enum role *role)
{
    size_t at = out->length;
    if (row->m.version == 1)
        strbuf_char(out, '-');
    else
        strbuf_unsigned(out, row->m.sequence);
    if (row->gap == 0)
        return;
    *role = ROLE_PROBLEM;
    strbuf_format(out, " (+%" PRIu64 ")", row->gap);
    if (wide || out->length - at <= SEQUENCE_WIDTH)
        return;
    out->length = at;
    strbuf_format(out, "gap +%" PRIu64, row->gap);
}

static void time_cell(struct packet_rows *rows, uint64_t index, int64_t time, struct strbuf *out, bool wide)
{
    bool delta = app_forms(rows->app)->time == TIME_FORM_DELTA;
    const struct packet_row *before = delta && index > 0 ? row_at(rows, index - 1) : NULL;
    if (time)
        amount_row_time(out, time, before && before->m.time ? &before->m.time : NULL, rows->app, wide);
    else
        strbuf_char(out, '-');
}

static void cell(void *user, uint64_t index, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct packet_rows *rows = user;
    const struct packet_row *row = row_at(rows, index);
    if (!row) {
        strbuf_text(out, "…");
        *role = ROLE_DIM;
        return;
    }
    struct addr address = addr_from(row->session->address, row->session->address_length);
    switch ((enum column)column) {
    case FRAME:
        strbuf_unsigned(out, ledger_frame(row->m.packet));
        break;
    case TIME:
        time_cell(rows, index, row->m.time, out, wide);
        break;
    case EXPORTER:
        amount_endpoint(out, &address, false, 0);
        break;
    case DOMAIN:
        if (row->m.version == 5 || row->m.version >= 9)
            strbuf_unsigned(out, row->session->domain);
        else
            strbuf_char(out, '-');
        break;
    case VERSION:
        strbuf_text(out, format_version(row->m.version));
        break;
    case SEQUENCE:
        sequence_cell(row, wide, out, role);
        break;
    case SETS:
        strbuf_text(out, row->sets.data);
        break;
    case RECORDS:
        if (row->all_read || row->records > 0)
            strbuf_unsigned(out, row->records);
        if (!row->all_read)
            strbuf_char(out, '?');
        break;
    case OCTETS:
        strbuf_unsigned(out, row->m.length);
        break;
    }
}

bool packet_rows_value(struct packet_rows *rows, uint64_t index, unsigned column, struct strbuf *out)
{
    const struct packet_row *row = row_at(rows, index);
    if (!row)
        return false;
    struct addr address = addr_from(row->session->address, row->session->address_length);
    switch ((enum column)column) {
    case FRAME:
        strbuf_unsigned(out, ledger_frame(row->m.packet));
        return true;
    case TIME:
        format_utc_time(out, row->m.time);
        return row->m.time != 0;
    case EXPORTER:
        amount_endpoint(out, &address, false, 0);
        return true;
    case DOMAIN:
        strbuf_unsigned(out, row->session->domain);
        return row->m.version == 5 || row->m.version >= 9;
    case VERSION:
        strbuf_unsigned(out, row->m.version);
        return true;
    default:
        return false;
    }
}

const struct list_ops packet_list_ops = {
    .count = count, .id = id, .find = find, .cell = cell, .problem = problem
};
