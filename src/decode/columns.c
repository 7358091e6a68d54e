/* SPDX-License-Identifier: MIT */
#include "nfdec/columns.h"

#include <string.h>

#include "base/be.h"
#include "base/time.h"
#include "decode/load.h"
#include "decode/number.h"
#include "decode/plan.h"
#include "decode/walk.h"

#define MS_NS INT64_C(1000000)
#define TIMES (NFDEC_BIT(START) | NFDEC_BIT(END))

void nfdec_columns_clear(struct nfdec_columns *columns)
{
    columns->rows = 0;
    columns->used = 0;
    columns->zeroed = 0;
    columns->ip6_count = 0;
    memset(columns->ip6[0], 0, sizeof columns->ip6[0]);
    memset(columns->ip6_recent, 0, sizeof columns->ip6_recent);
}

/*
 * A run of records under way. Records of one length stand at a stride; of others each has a pointer to where it
 * begins, or further on the segment that the next step reads. Their octets are known to be there: the decoder
 * counted whole records only.
 */
struct run {
    struct nfdec_columns *columns;
    const struct nfdec_set *set;
    const struct nfdec_plan *plan;
    struct load load;
    const uint8_t *at[NFDEC_ROWS]; /* where the records are of variable length */
    bool no_address
        [NFDEC_ROWS]; /* both addresses that stand first are zero: those of the other family count */
};

/* Where record i of the run begins, or its segment. */
static inline const uint8_t *record_at(const struct run *run, uint32_t i)
{
    return load_record(&run->load, i);
}

/* The rows of a column that are being filled. */
static uint64_t *rows_of(const struct run *run, uint8_t column)
{
    return run->columns->column[column] + run->load.row;
}

/*
 * Columns that were not used until now are 0 in the rows before; that rows after them stay without gaps is
 * fill_rest()'s part.
 */
static void open_columns(struct nfdec_columns *columns, uint32_t filled)
{
    uint32_t fresh = filled & ~columns->used;
    columns->used |= filled;
    for (uint8_t column = 0; fresh; column++, fresh >>= 1)
        if (fresh & 1)
            memset(columns->column[column], 0, columns->rows * sizeof columns->column[column][0]);
}

/* The number that a step is about, of one record. */
static inline uint64_t number_in(const struct run *run, const struct plan_step *step, uint32_t i)
{
    return number_at(record_at(run, i), plan_number(step));
}

/* IPFIX: system start is in the record itself (160), was announced by options data, or is not known. */
static void add_init_times(struct run *run, const struct plan_step *step)
{
    const struct nfdec_plan *plan = run->plan;
    uint64_t *values = rows_of(run, step->column), init = (uint64_t)run->set->init_time;
    for (uint32_t i = 0; i < run->load.count; i++) {
        if (plan->init_offset >= 0)
            init = load_time(be64(record_at(run, i) + plan->init_offset), MS_NS);
        values[i] = run->set->no_time_base ? run->load.export_time
                                           : init + load_time((uint32_t)number_in(run, step, i), MS_NS);
    }
}

static void add_ntp_times(struct run *run, const struct plan_step *step)
{
    uint64_t *values = rows_of(run, step->column);
    for (uint32_t i = 0; i < run->load.count; i++) {
        uint64_t ntp = number_in(run, step, i);
        values[i] = (uint64_t)(step->operation == PLAN_NTP_NANO ? time_from_ntp_nanoseconds(ntp)
                                                                : time_from_ntp_microseconds(ntp));
    }
}

/* Whether the address that a first step has put into a row is there, and not all zero. */
static bool has_address(const struct run *run, uint8_t column, uint32_t row)
{
    static const uint8_t none[16];
    const struct nfdec_columns *c = run->columns;
    uint64_t family = c->column[NFDEC_COL_FAMILY][row], value = c->column[column][row];
    uint64_t ip6 = column == NFDEC_COL_SRC ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    if (!(run->plan->columns >> column & 1))
        return false;
    return family & ip6 ? memcmp(c->ip6[value], none, 16) != 0 : value != 0;
}

