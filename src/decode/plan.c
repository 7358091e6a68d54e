/* SPDX-License-Identifier: MIT */
#include "decode/plan.h"

#include <string.h>

/* An element that can fill a column. */
struct source {
    uint8_t column, rank, operation;
    bool reverse;
    uint16_t id;
};

static const struct source sources[] = {
#define SOURCE(column, rank, operation, id)  { NFDEC_COL_##column, rank, PLAN_##operation, false, id },
#define REVERSE(column, rank, operation, id) { NFDEC_COL_##column, rank, PLAN_##operation, true, id },
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
};

/* Elements with a rule of their own. */
enum {
    SRC_IP4 = 8,
    DST_IP4 = 12,
    SRC_IP6 = 27,
    DST_IP6 = 28,
    SRC_PREFIX4 = 44,
    DST_PREFIX4 = 45,
    SRC_PREFIX6 = 170,
    DST_PREFIX6 = 169,
    SYSTEM_INIT = 160,
    DURATION_MS = 161,
    DURATION_US = 162,
    ICMP_TYPE4 = 176,
    ICMP_CODE4 = 177,
    ICMP_TYPE6 = 178,
    ICMP_CODE6 = 179,
    EVENT_SECONDS = 322,
    EVENT_MILLISECONDS = 323,
    EVENT_MICROSECONDS = 324,
    EVENT_NANOSECONDS = 325,
};

/* Where a field of the template is. */
struct place {
    bool found;
    uint16_t length, segment;
    uint32_t offset;
};

#define PRESENT     512u
#define PLACED      255u
#define PAIR_OCTETS 16

#define STEPS (NFDEC_COLUMN_COUNT + 12)

struct builder {
    const struct nfdec_template *t;
    struct plan_step steps[STEPS];
    struct plan_pair pairs[STEPS];
    uint16_t step_count;
    uint32_t columns, family;
    /* The first field with an id modulo PRESENT, + 1, PLACED at most; 0: none. Most of those looked for are not there. */
    uint8_t present[PRESENT];
    struct place *place; /* of the first PLACED fields */
};

static bool is_element(const struct nfdec_field_spec *spec, uint16_t id, bool reverse)
{
    return spec->element && spec->element->pen == 0 && spec->element->id == id && spec->reverse == reverse &&
           !spec->scope && spec->length != NFDEC_VARIABLE;
}

static void move_behind(struct place *place, const struct nfdec_field_spec *spec)
{
    if (spec->length == NFDEC_VARIABLE) {
        place->segment++;
        place->offset = 0;
    } else {
        place->offset += spec->length;
    }
}

static void note_present(struct builder *b)
{
    struct place place = { .found = false };
    for (uint16_t i = 0; i < b->t->field_count; i++) {
        const struct nfdec_field_spec *spec = &b->t->fields[i];
        uint8_t *first = spec->element ? &b->present[spec->element->id % PRESENT] : NULL;
        if (first && !*first)
            *first = (uint8_t)(i < PLACED ? i + 1u : PLACED);
        if (i < PLACED)
            b->place[i] = place;
        move_behind(&place, spec);
    }
}

/* The first fixed-length field of an IANA element, if it has one of the lengths min ... max. */
static struct place find(const struct builder *b, uint16_t id, bool reverse, uint16_t min, uint16_t max)
{
    const struct nfdec_template *t = b->t;
    uint8_t first = b->present[id % PRESENT];
    if (!first)
        return (struct place) { .found = false };
    struct place place = b->place[first - 1];
    for (uint16_t i = first - 1; i < t->field_count; i++) {
        const struct nfdec_field_spec *spec = &t->fields[i];
        if (is_element(spec, id, reverse) && spec->length >= min && spec->length <= max) {
            place.found = true;
            place.length = spec->length;
            return place;
        }
        move_behind(&place, spec);
    }
    return (struct place) { .found = false };
}

static void add_step(struct builder *b, enum plan_operation operation, uint8_t column, struct place place)
{
    bool second = operation == PLAN_IP4_IF_NONE || operation == PLAN_IP6_IF_NONE ||
                  operation == PLAN_DURATION_MS || operation == PLAN_DURATION_US;
    b->steps[b->step_count++] = (struct plan_step) { .operation = (uint8_t)operation,
                                                     .column = column,
                                                     .length = (uint8_t)place.length,
                                                     .second = second,
                                                     .segment = place.segment,
                                                     .offset = place.offset };
    b->columns |= 1u << column;
}

