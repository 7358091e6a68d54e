/* SPDX-License-Identifier: MIT */
/* Values of the fields of flows, for a block of rows: from columns, made from several, or the same for a set. */
#include <string.h>

#include "query/filter_rows.h"

/* What a question is about, and its answer. */
struct side {
    struct filter_rows *rows;
    const struct filter_leaf *leaf;
    const uint64_t *want;
    uint64_t *there, *pass;
};

static void copy(uint64_t *to, const uint64_t *from)
{
    memcpy(to, from, TEST_WORDS * sizeof *to);
}

static void narrow(uint64_t *bits, const uint64_t *to)
{
    for (unsigned i = 0; i < TEST_WORDS; i++)
        bits[i] &= to[i];
}

static bool run_has(const struct filter_run *run, enum nfdec_column column)
{
    if (column == NFDEC_COL_START)
        return run->origin.start;
    if (column == NFDEC_COL_END)
        return run->origin.end;
    return run->origin.columns >> column & 1;
}

/* Rows that have all these columns. */
static void rows_with(const struct side *s, uint32_t columns)
{
    struct filter_rows *rows = s->rows;
    if ((rows->every & columns) == columns) {
        filter_all(rows, s->there);
        return;
    }
    filter_runs(rows);
    memset(s->there, 0, TEST_WORDS * sizeof *s->there);
    for (uint32_t i = 0; i < rows->run_count; i++) {
        const struct filter_run *run = &rows->run[i];
        bool has = true;
        for (uint32_t left = columns; left && has; left &= left - 1)
            has = run_has(run, (enum nfdec_column)__builtin_ctz(left));
        if (has)
            filter_fill(s->there, run->first, run->count);
    }
}

static enum label_kind label_of(enum field_symbol symbol)
{
    switch (symbol) {
    case FIELD_VRF:
        return LABEL_VRF;
    case FIELD_APPLICATION:
        return LABEL_APPLICATION;
    case FIELD_SAMPLER:
        return LABEL_SAMPLER;
    default:
        return LABEL_INTERFACE;
    }
}

/* Whether the name of a number passes; answers are kept, as there are few numbers and many rows. */
static bool label_passes(const struct side *s, const struct nfdec_session *session, enum field_symbol symbol,
                         uint64_t value)
{
    uint64_t hash = (value ^ (uint64_t)session->index << 32 ^ (uint64_t)s->leaf->number << 20) *
                    UINT64_C(0x9E3779B97F4A7C15);
    struct filter_label *label = &s->rows->label[hash >> 32 & (LABELS - 1)];
    const struct labels *labels = s->rows->data->labels;
    if (label->leaf == s->leaf->number + 1u && label->session == session && label->value == value)
        return label->passes;
    const char *name = labels ? labels_find(labels, session, label_of(symbol), value) : NULL;
    *label = (struct filter_label) { .session = session,
                                     .value = value,
                                     .leaf = (uint16_t)(s->leaf->number + 1u),
                                     .passes = name && filter_test_text(&s->leaf->test, name, strlen(name)) };
    return label->passes;
}

/* Numbers pass by themselves or by their names. */
static void test_labels(const struct side *s, enum field_symbol symbol, const uint64_t *values)
{
    struct filter_rows *rows = s->rows;
    filter_runs(rows);
    for (uint32_t i = 0; i < rows->run_count; i++) {
        const struct filter_run *run = &rows->run[i];
        for (uint32_t row = run->first; row < run->first + run->count; row++) {
            if (!(s->want[row / 64] >> row % 64 & 1) || !(s->there[row / 64] >> row % 64 & 1))
                continue;
            bool passes = filter_test_number(&s->leaf->test, values[row]) ||
                          label_passes(s, run->origin.session, symbol, values[row]);
            s->pass[row / 64] |= (uint64_t)passes << row % 64;
        }
    }
}

static void side_column(const struct side *s, enum field_symbol symbol)
{
    enum nfdec_column column = (enum nfdec_column)field_table[symbol].column;
    struct filter_rows *rows = s->rows;
    uint64_t low, high;
    rows_with(s, 1u << column);
    if (s->leaf->has || !filter_any(s->there))
        return;
    if (s->leaf->test.kind == TEST_LABEL) {
        test_labels(s, symbol, filter_column(rows, column));
        return;
    }
    if (!rows->wide && flow_store_bounds(rows->data->store, rows->block, column, &low, &high)) {
        enum filter_verdict verdict = filter_test_between(&s->leaf->test, low, high);
        if (verdict == VERDICT_ALL)
            copy(s->pass, s->there);
        if (verdict != VERDICT_MIXED)
            return;
    }
    filter_test_numbers(&s->leaf->test, filter_column(rows, column), rows->rows, s->pass);
    narrow(s->pass, s->there);
}