static void look_for_addresses(struct run *run)
{
    for (uint32_t i = 0; i < run->load.count; i++)
        run->no_address[i] = !has_address(run, NFDEC_COL_SRC, run->load.row + i) &&
                             !has_address(run, NFDEC_COL_DST, run->load.row + i);
}

static void add_ip4_if_none(struct run *run, const struct plan_step *step)
{
    uint64_t *values = rows_of(run, step->column), *family = rows_of(run, NFDEC_COL_FAMILY);
    bool src = step->column == NFDEC_COL_SRC;
    uint64_t ip4 = src ? NFDEC_SRC_IP4 : NFDEC_DST_IP4, ip6 = src ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    for (uint32_t i = 0; i < run->load.count; i++) {
        uint32_t address = be32(record_at(run, i) + step->offset);
        if (!run->no_address[i] || !address)
            continue;
        values[i] = address;
        family[i] = (family[i] & ~ip6) | ip4;
    }
}

/*
 * The same few hosts speak again and again: an address that was met lately is kept once. Whether it was nobody foresees,
 * so both go the same way, without a choice that compilers make a branch of: it is written behind the others, and
 * counted where it is new.
 */
static uint64_t ip6_index(struct nfdec_columns *c, const uint8_t address[16])
{
    uint64_t high = be64(address), low = be64(address + 8), mixed = (high ^ low) * 0x9E3779B97F4A7C15u;
    uint16_t *recent = &c->ip6_recent[mixed >> 55];
    uint32_t count = c->ip6_count, index = *recent; /* of one that is there, or 0 */
    const uint8_t *other = c->ip6[index];
    uint64_t differ = (be64(other) ^ high) | (be64(other + 8) ^ low) | (count == 0);
    uint32_t is_new = differ != 0;
    memcpy(c->ip6[count], address, 16);
    index ^= (index ^ count) & (0u - is_new);
    *recent = (uint16_t)index;
    c->ip6_count = count + is_new;
    return index;
}

/* FAMILY is that of the address that stands first already. */
static void add_ip6(struct run *run, const struct plan_step *step)
{
    uint64_t *values = rows_of(run, step->column);
    for (uint32_t i = 0; i < run->load.count; i++)
        values[i] = ip6_index(run->columns, record_at(run, i) + step->offset);
}

static void add_ip6_if_none(struct run *run, const struct plan_step *step)
{
    static const uint8_t none[16];
    uint64_t *values = rows_of(run, step->column), *family = rows_of(run, NFDEC_COL_FAMILY);
    bool src = step->column == NFDEC_COL_SRC;
    uint64_t ip4 = src ? NFDEC_SRC_IP4 : NFDEC_DST_IP4, ip6 = src ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    for (uint32_t i = 0; i < run->load.count; i++) {
        const uint8_t *address = record_at(run, i) + step->offset;
        if (!run->no_address[i] || memcmp(address, none, 16) == 0)
            continue;
        values[i] = ip6_index(run->columns, address);
        family[i] = (family[i] & ~ip4) | ip6;
    }
}

/* The protocol that a record does not name, because its template is for one protocol only. */
static void add_constant(struct run *run, const struct plan_step *step)
{
    uint64_t *values = rows_of(run, step->column);
    for (uint32_t i = 0; i < run->load.count; i++)
        values[i] = step->offset;
}

/* A duration makes one end of the flow from the other; both columns are open by then. */
static void add_duration(struct run *run, const struct plan_step *step)
{
    bool end = step->column == NFDEC_COL_END;
    uint64_t *values = rows_of(run, step->column);
    const uint64_t *other = rows_of(run, end ? NFDEC_COL_START : NFDEC_COL_END);
    int64_t unit = step->operation == PLAN_DURATION_MS ? MS_NS : 1000;
    for (uint32_t i = 0; i < run->load.count; i++) {
        uint64_t duration = load_time(number_in(run, step, i), unit);
        values[i] = end ? other[i] + duration : other[i] - duration;
    }
}

