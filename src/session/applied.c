/* SPDX-License-Identifier: MIT */
#include "session/applied.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"
#include "nfdec/record.h"

#define SUBJECTS_MOST      (1u << 20)
#define V9_SCOPE_INTERFACE 2u
#define INIT_TIME          160u

/* What flows may have and options data may be about. */
enum aspect { ASPECT_NONE, INTERFACE, VRF, APPLICATION, SAMPLER, USER };

/* What records of options data are about, and what they say of it at the moment. */
struct subject {
    uint64_t key;     /* 0: free */
    uint64_t content; /* what is said of it */
    uint32_t
        last; /* set that says so, before or, where there is none, behind the first flows it applies to */
    uint32_t flows; /* those: a chosen set; LEDGER_NONE: none came since */
};

struct chosen {
    uint32_t group; /* of sessions of one address */
    uint32_t set;
};

struct applied {
    const struct session *run;
    uint32_t *group; /* of sessions by index; LEDGER_NONE: not known yet */
    uint32_t sessions;
    struct chosen *chosen;
    size_t chosen_count, chosen_room;
    uint64_t *used; /* hashes of aspects of flows; a power of two of them, 0: free */
    size_t used_count, used_room;
    struct subject *subject; /* by key, the same */
    size_t subjects, subject_room;
    uint64_t left;
    void (*need)(void *user, uint32_t index);
    void *user;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t mix_octets(uint64_t hash, const uint8_t *octets, size_t length)
{
    hash = mix(hash, length);
    for (; length >= 8; octets += 8, length -= 8)
        hash = mix(hash, be64(octets));
    return length ? mix(hash, be_n(octets, length)) : hash;
}

/* --- exporters --- */

static int compare_addresses(const void *x, const void *y)
{
    const struct nfdec_session *const *a = x, *const *b = y;
    if ((*a)->address_length != (*b)->address_length)
        return (*a)->address_length < (*b)->address_length ? -1 : 1;
    return memcmp((*a)->address, (*b)->address, sizeof(*a)->address);
}

/* Exporters say in one domain what counts in another: all sessions of an address are one group. */
static void group_sessions(struct applied *a)
{
    const struct nfdec *decoder = session_decoder(a->run);
    while (nfdec_session_at(decoder, a->sessions))
        a->sessions++;
    const struct nfdec_session **all = alloc_array((size_t)a->sessions + 1, sizeof *all);
    a->group = alloc_array((size_t)a->sessions + 1, sizeof *a->group);
    for (uint32_t i = 0; i < a->sessions; i++)
        all[i] = nfdec_session_at(decoder, i);
    if (a->sessions)
        qsort(all, a->sessions, sizeof *all, compare_addresses);
    for (uint32_t i = 0, group = 0; i < a->sessions; i++) {
        group += i > 0 && compare_addresses(&all[i - 1], &all[i]) != 0;
        a->group[all[i]->index] = group;
    }
    free(all);
}

struct applied *applied_new(const struct session *run)
{
    struct applied *a = alloc_new(sizeof *a);
    a->run = run;
    group_sessions(a);
    return a;
}

void applied_free(struct applied *a)
{
    if (!a)
        return;
    free(a->group);
    free(a->chosen);
    free(a->used);
    free(a->subject);
    free(a);
}

/* --- what flows have --- */

static enum aspect aspect_of_element(uint16_t id)
{
    switch (id) {
    case 10:  /* ingressInterface */
    case 14:  /* egressInterface */
    case 252: /* ingressPhysicalInterface */
    case 253: /* egressPhysicalInterface */
        return INTERFACE;
    case 234: /* ingressVRFID */
    case 235: /* egressVRFID */
        return VRF;
    case 95: /* applicationId */
        return APPLICATION;
    case 48:  /* samplerId */
    case 302: /* selectorId */
        return SAMPLER;
    case 8:   /* sourceIPv4Address */
    case 12:  /* destinationIPv4Address */
    case 27:  /* sourceIPv6Address */
    case 28:  /* destinationIPv6Address */
    case 366: /* staIPv4Address */
        return USER;
    default:
        return ASPECT_NONE;
    }
}

static enum aspect aspect_of(const struct nfdec_template *template, const struct nfdec_field_spec *spec)
{
    if (spec->pen != 0 || spec->reverse)
        return ASPECT_NONE;
    if (spec->scope && template->session->version == 9) /* RFC 3954 section 6.1 */
        return spec->id == V9_SCOPE_INTERFACE ? INTERFACE : ASPECT_NONE;
    return aspect_of_element(spec->id);
}

/* Numbers are the same at any length. */
static uint64_t aspect_hash(enum aspect aspect, uint32_t group, const struct nfdec_field *field)
{
    const uint8_t *data = field->data;
    uint32_t length = field->length;
    while (aspect != USER && length > 0 && *data == 0) {
        data++;
        length--;
    }
    uint64_t hash = mix_octets(mix(group + 1u, aspect), data, length);
    return hash ? hash : 1;
}

static size_t used_place(const struct applied *a, uint64_t hash)
{
    size_t at = hash & (a->used_room - 1);
    while (a->used[at] && a->used[at] != hash)
        at = (at + 1) & (a->used_room - 1);
    return at;
}

static void grow_used(struct applied *a)
{
    uint64_t *old = a->used;
    size_t room = a->used_room;
    a->used_room = room ? 2 * room : 1024;
    a->used = alloc_array(a->used_room, sizeof *a->used);
    for (size_t i = 0; i < room; i++)
        if (old[i])
            a->used[used_place(a, old[i])] = old[i];
    free(old);
}

static void use(struct applied *a, uint64_t hash)
{
    if (2 * a->used_count >= a->used_room)
        grow_used(a);
    size_t at = used_place(a, hash);
    a->used_count += a->used[at] == 0;
    a->used[at] = hash;
}

static bool is_used(const struct applied *a, uint64_t hash)
{
    return a->used_room > 0 && a->used[used_place(a, hash)] != 0;
}

void applied_flows(struct applied *a, uint32_t index, const struct nfdec_set *set)
{
    uint32_t group = a->group[set->message->session->index];
    a->chosen = alloc_grow(a->chosen, a->chosen_count, &a->chosen_room, sizeof *a->chosen);
    a->chosen[a->chosen_count++] = (struct chosen) { .group = group, .set = index };
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        struct nfdec_field field;
        nfdec_field_begin(&field, &record);
        while (nfdec_field_next(&field)) {
            enum aspect aspect = aspect_of(set->template, field.spec);
            if (aspect)
                use(a, aspect_hash(aspect, group, &field));
        }
    }
}

