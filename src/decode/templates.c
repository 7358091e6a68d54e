/* SPDX-License-Identifier: MIT */
#include "decode/templates.h"

#include "decode/build.h"
#include "decode/plan.h"

#define TEMPLATE_OCTETS_MAX ((size_t)512 << 20)

void templates_init(struct templates *templates, struct memory *mem, uint32_t limit)
{
    *templates = (struct templates) { .mem = mem, .limit = limit };
}

void templates_release(struct templates *templates)
{
    plans_release(&templates->plans, templates->mem);
    pool_release(&templates->pool, templates->mem);
    for (size_t i = 0; i < templates->records_capacity; i++)
        memory_free(templates->mem, templates->records[i]);
    memory_free(templates->mem, templates->records);
    memory_free(templates->mem, templates->version);
}

static bool limited(const struct templates *templates)
{
    return templates->count >= templates->limit || templates->octets > TEMPLATE_OCTETS_MAX;
}

/* For the records of one more. */
static bool records_room(struct templates *templates)
{
    uint32_t count = templates->count / TEMPLATES_COUNTED;
    if (templates->count % TEMPLATES_COUNTED)
        return true;
    void *grown = memory_grow(templates->mem, templates->records, count, &templates->records_capacity,
                              sizeof *templates->records);
    if (!grown)
        return false;
    templates->records = grown;
    if (!templates->records[count])
        templates->records[count] = memory_new(templates->mem, TEMPLATES_COUNTED * sizeof(uint64_t));
    return templates->records[count] != NULL;
}

struct nfdec_template *templates_add(struct templates *templates, const struct nfdec_session *session,
                                     const struct shape *shape)
{
    if (limited(templates) || !records_room(templates))
        return NULL;
    void *grown = memory_grow(templates->mem, templates->version, templates->count, &templates->capacity,
                              sizeof *templates->version);
    if (!grown)
        return NULL;
    templates->version = grown;
    size_t octets;
    const struct build build = { .mem = templates->mem,
                                 .pool = &templates->pool,
                                 .plans = &templates->plans,
                                 .specs = &templates->specs };
    struct nfdec_template *t = build_template(&build, session, shape, &octets);
    if (!t)
        return NULL;
    t->index = templates->count;
    t->records = templates_records(templates, t);
    templates->octets += octets;
    templates->version[templates->count++] = t;
    return t;
}

static void tell(const struct template_reader *r, const struct cursor *set, enum nfdec_code code, uint16_t id,
                 uint64_t a, uint64_t b)
{
    struct nfdec_diagnostic d = { .packet = r->message->packet,
                                  .a = a,
                                  .b = b,
                                  .session = &r->exporter->public,
                                  .offset = r->offset + (uint32_t)set->at,
                                  .id = id,
                                  .code = (uint16_t)code };
    r->diagnose(r->decoder, &d);
}

static void end_template(struct nfdec_template *t, enum nfdec_template_end end, uint64_t packet)
{
    t->end = (uint8_t)end;
    t->end_packet = packet;
}

/*
 * Every version knows the one before and one further back; the strides of two equal ones make that of the next, so
 * that a walk takes a number of steps in the order of the logarithm (skew binary numbers).
 */
static void link_version(struct nfdec_template *t, const struct nfdec_template *last)
{
    t->version = last ? last->version + 1 : 1;
    t->previous = t->earlier = last;
    const struct nfdec_template *back = last ? last->earlier : NULL;
    if (back && back->earlier && last->version - back->version == back->version - back->earlier->version)
        t->earlier = back->earlier;
}

/* Nothing is in force in a slot from now on. */
static void end_slot(const struct template_reader *r, struct slot *slot, enum nfdec_template_end end)
{
    end_template(slot->current, end, r->message->packet);
    exporter_set_current(r->exporter, slot, NULL);
    slot->withdrawn = r->message->packet;
    family_forget(r->exporter->owner, slot->id, slot->latest);
}

/* Fields whose length is not one of their element. */
static void tell_lengths(const struct template_reader *r, const struct cursor *set,
                         const struct nfdec_template *t)
{
    for (uint16_t i = 0; i < t->field_count; i++)
        if (t->fields[i].element && t->fields[i].type != t->fields[i].element->type && !t->fields[i].scope)
            tell(r, set, NFDEC_DIAG_FIELD_LENGTH, t->id, t->fields[i].id, t->fields[i].length);
}

/* A definition that is not the one in force: a new version. */
static void learn_version(const struct template_reader *r, const struct cursor *set,
                          const struct shape *shape, struct slot *slot)
{
    const struct nfdec_message *m = r->message;
    struct nfdec_template *t = templates_add(r->templates, &r->exporter->public, shape);
    if (!t) {
        if (limited(r->templates))
            tell(r, set, NFDEC_DIAG_TEMPLATE_LIMIT, shape->id, r->templates->count, 0);
        if (slot->current) /* what comes from now on is not of the old shape */
            end_slot(r, slot, NFDEC_TEMPLATE_REPLACED);
        return;
    }
    link_version(t, slot->latest);
    t->first_packet = t->last_packet = m->packet;
    t->first_time = t->last_time = m->time;
    t->announced = 1;
    if (slot->current) {
        end_template(slot->current, NFDEC_TEMPLATE_REPLACED, m->packet);
        tell(r, set, NFDEC_DIAG_TEMPLATE_CHANGED, shape->id, shape->field_count, slot->current->field_count);
    }
    if (!t->record_length)
        tell(r, set, NFDEC_DIAG_TEMPLATE_EMPTY, shape->id, 0, 0);
    if (t->plan->odd_lengths)
        tell_lengths(r, set, t);
    exporter_set_current(r->exporter, slot, t);
    slot->latest = t;
    family_learn(r->exporter->owner, r->templates->mem, shape->id, t);
    r->learned(r->decoder, slot);
}