static bool length_ok(const struct source *source, uint16_t length)
{
    switch (source->operation) {
    case PLAN_NTP_MICRO:
    case PLAN_NTP_NANO:
    case PLAN_MILLISECONDS:
        return length == 8;
    case PLAN_SECONDS:
        return length == 4 || length == 8;
    default:
        return length >= 1 && length <= 8;
    }
}

/* The best source of each column the template has, and where it is; NULL: none. */
struct best {
    const struct source *source[NFDEC_COLUMN_COUNT];
    struct place place[NFDEC_COLUMN_COUNT];
};

static void find_sources(const struct builder *b, struct best *best)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const struct source *s = &sources[i], *other = best->source[s->column];
        if (other && other->rank <= s->rank)
            continue;
        struct place found = find(b, s->id, s->reverse, 1, 8);
        if (found.found && length_ok(s, found.length)) {
            best->source[s->column] = s;
            best->place[s->column] = found;
        }
    }
}

static bool before(const struct place *a, const struct place *b)
{
    return a->segment != b->segment ? a->segment < b->segment : a->offset < b->offset;
}

/*
 * A record may have addresses of both families: one of them zero where a template serves both, or those of two
 * layers of a tunnel, outermost first (RFC 7011 section 8). The first one that is not zero is the flow's.
 */
static void add_address(struct builder *b, uint8_t column, const uint16_t ids[4])
{
    struct place v6 = find(b, ids[0], false, 16, 16), v4 = find(b, ids[1], false, 4, 4);
    if (!v6.found && !v4.found) { /* only prefixes: the network stands for its hosts */
        v6 = find(b, ids[2], false, 16, 16);
        v4 = find(b, ids[3], false, 4, 4);
    }
    bool v6_first = v6.found && (!v4.found || before(&v6, &v4)), src = column == NFDEC_COL_SRC;
    if (v6_first)
        b->family |= src ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    else if (v4.found)
        b->family |= src ? NFDEC_SRC_IP4 : NFDEC_DST_IP4;
    if (v6.found)
        add_step(b, v6_first ? PLAN_IP6 : PLAN_IP6_IF_NONE, column, v6);
    if (v4.found)
        add_step(b, v6_first ? PLAN_IP4_IF_NONE : PLAN_NUMBER, column, v4);
}

static void add_icmp(struct builder *b)
{
    static const uint16_t ids[][2] = { { ICMP_TYPE4, ICMP_CODE4 }, { ICMP_TYPE6, ICMP_CODE6 } };
    if (b->columns & NFDEC_BIT(ICMP))
        return;
    for (size_t i = 0; i < 2 && !(b->columns & NFDEC_BIT(ICMP)); i++) {
        struct place type = find(b, ids[i][0], false, 1, 1), code = find(b, ids[i][1], false, 1, 1);
        if (type.found)
            add_step(b, PLAN_ICMP_TYPE, NFDEC_COL_ICMP, type);
        if (!type.found || !code.found)
            continue;
        add_step(b, PLAN_ICMP_CODE, NFDEC_COL_ICMP, code);
        b->steps[b->step_count - 1].second = code.segment < type.segment; /* the type is written first */
    }
}

static uint8_t source_of(const struct source *s, const struct nfdec_template *t)
{
    if (!s)
        return NFDEC_TIME_NONE;
    switch (s->operation) {
    case PLAN_SECONDS:
        return NFDEC_TIME_SECONDS;
    case PLAN_MILLISECONDS:
        return NFDEC_TIME_MILLISECONDS;
    case PLAN_DELTA:
        return NFDEC_TIME_DELTA;
    case PLAN_UPTIME:
        return t->session->version == 10 ? NFDEC_TIME_UPTIME_INIT : NFDEC_TIME_UPTIME;
    default:
        return s->operation == PLAN_NTP_NANO ? NFDEC_TIME_NANOSECONDS : NFDEC_TIME_MICROSECONDS;
    }
}

/*
 * What there is no other source for, from the time of an event: both ends, or the end. A firewall says when the flow
 * began, and what it counted until the event.
 */
