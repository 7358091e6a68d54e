/* SPDX-License-Identifier: MIT */
#include "decode/templates.h"

#include "decode/build.h"

#define TEMPLATE_OCTETS_MAX ((size_t)512 << 20)

void templates_init(struct templates *templates, struct memory *mem, uint32_t limit)
{
    *templates = (struct templates) { .mem = mem, .limit = limit };
}

void templates_release(struct templates *templates)
{
    plans_release(&templates->plans, templates->mem);
    for (uint32_t i = 0; i < templates->count; i++)
        build_free(templates->mem, templates->version[i]);
    memory_free(templates->mem, templates->version);
    memory_free(templates->mem, templates->field);
}

static bool limited(const struct templates *templates)
{
    return templates->count >= templates->limit || templates->octets > TEMPLATE_OCTETS_MAX;
}

struct nfdec_template *templates_add(struct templates *templates, const struct nfdec_session *session,
                                     const struct shape *shape)
{
    if (limited(templates))
        return NULL;
    void *grown = memory_grow(templates->mem, templates->version, templates->count, &templates->capacity,
                              sizeof *templates->version);
    if (!grown)
        return NULL;
    templates->version = grown;
    size_t octets;
    struct nfdec_template *t = build_template(templates->mem, &templates->plans, session, shape, &octets);
    if (!t)
        return NULL;
    t->index = templates->count;
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

/* Room for `count` fields in the scratch array; a count is bounded by the set that must hold the fields. */
static bool scratch_room(struct templates *templates, size_t count)
{
    if (count <= templates->field_capacity)
        return true;
    size_t capacity = count < 64 ? 64 : count;
    struct wire_field *field = memory_new(templates->mem, capacity * sizeof *field);
    if (!field)
        return false;
    memory_free(templates->mem, templates->field);
    templates->field = field;
    templates->field_capacity = capacity;
    return true;
}

/*
 * RFC 7011 section 3.2: |E| element id (15) | length (16) | enterprise number (32, if E) |
 * NetFlow v9 has no E bit: the whole 16 bits are the field type.
 */
static uint32_t read_fields(const struct template_reader *r, struct cursor *set, uint32_t count)
{
    bool enterprise = r->message->version == 10;
    struct wire_field *field = r->templates->field;
    for (uint32_t i = 0; i < count; i++) {
        field[i].id = cursor_u16(set);
        field[i].length = cursor_u16(set);
        field[i].pen = 0;
        if (enterprise && field[i].id & 0x8000) {
            field[i].id &= 0x7fff;
            field[i].pen = cursor_u32(set);
        }
        if (cursor_failed(set))
            return i;
    }
    return count;
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
    struct slot *family = slots_find(&r->exporter->owner->latest, slot->id);
    if (family && family->current == slot->latest)
        family->current = NULL;
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
    for (uint16_t i = 0; i < t->field_count; i++)
        if (t->fields[i].element && t->fields[i].type != t->fields[i].element->type && !t->fields[i].scope)
            tell(r, set, NFDEC_DIAG_FIELD_LENGTH, shape->id, t->fields[i].id, t->fields[i].length);
    exporter_set_current(r->exporter, slot, t);
    slot->latest = t;
    struct slot *family = slots_make(&r->exporter->owner->latest, r->templates->mem, shape->id);
    if (family)
        family->current = t;
    r->learned(r->decoder, slot);
}

/* Whether the fields at the cursor, which moves behind them if so, are those of a template. */
static bool has_fields(const struct nfdec_template *t, struct cursor *set, bool enterprise)
{
    struct cursor c = *set;
    for (uint16_t i = 0; i < t->field_count; i++) {
        const struct nfdec_field_spec *spec = &t->fields[i];
        const uint8_t *p = cursor_take(&c, 4);
        bool own = p && enterprise && p[0] & 0x80;
        const uint8_t *pen = own ? cursor_take(&c, 4) : NULL;
        if (!p || (own && !pen) || spec->id != (be16(p) & (own ? 0x7fff : 0xffff)) ||
            spec->length != be16(p + 2) || spec->pen != (own ? be32(pen) : 0))
            return false;
    }
    *set = c;
    return true;
}

static void note_again(struct nfdec_template *t, const struct nfdec_message *m)
{
    t->announced++;
    t->last_packet = m->packet;
    t->last_time = m->time;
}

/* Most definitions are those that are in force, once more: these are told without being taken apart. */
static bool is_in_force(const struct template_reader *r, struct cursor *set, uint16_t id, uint32_t fields,
                        uint32_t scopes)
{
    struct nfdec_template *t = exporter_template(r->exporter, id);
    if (!t || t->field_count != fields || t->scope_count != scopes ||
        (t->kind == NFDEC_TEMPLATE_OPTIONS) != r->options || !has_fields(t, set, r->message->version == 10))
        return false;
    note_again(t, r->message);
    return true;
}

static void learn(const struct template_reader *r, const struct cursor *set, const struct shape *shape)
{
    struct slot *slot = slots_make(&r->exporter->slots, r->templates->mem, shape->id);
    if (!slot)
        return;
    if (slot->current && shape_is(shape, slot->current)) {
        note_again(slot->current, r->message);
        return;
    }
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
    if (r->message->version == 10) {
        *fields = first;
        *scopes = second;
    } else {
        *scopes = first / 4u;
        *fields = *scopes + second / 4u;
    }
}

/* Reads one template; false: the rest of the set cannot be read. */
static bool read_template(struct template_reader *r, struct cursor *set)
{
    struct cursor at = *set;
    uint16_t id = cursor_u16(set), first = cursor_u16(set);
    bool ipfix = r->message->version == 10;
    uint32_t fields = first, scopes = 0;
    if (ipfix && first == 0 && (id >= 256 || id == (r->options ? 3 : 2))) {
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
    if ((scopes || !r->options) && is_in_force(r, set, id, fields, scopes)) {
        r->read++;
        return true;
    }
    if (!scratch_room(r->templates, fields))
        return false;
    uint32_t read = read_fields(r, set, fields);
    if (read < fields) {
        tell(r, &at, NFDEC_DIAG_TEMPLATE_TRUNCATED, id, fields, read);
        return false;
    }
    if (r->options && (scopes == 0 || scopes > fields))
        tell(r, &at, NFDEC_DIAG_TEMPLATE_BAD_SCOPE, id, scopes, fields);
    if (scopes > fields)
        return true;
    r->read++;
    struct shape shape = { .field = r->templates->field,
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