/* --- what is said --- */

/* Statistics change all the time and are about no flow. */
static bool says_something(const struct nfdec_field_spec *spec)
{
    const struct nfdec_element *element = spec->element;
    bool init_time = element && element->pen == 0 && element->id == INIT_TIME;
    bool time = spec->type >= NFDEC_SECONDS && spec->type <= NFDEC_NANOSECONDS;
    if (!element || init_time)
        return true;
    return !time && element->semantics != NFDEC_TOTAL_COUNTER && element->semantics != NFDEC_DELTA_COUNTER &&
           element->semantics != NFDEC_SNMP_COUNTER && strcmp(element->name, "paddingOctets") != 0;
}

/* What a record is about, and what it says. */
struct saying {
    uint64_t key, content;
    bool something;
    bool about, used; /* an aspect, and one that a flow has */
};

static struct saying read_record(const struct applied *a, uint32_t group, const struct nfdec_record *record)
{
    const struct nfdec_template *t = record->template;
    struct saying saying = { .key = mix(t->session->index + 1u, t->id), .content = 1 };
    struct nfdec_field field;
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        enum aspect aspect = aspect_of(t, field.spec);
        if (aspect) {
            saying.about = true;
            saying.used |= is_used(a, aspect_hash(aspect, group, &field));
        }
        if (field.spec->scope || aspect)
            saying.key = mix_octets(saying.key, field.data, field.length);
        if (field.spec->scope || !says_something(field.spec))
            continue;
        saying.something = true;
        saying.content = mix_octets(mix(saying.content, field.spec->id), field.data, field.length);
    }
    saying.key = saying.key ? saying.key : 1;
    return saying;
}

