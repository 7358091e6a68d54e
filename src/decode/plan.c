/* SPDX-License-Identifier: MIT */
#include "decode/plan.h"

#include <string.h>

#include "decode/places.h"

#define PAIR_OCTETS 16
#define SYSTEM_INIT 160 /* systemInitTimeMilliseconds */

#define STEPS (NFDEC_COLUMN_COUNT + 12)

/* What is between a template and its plan. */
struct builder {
    const struct nfdec_template *t;
    const struct places *places;
    uint32_t columns, family;
    uint16_t step_count;
    uint8_t learned_count;
    struct plan_step steps[STEPS]; /* as they were added */
    struct plan_learned learned[PLAN_LEARNED];
};

static const struct place *place_of(const struct builder *b, unsigned role)
{
    return &b->places->of[role];
}

static bool has(const struct builder *b, unsigned role)
{
    return place_found(place_of(b, role));
}

static void add_step(struct builder *b, uint8_t operation, uint8_t column, const struct place *place)
{
    bool second = operation == PLAN_IP4_IF_NONE || operation == PLAN_IP6_IF_NONE ||
                  operation == PLAN_DURATION_MS || operation == PLAN_DURATION_US;
    b->steps[b->step_count++] = (struct plan_step) { .operation = operation,
                                                     .column = column,
                                                     .length = place->length,
                                                     .second = second,
                                                     .segment = place->segment,
                                                     .offset = place->offset };
    b->columns |= 1u << column;
}

static bool before(const struct place *a, const struct place *b)
{
    return a->segment != b->segment ? a->segment < b->segment : a->offset < b->offset;
}

/*
 * A record may have addresses of both families: one of them zero where a template serves both, or those of two
 * layers of a tunnel, outermost first (RFC 7011 section 8). The first one that is not zero is the flow's. `roles` are
 * those of an address and a prefix of IPv6, then of IPv4.
 */
static void add_address(struct builder *b, uint8_t column, const uint8_t roles[4])
{
    bool addresses =
        has(b, roles[0]) || has(b, roles[2]); /* only prefixes: the network stands for its hosts */
    const struct place *v6 = place_of(b, roles[addresses ? 0 : 1]),
                       *v4 = place_of(b, roles[addresses ? 2 : 3]);
    bool v6_first = place_found(v6) && (!place_found(v4) || before(v6, v4)), src = column == NFDEC_COL_SRC;
    if (v6_first)
        b->family |= src ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    else if (place_found(v4))
        b->family |= src ? NFDEC_SRC_IP4 : NFDEC_DST_IP4;
    if (place_found(v6))
        add_step(b, v6_first ? PLAN_IP6 : PLAN_IP6_IF_NONE, column, v6);
    if (place_found(v4))
        add_step(b, v6_first ? PLAN_IP4_IF_NONE : PLAN_NUMBER, column, v4);
}

/* In one field, or in two, of which the type is written first. */
static void add_icmp(struct builder *b)
{
    bool four = has(b, PLACE_ICMP4), type4 = has(b, PLACE_ICMP_TYPE4);
    if (four || has(b, PLACE_ICMP6)) {
        add_step(b, PLAN_NUMBER, NFDEC_COL_ICMP, place_of(b, four ? PLACE_ICMP4 : PLACE_ICMP6));
        return;
    }
    const struct place *type = place_of(b, type4 ? PLACE_ICMP_TYPE4 : PLACE_ICMP_TYPE6),
                       *code = place_of(b, type4 ? PLACE_ICMP_CODE4 : PLACE_ICMP_CODE6);
    if (!place_found(type))
        return;
    add_step(b, PLAN_ICMP_TYPE, NFDEC_COL_ICMP, type);
    if (!place_found(code))
        return;
    add_step(b, PLAN_ICMP_CODE, NFDEC_COL_ICMP, code);
    b->steps[b->step_count - 1].second = code->segment < type->segment;
}