/* A part of a value: an ICMP type is the upper octet, its code the lower one; a DSCP six bits of the TOS. */
static void add_part(struct run *run, const struct plan_step *step)
{
    uint64_t *values = rows_of(run, step->column);
    for (uint32_t i = 0; i < run->load.count; i++) {
        uint64_t part = number_in(run, step, i);
        if (step->operation == PLAN_ICMP_CODE)
            values[i] |= part;
        else
            values[i] = part << (step->operation == PLAN_ICMP_TYPE ? 8 : 2);
    }
}

/* A step by itself; all records of the run. */
static void run_step(struct run *run, const struct plan_step *step)
{
    switch (step->operation) {
    case PLAN_CONSTANT:
        add_constant(run, step);
        break;
    case PLAN_IP6:
        add_ip6(run, step);
        break;
    case PLAN_IP4_IF_NONE:
        add_ip4_if_none(run, step);
        break;
    case PLAN_IP6_IF_NONE:
        add_ip6_if_none(run, step);
        break;
    case PLAN_INIT_UPTIME:
        add_init_times(run, step);
        break;
    case PLAN_NTP_MICRO:
    case PLAN_NTP_NANO:
        add_ntp_times(run, step);
        break;
    case PLAN_DURATION_MS:
    case PLAN_DURATION_US:
        add_duration(run, step);
        break;
    default:
        add_part(run, step);
    }
}

/* Rows without a time of their own stand at the export time, or at the one end that is known. */
static void fill_times(struct run *run)
{
    bool start = run->plan->start_source != NFDEC_TIME_NONE, end = run->plan->end_source != NFDEC_TIME_NONE;
    if (start && end)
        return;
    uint64_t *starts = rows_of(run, NFDEC_COL_START), *ends = rows_of(run, NFDEC_COL_END);
    for (uint32_t i = 0; i < run->load.count; i++) {
        if (!start)
            starts[i] = end ? ends[i] : run->load.export_time;
        if (!end)
            ends[i] = starts[i];
    }
}

/* Every set has these: up to three rows behind the last one are filled, which the next set fills again. */
static void fill_fixed(struct run *run)
{
    uint64_t *session = rows_of(run, NFDEC_COL_SESSION), *family = rows_of(run, NFDEC_COL_FAMILY);
    uint64_t index = run->set->message->session->index, bits = run->plan->family;
    _Static_assert(NFDEC_GAP >= 3, "there is room behind the last row");
    for (uint32_t i = 0; i < run->load.count; i += 4) {
        session[i] = session[i + 1] = session[i + 2] = session[i + 3] = index;
        family[i] = family[i + 1] = family[i + 2] = family[i + 3] = bits;
    }
}

/* Columns of other templates in the same block are 0 in these rows, and for once in all behind them. */
static void fill_rest(struct run *run)
{
    struct nfdec_columns *c = run->columns;
    uint32_t rest = c->used & ~(run->plan->filled | TIMES | c->zeroed);
    c->zeroed |= rest;
    for (uint8_t column = 0; rest; column++, rest >>= 1)
        if (rest & 1)
            memset(rows_of(run, column), 0, (NFDEC_ROWS - run->load.row) * sizeof(uint64_t));
}

/* Moves every pointer from the begin of a segment to the begin of the next, over one variable-length field. */
static void next_segment(struct run *run, uint16_t segment)
{
    uint32_t gap = run->plan->gaps[segment];
    for (uint32_t i = 0; i < run->load.count; i++)
        run->at[i] = walk_over(run->at[i] + gap);
}

/* Behind the variable-length record at p; the decoder has walked it before and found it whole. */
static const uint8_t *behind_record(const struct nfdec_plan *plan, const uint8_t *p)
{
    for (uint16_t i = 0; i + 1 < plan->gap_count; i++)
        p = walk_over(p + plan->gaps[i]);
    return p + plan->gaps[plan->gap_count - 1];
}

