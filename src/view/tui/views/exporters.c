/* SPDX-License-Identifier: MIT */
/* View 4: exporters, and of the current one what there is to say of its health. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"
#include "query/field.h"
#include "view/format.h"
#include "view/tui/packet/header.h"
#include "view/tui/packet/packet.h"
#include "view/tui/panel/list.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/findings.h"
#include "view/tui/views/narrow.h"
#include "view/tui/views/packet_line.h"
#include "view/tui/views/packet_rows.h"
#include "view/tui/views/rate.h"
#include "view/tui/views/summary.h"
#include "view/tui/views/split.h"
#include "view/tui/views/views.h"
#include "view/tui/views/shared.h"

#define PANES_HEIGHT 14 /* of the view, from which there is room for both panes */

enum column { EXPORTER, DOMAIN, VERSION, PACKETS, FLOWS, LOST, UNDECODED, TEMPLATES, SKEW, RATE };

static const struct list_column columns[] = {
    [EXPORTER] = COLUMN_OF_EXPORTER,
    [DOMAIN] = { .title = "Dom",
                 .full = "Domain",
                 .narrow = 7,
                 .wide = 7,
                 .most = 10,
                 .right = true,
                 .field = FIELD_DOMAIN },
    [VERSION] = { .title = "Ver", .full = "Version", .narrow = 5, .wide = 7, .field = FIELD_VERSION },
    [PACKETS] = { .title = "Pkts", .full = "Packets", .narrow = 5, .wide = 7, .right = true, .field = -1 },
    [FLOWS] = { .title = "Flows", .narrow = 5, .wide = 7, .right = true, .field = -1 },
    [LOST] = { .title = "Lost%", .full = "Lost %", .narrow = 6, .wide = 6, .right = true, .field = -1 },
    [UNDECODED] = { .title = "Undec",
                    .full = "Undecoded",
                    .narrow = 6,
                    .wide = 9,
                    .right = true,
                    .field = -1 },
    [TEMPLATES] = { .title = "Tmpl",
                    .full = "Templates",
                    .narrow = 4,
                    .wide = 9,
                    .right = true,
                    .field = -1 },
    [SKEW] = { .title = "Clock", .narrow = 9, .wide = 9, .right = true, .field = -1 },
    [RATE] = { .title = "Activity",
               .full = "Packets over time",
               .narrow = 8,
               .wide = 24,
               .most = 48,
               .field = -1 },
};

/* Of an exporter of the ledger. */
struct exporter_facts {
    uint32_t templates;
    size_t first, findings; /* of the health: from which on, how many */
    bool wrong;             /* a warning or an error is among them */
};

struct exporters {
    struct app *app;
    struct list list;
    struct findings findings;
    struct health *health;
    struct rate rate;
    uint32_t *family; /* by row: those that sent something */
    size_t count, capacity;
    uint32_t seen;                /* exporters of the ledger */
    struct exporter_facts *facts; /* by family */
    uint32_t facts_room, templates_seen;
    struct target target;
    uint64_t warned; /* exporters with a warning or an error */
    bool stale;      /* the health is of a moment ago */
    bool inner;      /* the findings have the keys */
    bool zoom;
};

static const struct ledger_exporter *exporter_at(const struct exporters *view, uint64_t row)
{
    const struct session *run = app_session(view->app);
    return run && row < view->count ? ledger_exporter(session_ledger(run), view->family[row]) : NULL;
}

static const struct nfdec_session *session_of(const struct exporters *view, const struct ledger_exporter *e)
{
    return nfdec_session_at(session_decoder(app_session(view->app)), e->first_session);
}

static uint64_t count(void *user)
{
    return ((const struct exporters *)user)->count;
}

static struct exporter_facts facts_of(const struct exporters *view, uint64_t row)
{
    bool known = row < view->count && view->family[row] < view->facts_room;
    return known ? view->facts[view->family[row]] : (struct exporter_facts) { .templates = 0 };
}

static bool problem(void *user, uint64_t row)
{
    return facts_of(user, row).wrong;
}

static uint64_t undecoded(const struct ledger_exporter *e)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < LEDGER_UNDECODED; i++)
        sum += e->undecoded[i];
    return sum;
}

static void lost_cell(const struct ledger_exporter *e, const struct nfdec_session *session,
                      struct strbuf *out, enum role *role)
{
    const struct sequence_counts *s = &e->sequence;
    if (session->version == 1 || s->expected == 0) {
        strbuf_char(out, '-');
        return;
    }
    if (s->lost > 0)
        *role = ROLE_PROBLEM;
    strbuf_format(out, "%.1f%c", 100.0 * (double)s->lost / (double)s->expected, s->lost > 0 ? '!' : ' ');
}