static uint8_t source_of(const struct place *place, const struct nfdec_template *t)
{
    if (!place_found(place))
        return NFDEC_TIME_NONE;
    switch (place->operation) {
    case PLAN_SECONDS:
        return NFDEC_TIME_SECONDS;
    case PLAN_MILLISECONDS:
        return NFDEC_TIME_MILLISECONDS;
    case PLAN_DELTA:
        return NFDEC_TIME_DELTA;
    case PLAN_UPTIME:
        return t->session->version == 10 ? NFDEC_TIME_UPTIME_INIT : NFDEC_TIME_UPTIME;
    default:
        return place->operation == PLAN_NTP_NANO ? NFDEC_TIME_NANOSECONDS : NFDEC_TIME_MICROSECONDS;
    }
}

/*
 * What there is no other source for, from the time of an event: both ends, or the end. A firewall says when the flow
 * began, and what it counted until the event.
 */
static void add_event_times(struct builder *b, struct nfdec_plan *plan, bool start)
{
    static const struct {
        uint8_t role, operation;
    } events[] = { { PLACE_EVENT_NANOSECONDS, PLAN_NTP_NANO },
                   { PLACE_EVENT_MICROSECONDS, PLAN_NTP_MICRO },
                   { PLACE_EVENT_MILLISECONDS, PLAN_MILLISECONDS },
                   { PLACE_EVENT_SECONDS, PLAN_SECONDS } };
    for (size_t i = 0; i < 4; i++) {
        const struct place *event = place_of(b, events[i].role);
        if (!place_found(event))
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
    const struct place *ms = place_of(b, PLACE_DURATION_MS), *us = place_of(b, PLACE_DURATION_US);
    bool duration = start != end && (place_found(ms) || place_found(us));
    if (!end && !duration)
        add_event_times(b, plan, start);
    if (!duration)
        return;
    add_step(b, place_found(us) ? PLAN_DURATION_US : PLAN_DURATION_MS,
             start ? NFDEC_COL_END : NFDEC_COL_START, place_found(us) ? us : ms);
    *(start ? &plan->end_source : &plan->start_source) = NFDEC_TIME_DURATION;
}

static bool is_learned_already(const struct builder *b, uint16_t id)
{
    for (uint8_t i = 0; i < b->learned_count; i++)
        if (b->learned[i].id == id)
            return true;
    return false;
}

static bool learns_from(const struct builder *b, const struct nfdec_field_spec *spec)
{
    static const uint16_t ids[PLAN_LEARNED] = { SYSTEM_INIT, 34, 48, 50, 302, 304, 305, 306, 309, 310, 311 };
    if (!spec->element || spec->element->pen != 0 || spec->reverse || spec->length < 1 || spec->length > 8)
        return false;
    for (size_t i = 0; i < PLAN_LEARNED; i++)
        if (spec->element->id == ids[i])
            return (ids[i] != SYSTEM_INIT || spec->length == 8) && !is_learned_already(b, ids[i]);
    return false;
}

/* A template with ICMP types and no protocol is for ICMP: so softflowd's are in IPFIX. */
static void add_protocol(struct builder *b)
{
    bool icmp4 = has(b, PLACE_ICMP4) || has(b, PLACE_ICMP_TYPE4);
    bool icmp6 = has(b, PLACE_ICMP6) || has(b, PLACE_ICMP_TYPE6);
    if (b->columns & NFDEC_BIT(PROTO) || icmp4 == icmp6)
        return;
    struct place constant = { .offset = icmp4 ? 1 : 58 };
    add_step(b, PLAN_CONSTANT, NFDEC_COL_PROTO, &constant);
}

/* Options data that decoding or reading flows depends on: see learn.c. Scope fields count: selectors are. */
static void plan_learned(struct builder *b)
{
    uint32_t offset = 0;
    uint16_t segment = 0;
    for (uint16_t i = 0; i < b->t->field_count; i++) {
        const struct nfdec_field_spec *spec = &b->t->fields[i];
        if (learns_from(b, spec))
            b->learned[b->learned_count++] = (struct plan_learned) {
                .id = spec->element->id, .length = spec->length, .segment = segment, .offset = offset
            };
        offset += spec->length;
        if (spec->length == NFDEC_VARIABLE) {
            segment++;
            offset = 0;
        }
    }
}

/* With these a record is walked in as many steps as it has variable-length fields, each of an octet at least. */
static void fill_gaps(const struct nfdec_template *t, uint32_t *gap)
{
    *gap = t->variable ? 0 : t->record_length;
    if (!t->variable)
        return;
    for (uint16_t i = 0; i < t->field_count; i++) {
        if (t->fields[i].length == NFDEC_VARIABLE)
            *++gap = 0;
        else
            *gap += t->fields[i].length;
    }
}

static void plan_columns(struct builder *b, struct nfdec_plan *plan)
{
    static const uint8_t src[4] = { PLACE_SRC_IP6, PLACE_SRC_PREFIX6, PLACE_SRC_IP4, PLACE_SRC_PREFIX4 };
    static const uint8_t dst[4] = { PLACE_DST_IP6, PLACE_DST_PREFIX6, PLACE_DST_IP4, PLACE_DST_PREFIX4 };
    const struct place *init = place_of(b, PLACE_SYSTEM_INIT);
    bool ipfix = b->t->session->version == 10;
    plan->init_offset = place_found(init) ? (int32_t)init->offset : -1;
    for (uint8_t i = 0; i < b->places->found_count; i++) {
        uint8_t column = b->places->found[i];
        if (column >= NFDEC_COLUMN_COUNT)
            continue;
        const struct place *place = place_of(b, column);
        bool uptime = place->operation == PLAN_UPTIME;
        add_step(b, uptime && ipfix ? PLAN_INIT_UPTIME : place->operation, column, place);
        if (uptime && place->segment != init->segment)
            plan->init_offset = -1;
    }
    plan->start_source = source_of(place_of(b, NFDEC_COL_START), b->t);
    plan->end_source = source_of(place_of(b, NFDEC_COL_END), b->t);
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
    plan->family = b->family;
}

/* Where a step runs among the others; those alike by where their fields are. */
static uint64_t step_rank(const struct plan_step *step)
{
    bool alike = step->operation <= PLAN_LAST_ALIKE;
    uint64_t kind = alike ? step->operation : PLAN_LAST_ALIKE + 1u;
    return (uint64_t)step->second << 52 | (uint64_t)step->segment << 36 | kind << 32 |
           (alike ? step->offset : 0);
}

/*
 * Steps in the order in which they run. Of equal rank they stay in the order in which they were added: the code of an ICMP
 * message behind its type. Most were added in the order of their fields, so that few have to move.
 */
static void sort_steps(const struct builder *b, struct plan_step *steps)
{
    uint64_t rank[STEPS]; /* and which of those that were added */
    for (uint16_t i = 0; i < b->step_count; i++) {
        uint64_t own = step_rank(&b->steps[i]) << 8 | i;
        uint16_t at = i;
        for (; at && rank[at - 1] > own; at--)
            rank[at] = rank[at - 1];
        rank[at] = own;
    }
    for (uint16_t i = 0; i < b->step_count; i++)
        steps[i] = b->steps[rank[i] & 0xFF];
}

static bool alike(const struct plan_step *a, const struct plan_step *b)
{
    return a->segment == b->segment && a->operation <= PLAN_LAST_ALIKE && b->operation <= PLAN_LAST_ALIKE;
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

/* Octets of a number that ends with so many of those that are read at once: the last one first. */
static uint64_t order_octets(uint32_t end, uint8_t length)
{
    uint64_t own = UINT64_MAX >> (64 - 8 * length);
    uint64_t octets = (end - 1) * UINT64_C(0x0101010101010101) - UINT64_C(0x0706050403020100);
    return (octets & own) | (UINT64_C(0x8080808080808080) & ~own);
}

static void put_pair(struct plan_pair *pair, const struct plan_step *a, const struct plan_step *b)
{
    pair->order[0] = order_octets(end_of(a) - end_of(b) + PAIR_OCTETS, a->length);
    pair->order[1] = order_octets(PAIR_OCTETS, b->length);
    pair->place = (int32_t)end_of(b) - PAIR_OCTETS;
    pair->values[0] = (uint16_t)(a->column * (NFDEC_ROWS + NFDEC_GAP));
    pair->values[1] = (uint16_t)(b->column * (NFDEC_ROWS + NFDEC_GAP));
    pair->operation = a->operation;
}

/* Makes pairs of neighbours among steps that are run as one; behind the last of them. */
static struct plan_pair *pair_alike(struct plan_step *first, struct plan_pair *pair)
{
    const struct plan_step *end = first + first->alike, *next;
    for (const struct plan_step *step = first; step < end; step = next) {
        bool two = step + 1 < end && make_pair(step, step + 1);
        next = step + 1 + two;
        put_pair(pair++, step, next - 1);
        first->pairs++;
    }
    return pair;
}

/* Neighbours that are run as one; behind the last pair of them. */
static struct plan_pair *join_steps(struct nfdec_plan *plan, struct plan_pair *pair)
{
    struct plan_step *end = plan->steps + plan->step_count, *next;
    for (struct plan_step *first = plan->steps; first < end; first = next) {
        for (next = first + 1; next < end && alike(first, next);)
            next++;
        first->alike = (uint8_t)(next - first);
        if (first->operation <= PLAN_LAST_ALIKE)
            pair = pair_alike(first, pair);
    }
    return pair;
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

/* Octets of a plan with so many steps, behind which pairs can stand. */
static size_t octets_with(size_t steps)
{
    return (offsetof(struct nfdec_plan, steps) + steps * sizeof(struct plan_step) + 7) / 8 * 8;
}

/* What stands behind the plan itself: steps, pairs, gaps, fields that are learned from. */
static void fill_plan(struct nfdec_plan *plan, const struct builder *b)
{
    struct plan_pair *pairs = (void *)((uint8_t *)plan + octets_with(b->step_count));
    sort_steps(b, plan->steps);
    struct plan_pair *end = join_steps(plan, pairs);
    uint32_t *gaps = (uint32_t *)end;
    struct plan_learned *learned = (struct plan_learned *)&gaps[plan->gap_count];
    fill_gaps(b->t, gaps);
    memcpy(learned, b->learned, plan->learned_count * sizeof *learned);
    plan->pairs = pairs;
    plan->pair_count = (uint16_t)(end - pairs);
    plan->gaps = gaps;
    plan->learned = learned;
    index_steps(plan);
}

/* Octets of a plan with so many steps and pairs. */
static size_t octets_of(const struct nfdec_plan *plan, size_t steps, size_t pairs)
{
    return octets_with(steps) + pairs * sizeof *plan->pairs + plan->gap_count * sizeof *plan->gaps +
           plan->learned_count * sizeof *plan->learned;
}

size_t plan_octets(const struct nfdec_plan *plan)
{
    return octets_of(plan, plan->step_count, plan->pair_count);
}

struct nfdec_plan *plan_new(struct pool *pool, struct memory *mem, const struct nfdec_template *t,
                            const struct places *places)
{
    struct builder b;
    b.t = t;
    b.places = places;
    b.columns = b.family = 0;
    b.step_count = b.learned_count = 0;
    struct nfdec_plan first = { .init_offset = -1,
                                .gap_count = places->segments,
                                .odd_lengths = places->odd_lengths };
    if (t->kind == NFDEC_TEMPLATE_OPTIONS)
        plan_learned(&b);
    else
        plan_columns(&b, &first);
    first.learned_count = b.learned_count;
    first.step_count = b.step_count;
    first.columns |= NFDEC_BIT(SESSION) | NFDEC_BIT(FAMILY);
    first.filled |= NFDEC_BIT(SESSION) | NFDEC_BIT(FAMILY);
    struct nfdec_plan *plan = pool_take(pool, mem, octets_of(&first, b.step_count, b.step_count));
    if (!plan)
        return NULL;
    *plan = first;
    fill_plan(plan, &b);
    pool_trim(pool, plan, plan_octets(plan));
    return plan;
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
