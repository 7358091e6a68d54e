/* SPDX-License-Identifier: MIT */
#include "view/tui/views/stat_groups.h"

#include <inttypes.h>
#include <string.h>

#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/narrow.h"
#include "view/tui/views/packet_line.h"

#define NET4 24 /* lengths of the prefixes that networks are told apart by */
#define NET6 48

#define REST_ID (LIST_NONE - 1) /* of the row of all that are not listed */

enum column { GROUP, FLOWS, CONNECTIONS, PACKETS, BYTES, SHARE, BAR };
enum side_column { SIDE_GROUP, SIDE_AMOUNT, SIDE_SHARE, SIDE_BAR };

static const struct list_column columns[STAT_COLUMNS] = {
    [GROUP] = { .title = "Group", .narrow = 20, .wide = 28, .most = 48, .middle = true, .field = -1 },
    [FLOWS] = { .title = "Flows", .narrow = 7, .wide = 9, .right = true, .field = -1 },
    [CONNECTIONS] = { .title = "Conns", .narrow = 7, .wide = 9, .right = true, .field = -1 },
    [PACKETS] = { .title = "Packets", .narrow = 7, .wide = 9, .right = true, .field = -1 },
    [BYTES] = { .title = "Bytes", .narrow = 7, .wide = 9, .right = true, .field = -1 },
    [SHARE] = { .title = "%", .narrow = 5, .wide = 5, .right = true, .field = -1 },
    [BAR] = { .title = "", .narrow = 14, .wide = 20, .most = 40, .field = -1 },
};

static const struct list_column side_columns[] = {
    [SIDE_GROUP] = { .title = "", .narrow = 14, .wide = 14, .most = 20, .field = -1 },
    [SIDE_AMOUNT] = { .title = "Amount", .narrow = 6, .wide = 8, .right = true, .field = -1 },
    [SIDE_SHARE] = { .title = "%", .narrow = 5, .wide = 5, .right = true, .field = -1 },
    [SIDE_BAR] = { .title = "", .narrow = 7, .wide = 10, .most = 40, .field = -1 },
};

/* --- what a group is called --- */

static const struct nfdec_session *session_of(const struct session *run, uint64_t family)
{
    const struct ledger *ledger = session_ledger(run);
    if (family >= ledger_exporter_count(ledger))
        return NULL;
    return nfdec_session_at(session_decoder(run), ledger_exporter(ledger, (uint32_t)family)->first_session);
}

static void address_text(const struct stat_groups *groups, const struct stats_key *key, struct strbuf *out)
{
    struct addr address = stats_address(key);
    bool network = groups->kind == STATS_TALKERS && stat_groupings[groups->grouping].by == STATS_NET;
    const char *name = network ? NULL : app_host(groups->app, &address);
    if (name)
        strbuf_text(out, name);
    else
        amount_endpoint(out, &address, false, 0);
    if (network)
        strbuf_format(out, "/%d", address.family == 4 ? NET4 : NET6);
}

static void port_text(const struct stat_groups *groups, const struct stats_key *key, struct strbuf *out)
{
    const char *name = app_service(groups->app, (uint16_t)key->low, (uint8_t)key->high);
    strbuf_format(out, "%" PRIu64 "/", key->low);
    format_protocol(out, (uint8_t)key->high);
    if (name)
        strbuf_format(out, " %s", name);
}

static void application_text(const struct session *run, uint64_t number, struct strbuf *out)
{
    const struct labels *labels = session_labels(run);
    const struct nfdec_session *session;
    const char *name = NULL;
    for (uint32_t i = 0; labels && !name && (session = nfdec_session_at(session_decoder(run), i)); i++)
        name = labels_find(labels, session, LABEL_APPLICATION, number);
    if (name)
        strbuf_format(out, "%s ", name);
    strbuf_format(out, name ? "(%" PRIu64 ":%" PRIu64 ")" : "%" PRIu64 ":%" PRIu64, number >> 24,
                  number & 0xFFFFFF);
}