/* What the header's clock was off at most. */
static void skew_cell(const struct ledger_exporter *e, struct strbuf *out)
{
    int64_t skew = -e->min_skew > e->max_skew ? e->min_skew : e->max_skew;
    if (e->last_time == 0) {
        strbuf_char(out, '-');
        return;
    }
    char text[TIME_TEXT];
    time_span_text(skew, text);
    strbuf_format(out, "%c%s", skew < 0 ? '-' : '+', text);
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct exporters *view = user;
    const struct ledger_exporter *e = exporter_at(view, row);
    enum unit_form unit = app_forms(view->app)->unit;
    (void)wide;
    if (!e) {
        strbuf_text(out, "…");
        *role = ROLE_DIM;
        return;
    }
    const struct nfdec_session *session = session_of(view, e);
    struct addr address = addr_from(session->address, session->address_length);
    switch ((enum column)column) {
    case EXPORTER:
        amount_endpoint(out, &address, false, 0);
        break;
    case DOMAIN:
        if (session->version == 5 || session->version >= 9)
            strbuf_unsigned(out, session->domain);
        else
            strbuf_char(out, '-');
        break;
    case VERSION:
        strbuf_text(out, format_version(session->version));
        break;
    case PACKETS:
        amount_octets(out, e->packets, unit);
        break;
    case FLOWS:
        amount_octets(out, e->flows, unit);
        break;
    case LOST:
        lost_cell(e, session, out, role);
        break;
    case UNDECODED:
        amount_octets(out, undecoded(e), unit);
        strbuf_char(out, undecoded(e) ? '!' : ' ');
        if (undecoded(e))
            *role = ROLE_PROBLEM;
        break;
    case TEMPLATES:
        strbuf_unsigned(out, facts_of(view, row).templates);
        break;
    case SKEW:
        skew_cell(e, out);
        break;
    case RATE:
        rate_text(&view->rate, view->family[row], (unsigned)view->list.place[RATE].width, out);
        *role = ROLE_BAR;
        break;
    }
}

static uint64_t id(void *user, uint64_t row)
{
    const struct exporters *view = user;
    return list_number_at(view->family, view->count, row);
}

static uint64_t find(void *user, uint64_t family)
{
    const struct exporters *view = user;
    return list_number_find(view->family, view->count, family);
}

static const struct list_ops list_ops = {
    .count = count, .id = id, .find = find, .cell = cell, .problem = problem
};

/* --- what was read meanwhile --- */

static void count_templates(struct exporters *view, const struct session *run)
{
    const struct nfdec_template *t;
    uint32_t all = ledger_exporter_count(session_ledger(run));
    if (all > view->facts_room) {
        view->facts = alloc_resize(view->facts, all, sizeof *view->facts);
        memset(view->facts + view->facts_room, 0, (all - view->facts_room) * sizeof *view->facts);
        view->facts_room = all;
    }
    for (; (t = nfdec_template_at(session_decoder(run), view->templates_seen)); view->templates_seen++)
        if (t->kind != NFDEC_TEMPLATE_FIXED && t->session->family < all)
            view->facts[t->session->family].templates++;
}

/* They stand in the order of exporters. */
static void look_at_health(struct exporters *view, const struct session *run)
{
    health_free(view->health);
    view->health = health_new(session_ledger(run), session_decoder(run), session_sampling_use(run));
    for (uint32_t i = 0; i < view->facts_room; i++)
        view->facts[i].findings = view->facts[i].wrong = 0;
    view->warned = 0;
    for (size_t i = 0; i < health_count(view->health); i++) {
        const struct health_finding *finding = health_at(view->health, i);
        if (finding->exporter >= view->facts_room)
            continue;
        struct exporter_facts *facts = &view->facts[finding->exporter];
        bool wrong = health_severity_of(finding->code) >= HEALTH_WARNING;
        if (facts->findings++ == 0)
            facts->first = i;
        view->warned += wrong && !facts->wrong;
        facts->wrong |= wrong;
    }
}

static void list_new(struct exporters *view, const struct session *run)
{
    const struct ledger *ledger = session_ledger(run);
    for (; view->seen < ledger_exporter_count(ledger); view->seen++) {
        if (ledger_exporter(ledger, view->seen)->packets == 0)
            continue;
        view->family = alloc_grow(view->family, view->count, &view->capacity, sizeof *view->family);
        view->family[view->count++] = view->seen;
        if (view->target.kind == TARGET_EXPORTER && view->target.number == view->seen)
            list_go(&view->list, view->count - 1);
    }
}

static void update(struct exporters *view)
{
    const struct session *run = app_session(view->app);
    if (!run || !view->stale)
        return;
    view->stale = false;
    list_new(view, run);
    count_templates(view, run);
    rate_update(&view->rate, run);
    look_at_health(view, run);
}

/* --- the contract --- */