static void add_event_times(struct builder *b, struct nfdec_plan *plan, bool start)
{
    static const struct {
        uint16_t id;
        uint8_t operation;
    } events[] = { { EVENT_NANOSECONDS, PLAN_NTP_NANO },
                   { EVENT_MICROSECONDS, PLAN_NTP_MICRO },
                   { EVENT_MILLISECONDS, PLAN_MILLISECONDS },
                   { EVENT_SECONDS, PLAN_SECONDS } };
    for (size_t i = 0; i < 4; i++) {
        bool seconds = events[i].operation == PLAN_SECONDS;
        struct place event = find(b, events[i].id, false, seconds ? 4 : 8, 8);
        if (!event.found || (seconds && event.length != 4 && event.length != 8))
            continue;
        if (!start) {
            add_step(b, events[i].operation, NFDEC_COL_START, event);
            plan->start_source = NFDEC_TIME_EVENT;
        }
        add_step(b, events[i].operation, NFDEC_COL_END, event);
        plan->end_source = NFDEC_TIME_EVENT;
        return;
    }
}

/* One end of the flow from the other and a duration, or from the time of an event. */
static void add_other_times(struct builder *b, struct nfdec_plan *plan)
{
    bool start = b->columns & NFDEC_BIT(START), end = b->columns & NFDEC_BIT(END);
    struct place ms = find(b, DURATION_MS, false, 1, 8), us = find(b, DURATION_US, false, 1, 8);
    bool duration = start != end && (ms.found || us.found);
    if (!end && !duration)
        add_event_times(b, plan, start);
    if (!duration)
        return;
    add_step(b, us.found ? PLAN_DURATION_US : PLAN_DURATION_MS, start ? NFDEC_COL_END : NFDEC_COL_START,
             us.found ? us : ms);
    *(start ? &plan->end_source : &plan->start_source) = NFDEC_TIME_DURATION;
}

static bool is_learned_already(const struct nfdec_plan *plan, uint16_t id)
{
    for (uint8_t i = 0; i < plan->learned_count; i++)
        if (plan->learned[i].id == id)
            return true;
    return false;
}

static bool learns_from(const struct nfdec_plan *plan, const struct nfdec_field_spec *spec)
{
    static const uint16_t ids[] = { SYSTEM_INIT, 34, 48, 50, 302, 304, 305, 306, 309, 310, 311 };
    if (!spec->element || spec->element->pen != 0 || spec->reverse || spec->length < 1 || spec->length > 8)
        return false;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (spec->element->id == ids[i])
            return (ids[i] != SYSTEM_INIT || spec->length == 8) && !is_learned_already(plan, ids[i]);
    return false;
}

/* A template with ICMP types and no protocol is for ICMP: so softflowd's are in IPFIX. */
static void add_protocol(struct builder *b)
{
    bool icmp4 = find(b, 32, false, 1, 8).found || find(b, ICMP_TYPE4, false, 1, 1).found;
    bool icmp6 = find(b, 139, false, 1, 8).found || find(b, ICMP_TYPE6, false, 1, 1).found;
    if (b->columns & NFDEC_BIT(PROTO) || icmp4 == icmp6)
        return;
    struct place constant = { .offset = icmp4 ? 1 : 58 };
    add_step(b, PLAN_CONSTANT, NFDEC_COL_PROTO, constant);
}

/* Options data that decoding or reading flows depends on: see learn.c. Scope fields count: selectors are. */
static void plan_learned(const struct nfdec_template *t, struct nfdec_plan *plan)
{
    uint32_t offset = 0;
    uint16_t segment = 0;
    for (uint16_t i = 0; i < t->field_count; i++) {
        const struct nfdec_field_spec *spec = &t->fields[i];
        if (learns_from(plan, spec))
            plan->learned[plan->learned_count++] = (struct plan_learned) {
                .id = spec->element->id, .length = spec->length, .segment = segment, .offset = offset
            };
        offset += spec->length;
        if (spec->length == NFDEC_VARIABLE) {
            segment++;
            offset = 0;
        }
    }
}

static uint16_t count_gaps(const struct nfdec_template *t)
{
    uint16_t count = 1;
    for (uint16_t i = 0; i < t->field_count; i++)
        count = (uint16_t)(count + (t->fields[i].length == NFDEC_VARIABLE));
    return count;
}