static void interface_text(const struct session *run, const struct stats_key *key, struct strbuf *out)
{
    const struct nfdec_session *session = session_of(run, key->high);
    const struct labels *labels = session_labels(run);
    const char *name = labels && session ? labels_find(labels, session, LABEL_INTERFACE, key->low) : NULL;
    struct addr address =
        session ? addr_from(session->address, session->address_length) : (struct addr) { 0 };
    amount_endpoint(out, &address, false, 0);
    strbuf_format(out, " if %" PRIu64, key->low);
    if (name)
        strbuf_format(out, " %s", name);
}

static void number_text(const struct stat_groups *groups, const struct session *run, uint64_t number,
                        struct strbuf *out)
{
    if (groups->kind == STATS_PROTOCOLS)
        format_protocol(out, (uint8_t)number);
    else if (groups->kind == STATS_APPLICATIONS)
        application_text(run, number, out);
    else
        strbuf_format(out, "AS %" PRIu64, number);
}

/* What only the session has words for. */
static bool needs_session(const struct stat_groups *groups, const struct stats_key *key)
{
    return key->tag == STATS_TAG_EXPORTER || key->tag == STATS_TAG_INTERFACE ||
           (key->tag == STATS_TAG_NUMBER && groups->kind == STATS_APPLICATIONS);
}

static void group_text(const struct stat_groups *groups, const struct stats_key *key, struct strbuf *out)
{
    const struct session *run = app_session(groups->app);
    if (!run && needs_session(groups, key)) {
        strbuf_text(out, "…");
        return;
    }
    switch ((enum stats_tag)key->tag) {
    case STATS_TAG_IP4:
    case STATS_TAG_IP6:
        address_text(groups, key, out);
        break;
    case STATS_TAG_PORT:
    case STATS_TAG_SERVICE:
        port_text(groups, key, out);
        break;
    case STATS_TAG_PROTOCOL:
        format_protocol(out, (uint8_t)key->low);
        break;
    case STATS_TAG_EXPORTER:
        if (session_of(run, key->low))
            packet_exporter(out, session_of(run, key->low));
        break;
    case STATS_TAG_INTERFACE:
        interface_text(run, key, out);
        break;
    case STATS_TAG_NUMBER:
        number_text(groups, run, key->low, out);
        break;
    }
}

/* --- rows --- */

/* Behind the groups that are listed: all others together. */
static bool has_rest(const struct stat_groups *groups)
{
    return groups->stats.groups > groups->stats.count;
}

static uint64_t count(void *user)
{
    const struct stat_groups *groups = user;
    return groups->stats.count + has_rest(groups);
}

/* What stays the same of a group when others come. */
static uint64_t id(void *user, uint64_t row)
{
    const struct stat_groups *groups = user;
    return row < groups->stats.count ? stats_hash(&groups->stats.group[row].key, 0) : REST_ID;
}

static uint64_t find(void *user, uint64_t wanted)
{
    uint64_t rows = count(user);
    for (uint64_t row = 0; row < rows; row++)
        if (id(user, row) == wanted)
            return row;
    return LIST_NONE;
}

static void bar_text(uint64_t part, uint64_t whole, unsigned width, struct strbuf *out)
{
    uint64_t eighths = whole ? (uint64_t)((double)part / (double)whole * width * 8 + 0.5) : 0;
    if (part > 0 && eighths == 0)
        eighths = 1;
    for (; eighths > 0; eighths -= eighths > 8 ? 8 : eighths)
        strbuf_text(out, cells_block_left(eighths > 8 ? 8 : (unsigned)eighths));
}

/* "-" where none of the flows was exported with such a counter. */
static void amount_text(const struct stats_sums *sums, enum stats_unit unit, enum unit_form form,
                        struct strbuf *out)
{
    if (stats_known(sums, unit))
        amount_octets(out, stats_amount(sums, unit), form);
    else
        strbuf_char(out, '-');
}

/* The same in a column: exact where it has room for all digits. */
static void amount_cell(const struct stat_groups *groups, unsigned column, const struct stats_sums *sums,
                        enum stats_unit unit, struct strbuf *out)
{
    size_t before = out->length, room = (size_t)groups->list.place[column].width;
    amount_text(sums, unit, app_forms(groups->app)->unit, out);
    if (room == 0 || out->length - before <= room)
        return;
    out->length = before;
    amount_text(sums, unit, UNIT_FORM_SI, out);
}