/* Finds the records first ... of the set; *place moves behind those of variable length. */
static void place_records(struct run *run, uint32_t first, uint32_t *place)
{
    const struct nfdec_template *t = run->set->template;
    run->load.first = run->set->data + (size_t)first * t->record_length;
    run->load.stride = t->record_length;
    run->load.at = t->variable ? run->at : NULL;
    if (!t->variable)
        return;
    const uint8_t *p = run->set->data + *place;
    for (uint32_t i = 0; i < run->load.count; i++) {
        run->at[i] = p;
        p = behind_record(run->plan, p);
    }
    *place = (uint32_t)(p - run->set->data);
}

/* Steps from ... to, which are of one pass: sorted by segment, they go over the records once. Pairs are of the first. */
static void run_steps(struct run *run, uint16_t from, uint16_t to)
{
    const struct nfdec_plan *plan = run->plan;
    const struct plan_pair *pairs = plan->pairs;
    load_steps *load = load_is_wide() ? load_wide : load_plain;
    uint16_t segment = 0;
    for (uint16_t i = from; i < to; i = (uint16_t)(i + plan->steps[i].alike)) {
        const struct plan_step *step = &plan->steps[i];
        while (segment < step->segment)
            next_segment(run, segment++);
        if (step->operation <= PLAN_LAST_ALIKE)
            load(&run->load, step, pairs);
        else
            run_step(run, step);
        pairs += step->pairs;
    }
}

/* What other steps have written is there by now; of variable records the pointers stand further on. */
static void run_second_pass(struct run *run, uint32_t first, uint32_t place)
{
    if (run->plan->first_steps == run->plan->step_count)
        return;
    place_records(run, first, &place);
    look_for_addresses(run);
    run_steps(run, run->plan->first_steps, run->plan->step_count);
}

uint32_t nfdec_columns_add(struct nfdec_columns *columns, const struct nfdec_set *set, uint32_t first,
                           uint32_t *place)
{
    struct run run;
    uint32_t room = NFDEC_ROWS - columns->rows, left = set->records - first, begin = *place;
    run.columns = columns;
    run.load.columns = columns->column;
    run.set = set;
    run.plan = set->template->plan;
    run.load.row = columns->rows;
    run.load.count = left < room ? left : room;
    run.load.export_time = (uint64_t)set->message->export_time;
    run.load.uptime = set->message->uptime;
    if (!run.load.count)
        return 0;
    open_columns(columns, run.plan->filled | TIMES);
    place_records(&run, first, place);
    fill_fixed(&run);
    run_steps(&run, 0, run.plan->first_steps);
    run_second_pass(&run, first, begin);
    fill_times(&run);
    fill_rest(&run);
    columns->rows += run.load.count;
    return run.load.count;
}

const char *nfdec_column_name(enum nfdec_column column)
{
    static const char *const names[] = {
#define COLUMN(symbol, name, kind) [NFDEC_COL_##symbol] = name,
#include "nfdec/columns.def"
#undef COLUMN
    };
    return names[column];
}

enum nfdec_column_kind nfdec_column_kind(enum nfdec_column column)
{
    static const uint8_t kinds[] = {
#define COLUMN(symbol, name, kind) [NFDEC_COL_##symbol] = NFDEC_COLUMN_##kind,
#include "nfdec/columns.def"
#undef COLUMN
    };
    return kinds[column];
}

const char *nfdec_time_source_name(enum nfdec_time_source source)
{
    static const char *const names[] = {
        [NFDEC_TIME_NONE] = "none",
        [NFDEC_TIME_UPTIME] = "sysUpTime and header clock",
        [NFDEC_TIME_UPTIME_INIT] = "sysUpTime and system init time",
        [NFDEC_TIME_SECONDS] = "seconds",
        [NFDEC_TIME_MILLISECONDS] = "milliseconds",
        [NFDEC_TIME_MICROSECONDS] = "microseconds (NTP)",
        [NFDEC_TIME_NANOSECONDS] = "nanoseconds (NTP)",
        [NFDEC_TIME_DELTA] = "microseconds before export",
        [NFDEC_TIME_DURATION] = "other end and duration",
        [NFDEC_TIME_EVENT] = "time of the event",
    };
    return names[source];
}