static const uint8_t *ip6_of(const struct filter_rows *rows, uint64_t index)
{
    if (!rows->wide)
        return flow_store_ip6(rows->data->store, rows->block, index);
    return index < rows->wide->ip6_count ? rows->wide->ip6[index] : NULL;
}

/* IPv6 addresses stand once in a block, however many rows have them. */
static void test_ip6s(const struct side *s, const uint64_t *values, const uint64_t *family, uint64_t bit)
{
    const struct filter_rows *rows = s->rows;
    uint8_t known[2 * NFDEC_ROWS] = { 0 }; /* 0: not asked yet, 1: fails, 2: passes */
    for (uint32_t row = 0; row < rows->rows; row++) {
        uint64_t index = values[row];
        const uint8_t *ip6;
        if (!(family[row] & bit) || index >= sizeof known)
            continue;
        if (!known[index])
            known[index] = (ip6 = ip6_of(rows, index)) && filter_test_ip6(&s->leaf->test, ip6) ? 2 : 1;
        s->pass[row / 64] |= (uint64_t)(known[index] == 2) << row % 64;
    }
}

static void side_address(const struct side *s, bool src)
{
    const struct filter_test family4 = { .kind = TEST_BITS_ANY, .bits = src ? NFDEC_SRC_IP4 : NFDEC_DST_IP4 };
    const struct filter_test family6 = { .kind = TEST_BITS_ANY, .bits = src ? NFDEC_SRC_IP6 : NFDEC_DST_IP6 };
    struct filter_rows *rows = s->rows;
    const struct filter_test *test = &s->leaf->test;
    const uint64_t *family = filter_column(rows, NFDEC_COL_FAMILY);
    uint64_t four[TEST_WORDS], six[TEST_WORDS];
    filter_test_numbers(&family4, family, rows->rows, four);
    filter_test_numbers(&family6, family, rows->rows, six);
    for (unsigned i = 0; i < TEST_WORDS; i++) /* of options there are none */
        s->there[i] = four[i] | six[i];
    if (s->leaf->has || !filter_any(s->there))
        return;
    const uint64_t *values = filter_column(rows, src ? NFDEC_COL_SRC : NFDEC_COL_DST);
    if (test->span4_count && filter_any(four))
        filter_test_ip4s(test, values, rows->rows, s->pass);
    narrow(s->pass, four);
    if (test->span6_count && filter_any(six))
        test_ip6s(s, values, family, family6.bits);
}

/* Values that were made, and rows that have them. */
static void test_made(const struct side *s)
{
    uint64_t there[TEST_WORDS];
    if (s->leaf->has)
        return;
    copy(there, s->there);
    filter_test_numbers(&s->leaf->test, s->rows->made, s->rows->rows, s->pass);
    narrow(s->pass, there);
}

static void side_duration(const struct side *s)
{
    struct filter_rows *rows = s->rows;
    rows_with(s, NFDEC_BIT(START) | NFDEC_BIT(END));
    if (s->leaf->has)
        return;
    const uint64_t *start = filter_column(rows, NFDEC_COL_START), *end = filter_column(rows, NFDEC_COL_END);
    for (uint32_t i = 0; i < rows->rows; i++)
        rows->made[i] = end[i] - start[i];
    test_made(s);
}

static void take_away(uint64_t *bits, uint32_t row)
{
    bits[row / 64] &= ~(UINT64_C(1) << row % 64);
}