static void *open_view(struct app *app, const struct target *target)
{
    struct exporters *view = alloc_new(sizeof *view);
    view->app = app;
    view->target = *target;
    view->stale = true;
    view->list = (struct list) { .ops = &list_ops,
                                 .user = view,
                                 .columns = columns,
                                 .column_count = sizeof columns / sizeof *columns,
                                 .id = LIST_NONE,
                                 .sorted = -1 };
    update(view);
    return view;
}

static void close_view(void *self)
{
    struct exporters *view = self;
    list_release(&view->list);
    health_free(view->health);
    rate_release(&view->rate);
    free(view->family);
    free(view->facts);
    free(view);
}

static uint32_t contexts(void *self)
{
    const struct exporters *view = self;
    uint32_t contexts = IN_EXPORTERS | IN_ROWS | IN_PANES;
    if (view->inner)
        return contexts | IN_INNER | (findings_current(&view->findings) ? IN_DRILL : 0u);
    return contexts | IN_COLUMNS | IN_FIND | (view->count ? IN_DRILL | IN_WRITE : 0u);
}

static void draw_findings(struct exporters *view, struct cells *cells, struct area area)
{
    const struct ledger_exporter *e = exporter_at(view, view->list.cursor);
    struct strbuf text = { 0 };
    if (e) {
        packet_exporter(&text, session_of(view, e));
        strbuf_text(&text, ": health");
    }
    cells_rule(cells, area, 0, text.length ? text.data : "");
    strbuf_release(&text);
    view->findings.focus = view->inner;
    findings_draw(&view->findings, cells, area_rows(area, 1, area.height - 1));
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct exporters *view = self;
    update(view);
    struct exporter_facts facts = facts_of(view, view->list.cursor);
    findings_of(&view->findings, view->health, facts.first, facts.findings);
    view->list.wide = area.width >= LIST_WIDE;
    view->list.focus = !view->inner;
    if (view->zoom || area.height < PANES_HEIGHT) {
        if (view->inner)
            draw_findings(view, cells, area);
        else
            list_draw(&view->list, cells, area);
        return;
    }
    struct split split = area.width >= SPLIT_BESIDE ? split_beside(cells, area, split_rest(area.width))
                                                    : split_below(area, view->count, area.height * 2 / 5);
    view->list.wide = split.list.width >= LIST_WIDE;
    list_draw(&view->list, cells, split.list);
    draw_findings(view, cells, split.pane);
}

/* --- keys --- */