/* With these a record is walked in as many steps as it has variable-length fields, each of an octet at least. */
static void fill_gaps(const struct nfdec_template *t, uint32_t *gap)
{
    for (uint16_t i = 0; i < t->field_count; i++) {
        if (t->fields[i].length == NFDEC_VARIABLE)
            gap++;
        else
            *gap += t->fields[i].length;
    }
}

static void plan_columns(struct builder *b, struct nfdec_plan *plan)
{
    static const uint16_t src[4] = { SRC_IP6, SRC_IP4, SRC_PREFIX6, SRC_PREFIX4 };
    static const uint16_t dst[4] = { DST_IP6, DST_IP4, DST_PREFIX6, DST_PREFIX4 };
    struct best best = { .source = { NULL } };
    struct place init = find(b, SYSTEM_INIT, false, 8, 8);
    bool ipfix = b->t->session->version == 10;
    plan->init_offset = init.found ? (int32_t)init.offset : -1;
    find_sources(b, &best);
    for (uint8_t column = 0; column < NFDEC_COLUMN_COUNT; column++) {
        struct place place = best.place[column];
        const struct source *s = best.source[column];
        bool uptime = s && s->operation == PLAN_UPTIME;
        if (s)
            add_step(b, uptime && ipfix ? PLAN_INIT_UPTIME : s->operation, column, place);
        if (uptime && place.segment != init.segment)
            plan->init_offset = -1;
        if (column == NFDEC_COL_START)
            plan->start_source = source_of(s, b->t);
        if (column == NFDEC_COL_END)
            plan->end_source = source_of(s, b->t);
    }
    add_address(b, NFDEC_COL_SRC, src);
    add_address(b, NFDEC_COL_DST, dst);
    add_icmp(b);
    add_other_times(b, plan);
    bool uptime = plan->start_source == NFDEC_TIME_UPTIME_INIT || plan->end_source == NFDEC_TIME_UPTIME_INIT;
    plan->needs_init = uptime && plan->init_offset < 0;
    plan->biflow = (b->columns & (NFDEC_BIT(REVERSE_BYTES) | NFDEC_BIT(REVERSE_PACKETS))) != 0;
    plan->columns = b->columns;
    add_protocol(b);
    plan->filled = b->columns;
}

/* Where a step runs among the others; those alike by where their fields are. */
static uint64_t step_rank(const struct plan_step *step)
{
    bool alike = step->operation <= PLAN_LAST_ALIKE;
    uint64_t kind = alike ? step->operation : PLAN_LAST_ALIKE + 1u;
    return (uint64_t)step->second << 52 | (uint64_t)step->segment << 36 | kind << 32 |
           (alike ? step->offset : 0);
}

/* Of equal rank they stay in the order in which they were added: the code of an ICMP message behind its type. */
static void sort_steps(struct plan_step *steps, uint16_t count)
{
    for (uint16_t i = 1; i < count; i++) {
        struct plan_step step = steps[i];
        uint16_t at = i;
        for (; at && step_rank(&steps[at - 1]) > step_rank(&step); at--)
            steps[at] = steps[at - 1];
        steps[at] = step;
    }
}

static bool alike(const struct plan_step *a, const struct plan_step *b)
{
    return a->segment == b->segment && a->operation <= PLAN_LAST_ALIKE && b->operation <= PLAN_LAST_ALIKE;
}

static void count_alike(struct plan_step *steps, uint16_t count)
{
    for (uint16_t i = count; i-- > 0;) {
        bool more = i + 1 < count && alike(&steps[i], &steps[i + 1]);
        steps[i].alike = (uint8_t)(more ? steps[i + 1].alike + 1 : 1);
    }
}

static uint32_t end_of(const struct plan_step *step)
{
    return step->offset + step->length;
}

/* Sorted by where they are, of two the second ends last. */
static bool make_pair(const struct plan_step *a, const struct plan_step *b)
{
    return a->operation == b->operation && end_of(b) - a->offset <= PAIR_OCTETS;
}

/* Octets of a number that ends with so many of those that are read at once. */
static void order_octets(uint8_t order[8], uint32_t end, uint8_t length)
{
    for (uint8_t i = 0; i < 8; i++)
        order[i] = i < length ? (uint8_t)(end - 1 - i) : 0x80;
}