/* value * factor / by, as far as 64 bits reach; by > 0 */
static uint64_t ratio(uint64_t value, uint64_t factor, uint64_t by)
{
    unsigned __int128 product = (unsigned __int128)value * factor / by;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

static void side_rate(const struct side *s, enum nfdec_column counter, uint64_t factor)
{
    struct filter_rows *rows = s->rows;
    rows_with(s, NFDEC_BIT(START) | NFDEC_BIT(END) | 1u << counter);
    const uint64_t *start = filter_column(rows, NFDEC_COL_START), *end = filter_column(rows, NFDEC_COL_END);
    const uint64_t *value = filter_column(rows, counter);
    for (uint32_t i = 0; i < rows->rows; i++) {
        bool lasts = (int64_t)end[i] > (int64_t)start[i];
        rows->made[i] = lasts ? ratio(value[i], factor, end[i] - start[i]) : 0;
        if (!lasts)
            take_away(s->there, i);
    }
    test_made(s);
}

static void side_octets_a_packet(const struct side *s)
{
    struct filter_rows *rows = s->rows;
    rows_with(s, NFDEC_BIT(PACKETS) | NFDEC_BIT(BYTES));
    const uint64_t *packets = filter_column(rows, NFDEC_COL_PACKETS),
                   *bytes = filter_column(rows, NFDEC_COL_BYTES);
    for (uint32_t i = 0; i < rows->rows; i++) {
        rows->made[i] = packets[i] ? bytes[i] / packets[i] : 0;
        if (!packets[i])
            take_away(s->there, i);
    }
    test_made(s);
}

static void side_icmp(const struct side *s, unsigned shift)
{
    struct filter_rows *rows = s->rows;
    const uint64_t *proto = filter_column(rows, NFDEC_COL_PROTO), *icmp = filter_column(rows, NFDEC_COL_ICMP);
    const uint64_t *sport = filter_column(rows, NFDEC_COL_SPORT),
                   *dport = filter_column(rows, NFDEC_COL_DPORT);
    filter_runs(rows);
    for (uint32_t i = 0; i < rows->run_count; i++) {
        const struct filter_run *run = &rows->run[i];
        for (uint32_t row = run->first; row < run->first + run->count; row++) {
            const struct query_icmp values = { proto[row], sport[row], dport[row], icmp[row] };
            uint64_t both;
            if (!query_is_icmp(run->origin.columns, values.proto) ||
                !query_icmp(run->origin.columns, &values, &both))
                continue;
            rows->made[row] = both >> shift & (shift ? UINT64_MAX : 0xFF);
            filter_fill(s->there, row, 1);
        }
    }
    test_made(s);
}

/* In a stream as far as it is known by then. */
static uint32_t interval_of(const struct filter_rows *rows, const struct query_origin *origin,
                            const struct sampling_flow *flow)
{
    if (rows->samplings)
        return samplings_of(rows->samplings, origin->session, flow).interval;
    uint64_t interval = flow->interval;
    if (interval == 0 && flow->has_sampler)
        interval = nfdec_sampler_interval(origin->session, flow->sampler);
    if (interval == 0)
        interval = origin->session->sampling ? origin->session->sampling : flow->header;
    return interval > UINT32_MAX ? UINT32_MAX : (uint32_t)interval;
}

static void side_sampling(const struct side *s)
{
    struct filter_rows *rows = s->rows;
    const uint64_t *interval = filter_column(rows, NFDEC_COL_SAMPLING);
    const uint64_t *sampler = filter_column(rows, NFDEC_COL_SAMPLER);
    filter_runs(rows);
    for (uint32_t i = 0; i < rows->run_count; i++) {
        const struct filter_run *run = &rows->run[i];
        bool flows = run->origin.template->kind != NFDEC_TEMPLATE_OPTIONS;
        for (uint32_t row = run->first; flows && row < run->first + run->count; row++) {
            const struct sampling_flow flow = { .interval = interval[row],
                                                .sampler = sampler[row],
                                                .has_sampler = run->origin.columns & NFDEC_BIT(SAMPLER),
                                                .header = run->origin.header };
            rows->made[row] = interval_of(rows, &run->origin, &flow);
            if (rows->made[row])
                filter_fill(s->there, row, 1);
        }
    }
    test_made(s);
}

/* What all rows of a set have in common. */
struct fact {
    bool known;
    uint64_t number;
    struct addr address;
    const char *text;
};

static struct fact fact_of(const struct query_data *data, const struct query_origin *origin,
                           enum field_symbol symbol)
{
    const struct nfdec_session *session = origin->session;
    struct fact fact = { .known = true };
    uint16_t input = ledger_input(origin->packet);
    switch (symbol) {
    case FIELD_EXPORTER:
        fact.address = query_exporter(session);
        fact.known = fact.address.family != 0;
        break;
    case FIELD_EXPORTER_PORT:
        fact.number = session->port;
        break;
    case FIELD_VERSION:
        fact.number = session->version;
        break;
    case FIELD_DOMAIN:
        fact.number = session->domain;
        fact.known = query_has_domain(session->version);
        break;
    case FIELD_TEMPLATE:
        fact.number = origin->id;
        fact.known = origin->template->kind != NFDEC_TEMPLATE_FIXED;
        break;
    case FIELD_FRAME:
        fact.number = ledger_frame(origin->packet);
        break;
    case FIELD_RECEIVED:
        fact.number = (uint64_t)origin->time;
        fact.known = origin->time != 0;
        break;
    case FIELD_LATE:
        fact.number = origin->late;
        break;
    case FIELD_FILE:
        fact.known = data->file_count > 1 && input < data->file_count;
        fact.text = fact.known ? data->files[input] : "";
        break;
    default:
        fact.known = false;
    }
    return fact;
}

static bool fact_passes(const struct filter_test *test, const struct fact *fact)
{
    switch (test->kind) {
    case TEST_ADDRESS:
        return filter_test_address(test, &fact->address);
    case TEST_TEXT:
        return filter_test_text(test, fact->text, strlen(fact->text));
    default:
        return filter_test_number(test, fact->number);
    }
}

static void side_fact(const struct side *s, enum field_symbol symbol)
{
    struct filter_rows *rows = s->rows;
    filter_runs(rows);
    for (uint32_t i = 0; i < rows->run_count; i++) {
        const struct filter_run *run = &rows->run[i];
        struct fact fact = fact_of(rows->data, &run->origin, symbol);
        if (!fact.known)
            continue;
        filter_fill(s->there, run->first, run->count);
        if (!s->leaf->has && fact_passes(&s->leaf->test, &fact))
            filter_fill(s->pass, run->first, run->count);
    }
}

/* Records of the packet in front of a set. */
static uint64_t records_before(const struct ledger *ledger, uint32_t index)
{
    uint64_t packet = ledger_message(ledger, ledger_set(ledger, index)->message)->packet, records = 0;
    while (index > 0) {
        const struct ledger_set *set = ledger_set(ledger, --index);
        if (ledger_message(ledger, set->message)->packet != packet)
            break;
        if ((set->kind == NFDEC_SET_DATA || set->kind == NFDEC_SET_OPTIONS) &&
            set->state == NFDEC_SET_DECODED)
            records += set->records;
    }
    return records;
}

/* Not of a stream: of a set that is late its ledger has no more all sets before it. */
static void side_record(const struct side *s)
{
    struct filter_rows *rows = s->rows;
    filter_runs(rows);
    for (uint32_t i = 0; i < rows->run_count && !rows->wide; i++) {
        const struct filter_run *run = &rows->run[i];
        uint64_t before = records_before(rows->data->ledger, run->set);
        for (uint32_t row = 0; row < run->count; row++)
            rows->made[run->first + row] = before + run->record + row + 1;
        filter_fill(s->there, run->first, run->count);
    }
    test_made(s);
}

void filter_side(struct filter_rows *rows, const struct filter_leaf *leaf, enum field_symbol symbol,
                 const uint64_t want[TEST_WORDS], uint64_t there[TEST_WORDS], uint64_t pass[TEST_WORDS])
{
    const struct side side = { .rows = rows, .leaf = leaf, .want = want, .there = there, .pass = pass };
    memset(there, 0, TEST_WORDS * sizeof *there);
    memset(pass, 0, TEST_WORDS * sizeof *pass);
    switch (symbol) {
    case FIELD_SRC:
    case FIELD_DST:
        side_address(&side, symbol == FIELD_SRC);
        break;
    case FIELD_DURATION:
        side_duration(&side);
        break;
    case FIELD_PPS:
        side_rate(&side, NFDEC_COL_PACKETS, UINT64_C(1000000000));
        break;
    case FIELD_BPS:
        side_rate(&side, NFDEC_COL_BYTES, UINT64_C(8000000000));
        break;
    case FIELD_BPP:
        side_octets_a_packet(&side);
        break;
    case FIELD_ICMP_TYPE:
    case FIELD_ICMP_CODE:
        side_icmp(&side, symbol == FIELD_ICMP_TYPE ? 8 : 0);
        break;
    case FIELD_SAMPLING:
        side_sampling(&side);
        break;
    case FIELD_RECORD:
        side_record(&side);
        break;
    default:
        if (field_table[symbol].column < NFDEC_COLUMN_COUNT)
            side_column(&side, symbol);
        else
            side_fact(&side, symbol);
    }
}