/* Its connections; its packets where it has no flows, or if they are wanted. */
static unsigned open_exporter(struct exporters *view, bool packets)
{
    const struct ledger_exporter *e = exporter_at(view, view->list.cursor);
    if (!e)
        return EFFECT_REFUSED;
    const struct nfdec_session *session = session_of(view, e);
    struct target target = { .kind = TARGET_EXPORTER, .number = session->family };
    if (packets || e->flows == 0)
        return app_push(view->app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
    struct strbuf filter = { 0 };
    narrow_exporter(&filter, session);
    bool done = app_set_filter(view->app, filter.data) && app_push(view->app, VIEW_CONNECTIONS, &target);
    strbuf_release(&filter);
    return done ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* The part of the message that a finding is about: a set, or a field of the header. */
static void find_part(const struct session *run, const struct health_finding *f, struct target *target)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t index = packet_message_of(ledger, f->packet);
    if (index == PACKET_NONE)
        return;
    const struct ledger_message *m = ledger_message(ledger, index);
    enum health_topic topic = health_topic_of(f->code);
    for (uint32_t i = 0; i < m->set_count && f->id != 0; i++) {
        const struct ledger_set *set = ledger_set(ledger, m->first_set + i);
        if (set->id != f->id || target->length > 0)
            continue;
        target->first = set->offset;
        target->length = set->length;
    }
    if (target->length > 0 || (topic != HEALTH_LOSS && topic != HEALTH_CLOCK))
        return;
    const struct header_field *field = header_fields(m->version);
    for (; field->name; field++) {
        bool time = field->unit == 's', sequence = field->unit == '#';
        if (topic == HEALTH_LOSS ? !sequence : !time)
            continue;
        target->first = m->offset + field->offset;
        target->length = field->length;
    }
}

static unsigned open_finding(struct exporters *view)
{
    const struct session *run = app_session(view->app);
    const struct health_finding *f = findings_current(&view->findings);
    if (!run || !f)
        return EFFECT_REFUSED;
    if (f->packet == 0) {
        app_say(view->app, "this is not about a single packet");
        return EFFECT_REFUSED;
    }
    struct target target = { .kind = TARGET_PACKET, .number = f->packet };
    find_part(run, f, &target);
    return app_push(view->app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* The next finding that is wrong, of this exporter or the next ones. */
static unsigned go_to_problem(struct exporters *view, bool forward)
{
    if (view->inner ? findings_problem(&view->findings, forward) : false)
        return EFFECT_DRAW;
    for (uint64_t row = view->list.cursor; forward ? ++row < view->count : row-- > 0;) {
        if (!problem(view, row))
            continue;
        list_go(&view->list, row);
        view->findings.cursor = 0;
        return EFFECT_DRAW;
    }
    app_say(view->app, "nothing %s is wrong", forward ? "further down" : "further up");
    return EFFECT_REFUSED;
}

static unsigned act_pane(struct exporters *view, enum request request, const struct event *event)
{
    if (view->inner)
        return findings_act(&view->findings, request, event) ? EFFECT_DRAW : EFFECT_REFUSED;
    uint64_t before = view->list.cursor;
    if (!list_act(&view->list, request, event))
        return EFFECT_REFUSED;
    if (view->list.cursor != before)
        view->findings.cursor = 0;
    return EFFECT_DRAW;
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct exporters *view = self;
    switch (request) {
    case REQUEST_ENTER:
        return view->inner ? open_finding(view) : open_exporter(view, false);
    case REQUEST_ITS_PACKETS:
        return open_exporter(view, true);
    case REQUEST_PANE_NEXT:
    case REQUEST_PANE_PREVIOUS:
        view->inner = !view->inner;
        return EFFECT_DRAW;
    case REQUEST_PANE_BACK:
        view->inner = false;
        return EFFECT_DRAW;
    case REQUEST_ZOOM:
        view->zoom = !view->zoom;
        return EFFECT_DRAW;
    case REQUEST_PROBLEM_NEXT:
    case REQUEST_PROBLEM_PREVIOUS:
        return go_to_problem(view, request == REQUEST_PROBLEM_NEXT);
    default:
        return act_pane(view, request, event);
    }
}

static unsigned mouse(void *self, const struct event *event)
{
    struct exporters *view = self;
    int heading;
    if (list_mouse(&view->list, event, &heading)) {
        view->inner = false;
        return event->twice && heading < 0 ? open_exporter(view, false) : EFFECT_DRAW;
    }
    if (!findings_mouse(&view->findings, event))
        return EFFECT_REFUSED;
    view->inner = true;
    return event->twice ? open_finding(view) : EFFECT_DRAW;
}

static void changed(void *self, unsigned changes)
{
    struct exporters *view = self;
    view->stale |= (changes & (CHANGE_DATA | CHANGE_LOADED)) != 0;
    list_sync(&view->list);
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct exporters *view = self;
    if (view->inner)
        strbuf_format(left, "%zu finding%s", view->findings.count, view->findings.count == 1 ? "" : "s");
    else
        summary_status(view->app, left);
    strbuf_format(right, "%" PRIu64 " of %zu", view->count ? view->list.cursor + 1 : 0, view->count);
}

static void result(void *self, struct strbuf *out)
{
    const struct exporters *view = self;
    format_count(out, view->count, "exporter");
    if (view->warned)
        strbuf_format(out, ", %" PRIu64 " with problems", view->warned);
}

static void crumb(void *self, struct strbuf *out)
{
    (void)self;
    strbuf_text(out, "exporters");
}

static struct list *list_of(void *self)
{
    struct exporters *view = self;
    return view->inner ? NULL : &view->list;
}

static bool cell_value(void *self, unsigned column, struct strbuf *out)
{
    struct exporters *view = self;
    const struct ledger_exporter *e = exporter_at(view, view->list.cursor);
    if (!e)
        return false;
    const struct nfdec_session *session = session_of(view, e);
    struct addr address = addr_from(session->address, session->address_length);
    if (column == EXPORTER)
        amount_endpoint(out, &address, false, 0);
    else if (column == DOMAIN && session->version != 1 && session->version != 7)
        strbuf_unsigned(out, session->domain);
    else if (column == VERSION)
        strbuf_unsigned(out, session->version);
    return out->length > 0;
}

const struct view_ops view_exporters = {
    .name = "exporters",
    .title = "Exporters",
    .brief = "Exporters",
    .about = "A row is who sent flows: an address with its version and observation domain, all its ports "
             "together. "
             "Lost is what its sequence numbers miss, Undec counts sets that could not be decoded, Clock is "
             "what its "
             "clock was off the capture's at most. The pane below says what that means; Enter there goes to "
             "the packet.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .keys = IN_EXPORTERS | IN_ROWS | IN_DRILL | IN_PANES | IN_COLUMNS | IN_FIND | IN_INNER | IN_WRITE,
    .draw = draw,
    .act = act,
    .mouse = mouse,
    .changed = changed,
    .status = status,
    .result = result,
    .crumb = crumb,
    .list = list_of,
    .cell_value = cell_value,
};