static void note_again(struct nfdec_template *t, const struct nfdec_message *m)
{
    t->announced++;
    t->last_packet = m->packet;
    t->last_time = m->time;
}

/* Most definitions are those that are in force, once more. */
static void learn(const struct template_reader *r, const struct cursor *set, const struct shape *shape)
{
    struct nfdec_template *t = exporter_template(r->exporter, shape->id);
    if (t && shape_is(shape, t)) {
        note_again(t, r->message);
        return;
    }
    struct slot *slot = slots_make(&r->exporter->slots, r->templates->mem, shape->id);
    if (slot)
        learn_version(r, set, shape, slot);
}

/* RFC 7011 section 8.1: a field count of 0 withdraws a template, with the set's own id all of its kind. */
static void withdraw(const struct template_reader *r, const struct cursor *set, uint16_t id)
{
    struct slots *slots = &r->exporter->slots;
    if (id < 256) {
        struct slot *slot;
        while ((slot = slots_find(slots, r->exporter->in_force[r->options])) != NULL)
            end_slot(r, slot, NFDEC_TEMPLATE_WITHDRAWN);
        tell(r, set, NFDEC_DIAG_TEMPLATE_WITHDRAWN, id, 0, 0);
        return;
    }
    struct slot *slot = slots_find(slots, id);
    if (!slot || !slot->current) {
        tell(r, set, NFDEC_DIAG_WITHDRAWAL_UNKNOWN, id, 0, 0);
        return;
    }
    end_slot(r, slot, NFDEC_TEMPLATE_WITHDRAWN);
    tell(r, set, NFDEC_DIAG_TEMPLATE_WITHDRAWN, id, 0, 0);
}

/* Counts behind an options template's id: IPFIX counts fields (RFC 7011 3.4.2.2), v9 octets (RFC 3954 6.1). */
static void options_counts(const struct template_reader *r, struct cursor *set, uint16_t first,
                           uint32_t *fields, uint32_t *scopes)
{
    uint16_t second = cursor_u16(set);
    if (r->ipfix) {
        *fields = first;
        *scopes = second;
    } else {
        *scopes = first / 4u;
        *fields = *scopes + second / 4u;
    }
}

/* Moves behind so many field specifiers; how many there are at most. */
static uint32_t pass_fields(struct cursor *set, uint32_t count, bool ipfix)
{
    if (!ipfix)
        return cursor_skip(set, (size_t)count * 4) ? count : 0;
    for (uint32_t i = 0; i < count; i++) {
        (void)shape_field(set, true);
        if (cursor_failed(set))
            return i;
    }
    return count;
}

/* Reads one template; false: the rest of the set cannot be read. */
static bool read_template(struct template_reader *r, struct cursor *set)
{
    struct cursor at = *set;
    uint16_t id = cursor_u16(set), first = cursor_u16(set);
    uint32_t fields = first, scopes = 0;
    if (r->ipfix && first == 0 && (id >= 256 || id == (r->options ? 3 : 2))) {
        r->read++;
        r->withdrawn++;
        withdraw(r, &at, id);
        return true;
    }
    if (id < 256) {
        tell(r, &at, NFDEC_DIAG_TEMPLATE_BAD_ID, id, 0, 0);
        return false;
    }
    if (r->options)
        options_counts(r, set, first, &fields, &scopes);
    if (cursor_failed(set) || cursor_left(set) / 4 < fields) {
        tell(r, &at, NFDEC_DIAG_TEMPLATE_TRUNCATED, id, fields, cursor_left(set) / 4);
        return false;
    }
    if (fields == 0) {
        tell(r, &at, NFDEC_DIAG_TEMPLATE_NO_FIELDS, id, 0, 0);
        return true;
    }
    exporter_expect(r->exporter, id);
    struct cursor begin = cursor_rest(set);
    uint32_t read = pass_fields(set, fields, r->ipfix);
    if (read < fields) {
        tell(r, &at, NFDEC_DIAG_TEMPLATE_TRUNCATED, id, fields, read);
        return false;
    }
    if (r->options && (scopes == 0 || scopes > fields))
        tell(r, &at, NFDEC_DIAG_TEMPLATE_BAD_SCOPE, id, scopes, fields);
    if (scopes > fields)
        return true;
    r->read++;
    struct shape shape = { .fields = begin.data,
                           .octets = (uint32_t)(begin.length - cursor_left(set)),
                           .id = id,
                           .field_count = (uint16_t)fields,
                           .scope_count = (uint16_t)scopes,
                           .kind = r->options ? NFDEC_TEMPLATE_OPTIONS : NFDEC_TEMPLATE_DATA };
    learn(r, &at, &shape);
    return true;
}

void templates_read(struct template_reader *reader, struct cursor *set)
{
    while (cursor_left(set) >= 4) {
        struct cursor rest = cursor_rest(set);
        if (be16(rest.data) == 0) { /* padding to a border: template id 0 does not exist */
            for (size_t i = 0; i < rest.length; i++) {
                if (rest.data[i]) {
                    tell(reader, set, NFDEC_DIAG_TEMPLATE_BAD_ID, 0, 0, 0);
                    break;
                }
            }
            return;
        }
        if (!read_template(reader, set))
            return;
    }
}