static size_t subject_place(const struct applied *a, uint64_t key)
{
    size_t at = key & (a->subject_room - 1);
    while (a->subject[at].key && a->subject[at].key != key)
        at = (at + 1) & (a->subject_room - 1);
    return at;
}

static void grow_subjects(struct applied *a)
{
    struct subject *old = a->subject;
    size_t room = a->subject_room;
    a->subject_room = room ? 2 * room : 1024;
    a->subject = alloc_array(a->subject_room, sizeof *a->subject);
    for (size_t i = 0; i < room; i++)
        if (old[i].key)
            a->subject[subject_place(a, old[i].key)] = old[i];
    free(old);
}

/* The first chosen set of a group from `set` on; LEDGER_NONE: none. */
static uint32_t next_flows(const struct applied *a, uint32_t group, uint32_t set)
{
    size_t low = 0, high = a->chosen_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct chosen *c = &a->chosen[middle];
        if (c->group < group || (c->group == group && c->set < set))
            low = middle + 1;
        else
            high = middle;
    }
    return low < a->chosen_count && a->chosen[low].group == group ? a->chosen[low].set : LEDGER_NONE;
}

static void take_saying(struct applied *a, uint32_t group, uint32_t set, const struct saying *saying)
{
    if (2 * a->subjects >= a->subject_room)
        grow_subjects(a);
    struct subject *s = &a->subject[subject_place(a, saying->key)];
    if (!s->key && a->subjects == SUBJECTS_MOST) {
        a->left++;
        return;
    }
    if (s->key && s->content == saying->content) {
        if (set < s->flows && s->flows != LEDGER_NONE) /* nearer to the flows */
            s->last = set;
        return;
    }
    if (s->key && s->flows < set) /* it was in force until now */
        a->need(a->user, s->last);
    a->subjects += s->key == 0;
    *s = (struct subject) {
        .key = saying->key, .content = saying->content, .last = set, .flows = next_flows(a, group, set)
    };
}

static void read_options(struct applied *a, struct replay *replay, uint32_t index)
{
    struct nfdec_set set;
    const struct ledger *ledger = session_ledger(a->run);
    uint32_t session = ledger_message(ledger, ledger_set(ledger, index)->message)->session;
    uint32_t group = a->group[session];
    if (next_flows(a, group, 0) == LEDGER_NONE || !replay_set(replay, index, &set) || !set.template)
        return;
    struct nfdec_record record;
    nfdec_record_begin(&record, &set);
    while (nfdec_record_next(&record)) {
        struct saying saying = read_record(a, group, &record);
        if (saying.something && (!saying.about || saying.used))
            take_saying(a, group, index, &saying);
    }
}

static int compare_chosen(const void *x, const void *y)
{
    const struct chosen *a = x, *b = y;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return (a->set > b->set) - (a->set < b->set);
}

uint64_t applied_find(struct applied *a, struct replay *replay, void (*need)(void *user, uint32_t index),
                      void *user)
{
    const struct ledger *ledger = session_ledger(a->run);
    uint32_t count = ledger_set_count(ledger);
    a->need = need;
    a->user = user;
    if (a->chosen_count)
        qsort(a->chosen, a->chosen_count, sizeof *a->chosen, compare_chosen);
    for (uint32_t i = 0; i < count; i++)
        if (ledger_set(ledger, i)->kind == NFDEC_SET_OPTIONS)
            read_options(a, replay, i);
    for (size_t i = 0; i < a->subject_room; i++)
        if (a->subject[i].key)
            need(user, a->subject[i].last); /* names hold as they were given last, for all flows */
    return a->left;
}