static void share_text(uint64_t part, uint64_t whole, struct strbuf *out)
{
    strbuf_format(out, "%.1f", whole ? 100.0 * (double)part / (double)whole : 0.0);
}

/* Which column of the main list one of a pane at the side is. */
static enum column main_column(unsigned side, enum stats_unit unit)
{
    static const enum column amount[] = { [STATS_BYTES] = BYTES,
                                          [STATS_PACKETS] = PACKETS,
                                          [STATS_FLOWS] = FLOWS,
                                          [STATS_CONNECTIONS] = CONNECTIONS };
    static const enum column of[] = { [SIDE_GROUP] = GROUP, [SIDE_SHARE] = SHARE, [SIDE_BAR] = BAR };
    return side == SIDE_AMOUNT ? amount[unit] : of[side];
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct stat_groups *groups = user;
    const struct stats *stats = &groups->stats;
    bool rest = row >= stats->count;
    struct stats_sums sums = rest ? stats_rest(stats) : stats->group[row].sums;
    uint64_t amount = stats_amount(&sums, groups->unit), total = stats_amount(&stats->total, groups->unit);
    (void)wide;
    *role = rest ? ROLE_DIM : ROLE_NORMAL;
    switch (groups->brief ? main_column(column, groups->unit) : (enum column)column) {
    case GROUP:
        if (rest) {
            strbuf_text(out, "… ");
            amount_exact(out, stats->groups - stats->count);
            strbuf_text(out, " more");
        } else {
            group_text(groups, &stats->group[row].key, out);
        }
        break;
    case FLOWS:
        amount_cell(groups, column, &sums, STATS_FLOWS, out);
        break;
    case CONNECTIONS:
        amount_cell(groups, column, &sums, STATS_CONNECTIONS, out);
        break;
    case PACKETS:
        amount_cell(groups, column, &sums, STATS_PACKETS, out);
        break;
    case BYTES:
        amount_cell(groups, column, &sums, STATS_BYTES, out);
        break;
    case SHARE:
        if (stats_known(&sums, groups->unit))
            share_text(amount, total, out);
        else
            strbuf_char(out, '-');
        break;
    case BAR:
        bar_text(amount, total, (unsigned)groups->list.place[column].width, out);
        *role = ROLE_BAR;
        break;
    }
}

static const struct list_ops list_ops = { .count = count, .id = id, .find = find, .cell = cell };

void stat_groups_init(struct stat_groups *groups, struct app *app, bool brief)
{
    *groups = (struct stat_groups) { .app = app, .brief = brief };
    unsigned count = brief ? sizeof side_columns / sizeof *side_columns : STAT_COLUMNS;
    memcpy(groups->columns, brief ? side_columns : columns, count * sizeof *columns);
    groups->list = (struct list) { .ops = &list_ops,
                                   .user = groups,
                                   .columns = groups->columns,
                                   .column_count = count,
                                   .fitting = true,
                                   .id = LIST_NONE,
                                   .sorted = -1 };
}

void stat_groups_release(struct stat_groups *groups)
{
    list_release(&groups->list);
    stats_release(&groups->stats);
}

/* What groups are in order of: the sign of that included, room for the heading and for all digits of any number. */
static uint8_t ordered_width(const struct stat_groups *groups, const struct cells *cells, unsigned column)
{
    const struct stats_sums *all = &groups->stats.all, *total = &groups->stats.total;
    bool twice = stats_amount(all, groups->unit) > stats_amount(total, groups->unit);
    struct strbuf text = { 0 };
    amount_text(twice ? all : total, groups->unit, app_forms(groups->app)->unit, &text);
    int number = cells_width(cells, text.data);
    int heading = cells_width(cells, groups->columns[column].title) + !groups->brief;
    strbuf_release(&text);
    return (uint8_t)(number > heading ? number : heading);
}

/* Why there are no groups. */
static void draw_none(const struct stat_groups *groups, struct cells *cells, struct area area)
{
    if (!groups->counted || groups->stats.count > 0)
        return;
    if (groups->stats.total.flows > 0)
        cells_put(cells, area, area.height / 3, 2, ROLE_DIM, "none of the flows was exported with one");
    else if (!groups->brief)
        app_draw_nothing(groups->app, cells, area, "flow");
}