static struct plan_pair pair_of(const struct plan_step *a, const struct plan_step *b)
{
    struct plan_pair pair = { .place = (int32_t)end_of(b) - PAIR_OCTETS, .operation = a->operation };
    const struct plan_step *step[] = { a, b };
    for (unsigned i = 0; i < 2; i++) {
        order_octets(pair.order + 8 * i, end_of(step[i]) - end_of(b) + PAIR_OCTETS, step[i]->length);
        pair.values[i] = (uint16_t)(step[i]->column * (NFDEC_ROWS + NFDEC_GAP));
    }
    return pair;
}

/* Makes pairs of neighbours among the first step and those alike, and says how many. */
static void pair_alike(struct plan_step *first, struct plan_pair *pairs)
{
    const struct plan_step *end = first + first->alike, *next;
    for (const struct plan_step *step = first; step < end; step = next) {
        bool two = step + 1 < end && make_pair(step, step + 1);
        next = step + 1 + two;
        pairs[first->pairs++] = pair_of(step, next - 1);
    }
}

static uint16_t pair_steps(struct plan_step *steps, uint16_t count, struct plan_pair *pairs)
{
    uint16_t made = 0;
    for (uint16_t i = 0; i < count; i = (uint16_t)(i + steps[i].alike)) {
        if (steps[i].operation <= PLAN_LAST_ALIKE)
            pair_alike(&steps[i], pairs + made);
        made = (uint16_t)(made + steps[i].pairs);
    }
    return made;
}

static void index_steps(struct nfdec_plan *plan)
{
    for (uint8_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        if (!step->second)
            plan->first_steps++;
        if (step->column >= PLAN_FIRST_COUNTER && step->column < PLAN_FIRST_COUNTER + PLAN_COUNTERS)
            plan->counter[plan->counter_count++] = i;
    }
}

/* What stands behind the plan itself: steps, gaps, pairs. */
static void fill_plan(struct nfdec_plan *plan, const struct builder *b)
{
    uint32_t *gaps = (uint32_t *)&plan->steps[b->step_count];
    struct plan_pair *pairs = (struct plan_pair *)&gaps[plan->gap_count];
    memcpy(plan->steps, b->steps, b->step_count * sizeof *b->steps);
    memcpy(pairs, b->pairs, plan->pair_count * sizeof *pairs);
    fill_gaps(b->t, gaps);
    plan->gaps = gaps;
    plan->pairs = pairs;
    index_steps(plan);
}

struct nfdec_plan *plan_new(struct memory *mem, const struct nfdec_template *t)
{
    struct place place[PLACED];
    struct builder b = { .t = t, .place = place };
    note_present(&b);
    struct nfdec_plan made = { .init_offset = -1, .gap_count = count_gaps(t) };
    if (t->kind == NFDEC_TEMPLATE_OPTIONS)
        plan_learned(t, &made);
    else
        plan_columns(&b, &made);
    sort_steps(b.steps, b.step_count);
    count_alike(b.steps, b.step_count);
    made.step_count = b.step_count;
    made.pair_count = pair_steps(b.steps, b.step_count, b.pairs);
    made.columns |= NFDEC_BIT(SESSION) | NFDEC_BIT(FAMILY);
    made.filled |= NFDEC_BIT(SESSION) | NFDEC_BIT(FAMILY);
    made.family = b.family;
    struct nfdec_plan *plan = memory_new(mem, plan_octets(&made));
    if (!plan)
        return NULL;
    *plan = made;
    fill_plan(plan, &b);
    return plan;
}

void plan_free(struct memory *mem, const struct nfdec_plan *plan)
{
    memory_free(mem, (struct nfdec_plan *)(uintptr_t)plan);
}

size_t plan_octets(const struct nfdec_plan *plan)
{
    return sizeof *plan + plan->step_count * sizeof *plan->steps + plan->gap_count * sizeof *plan->gaps +
           plan->pair_count * sizeof *plan->pairs;
}

uint32_t nfdec_template_columns(const struct nfdec_template *template)
{
    return template->plan->columns;
}

enum nfdec_time_source nfdec_template_start_source(const struct nfdec_template *template)
{
    return template->plan->start_source;
}

enum nfdec_time_source nfdec_template_end_source(const struct nfdec_template *template)
{
    return template->plan->end_source;
}

bool nfdec_template_biflow(const struct nfdec_template *template)
{
    return template->plan->biflow;
}