void stat_groups_draw(struct stat_groups *groups, struct cells *cells, struct area area)
{
    unsigned ordered =
        groups->brief ? (unsigned)SIDE_AMOUNT : (unsigned)main_column(SIDE_AMOUNT, groups->unit);
    uint8_t width = ordered_width(groups, cells, ordered);
    for (unsigned i = 0; i < groups->list.column_count; i++) {
        const struct list_column *usual = groups->brief ? &side_columns[i] : &columns[i];
        groups->columns[i].narrow = i == ordered && width > usual->narrow ? width : usual->narrow;
        groups->columns[i].wide = i == ordered && width > usual->wide ? width : usual->wide;
    }
    list_draw(&groups->list, cells, area);
    draw_none(groups, cells, area_rows(area, 1, area.height - 1));
}

/* Headings say what is in the columns now. */
static void name_columns(struct stat_groups *groups)
{
    groups->columns[GROUP].title = groups->kind == STATS_PROTOCOLS ? "Protocol"
                                   : groups->brief                 ? "Port"
                                                                   : stat_groupings[groups->grouping].title;
    if (groups->brief)
        groups->columns[SIDE_AMOUNT].title = columns[main_column(SIDE_AMOUNT, groups->unit)].title;
    else
        groups->list.sorted = (int)main_column(SIDE_AMOUNT, groups->unit);
    groups->list.descending = true;
}

void stat_groups_take(struct stat_groups *groups, struct stats *stats, enum stats_unit unit)
{
    stats_release(&groups->stats);
    groups->stats = *stats;
    groups->unit = unit;
    groups->counted = true;
    *stats = (struct stats) { 0 };
    name_columns(groups);
    list_sync(&groups->list);
}

/* --- filters --- */

static bool address_filter(const struct stat_groups *groups, const struct stats_key *key, struct strbuf *out)
{
    const struct stat_grouping *grouping = &stat_groupings[groups->grouping];
    struct addr address = stats_address(key);
    strbuf_text(out, grouping->side == STATS_SENT       ? "src == "
                     : grouping->side == STATS_RECEIVED ? "dst == "
                                                        : "ip == ");
    amount_endpoint(out, &address, false, 0);
    if (grouping->by == STATS_NET)
        strbuf_format(out, "/%d", address.family == 4 ? NET4 : NET6);
    return true;
}

static bool exporter_filter(const struct stat_groups *groups, uint64_t family, struct strbuf *out)
{
    const struct session *run = app_session(groups->app);
    const struct nfdec_session *session = run ? session_of(run, family) : NULL;
    if (!session)
        return false;
    narrow_exporter(out, session);
    return true;
}

bool stat_groups_filter(const struct stat_groups *groups, struct strbuf *out)
{
    if (groups->list.cursor >= groups->stats.count)
        return false;
    const struct stats_key *key = &groups->stats.group[groups->list.cursor].key;
    switch ((enum stats_tag)key->tag) {
    case STATS_TAG_IP4:
    case STATS_TAG_IP6:
        return address_filter(groups, key, out);
    case STATS_TAG_PORT:
    case STATS_TAG_SERVICE:
        strbuf_format(out, "port == %" PRIu64 " and proto == %" PRIu64, key->low, key->high);
        return true;
    case STATS_TAG_PROTOCOL:
        strbuf_format(out, "proto == %" PRIu64, key->low);
        return true;
    case STATS_TAG_EXPORTER:
        return exporter_filter(groups, key->low, out);
    case STATS_TAG_INTERFACE:
        if (!exporter_filter(groups, key->high, out))
            return false;
        strbuf_format(out, " and if == %" PRIu64, key->low);
        return true;
    case STATS_TAG_NUMBER:
        strbuf_format(out, "%s == %" PRIu64,
                      groups->kind == STATS_PROTOCOLS      ? "proto"
                      : groups->kind == STATS_APPLICATIONS ? "application"
                                                           : "as",
                      key->low);
        return true;
    }
    return false;
}
