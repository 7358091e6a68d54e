/* SPDX-License-Identifier: MIT */
#include "flow/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"
#include "base/text.h"
#include "nfdec/record.h"

#define LABELS_MOST        (1u << 20)
#define USERS_MOST         4u /* addresses that one record gives a user for */
#define KEYS_MOST          4u /* numbers that one record names */
#define V9_SCOPE_INTERFACE 2u

#define COMMON 0x40 /* of a kind: what all domains of an address say together */
#define MARKER 0x80 /* ... or that any of them says something */

/* Whose it is: one family's, or that of all domains of an address together. */
struct key {
    struct addr exporter; /* of all domains; else family 0 */
    struct addr address;  /* of a user; else family 0 */
    uint64_t id;
    uint32_t family;
    uint8_t kind; /* enum label_kind and the above */
};

struct entry {
    struct key key;
    char *name;
    /* of all domains of an address: who said so first, whether others did too, and whether they contradict each other */
    uint32_t family;
    bool shared, several;
};

struct labels {
    struct entry *entry;
    size_t count, capacity;
    uint32_t *slot; /* index + 1 by hash, a power of two of them; 0: free */
    size_t slots;
    uint64_t dropped;
};

/* What one record of options data names. */
struct naming {
    uint64_t id[LABEL_KINDS][KEYS_MOST];
    unsigned ids[LABEL_KINDS];
    char name[LABEL_KINDS][LABEL_MOST + 1];
    struct addr user[USERS_MOST];
    unsigned users;
};

struct labels *labels_new(void)
{
    return alloc_new(sizeof(struct labels));
}

void labels_free(struct labels *labels)
{
    if (!labels)
        return;
    for (size_t i = 0; i < labels->count; i++)
        free(labels->entry[i].name);
    free(labels->entry);
    free(labels->slot);
    free(labels);
}

static uint64_t key_hash(const struct key *key)
{
    uint64_t h = addr_hash(&key->exporter) * 31 + addr_hash(&key->address);
    h = (h ^ key->id) * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 29 ^ key->family ^ (uint64_t)key->kind << 32) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

static bool key_equal(const struct key *a, const struct key *b)
{
    return a->id == b->id && a->family == b->family && a->kind == b->kind &&
           addr_equal(&a->exporter, &b->exporter) && addr_equal(&a->address, &b->address);
}

/* The slot of a key: its own, or a free one. */
static uint32_t *slot_of(const struct labels *labels, const struct key *key)
{
    size_t at = key_hash(key) & (labels->slots - 1);
    while (labels->slot[at] && !key_equal(&labels->entry[labels->slot[at] - 1].key, key))
        at = (at + 1) & (labels->slots - 1);
    return &labels->slot[at];
}

static void grow(struct labels *labels)
{
    free(labels->slot);
    labels->slots = labels->slots ? 2 * labels->slots : 64;
    labels->slot = alloc_array(labels->slots, sizeof *labels->slot);
    for (size_t i = 0; i < labels->count; i++)
        *slot_of(labels, &labels->entry[i].key) = (uint32_t)i + 1;
}

static struct entry *find(const struct labels *labels, const struct key *key)
{
    if (labels->slots == 0)
        return NULL;
    uint32_t index = *slot_of(labels, key);
    return index ? &labels->entry[index - 1] : NULL;
}

/* The entry of a key, new ones without a name; NULL: there are too many. */
static struct entry *make(struct labels *labels, const struct key *key)
{
    if (labels->slots < 2 * (labels->count + 1))
        grow(labels);
    uint32_t *slot = slot_of(labels, key);
    if (*slot)
        return &labels->entry[*slot - 1];
    if (labels->count >= LABELS_MOST) {
        labels->dropped++;
        return NULL;
    }
    labels->entry = alloc_grow(labels->entry, labels->count, &labels->capacity, sizeof *labels->entry);
    labels->entry[labels->count] = (struct entry) { .key = *key };
    *slot = (uint32_t)++labels->count;
    return &labels->entry[labels->count - 1];
}

/* True: the name is another one now. */
static bool rename_entry(struct entry *entry, const char *name)
{
    if (entry->name && strcmp(entry->name, name) == 0)
        return false;
    free(entry->name);
    entry->name = alloc_text(name);
    return true;
}

static struct addr exporter_of(const struct nfdec_session *session)
{
    return addr_from(session->address, session->address_length);
}

/* Of an address: it names things of this kind. */
static struct key marker(const struct nfdec_session *session, uint8_t kind)
{
    return (struct key) { .exporter = exporter_of(session), .kind = (uint8_t)(kind | MARKER) };
}

/* What a domain says becomes what the whole address says, until another one says something else. */
static void put_common(struct labels *labels, const struct nfdec_session *session, const struct key *own,
                       const char *name)
{
    struct key key = *own;
    key.exporter = exporter_of(session);
    key.family = 0;
    key.kind |= COMMON;
    struct entry *entry = make(labels, &key);
    if (!entry)
        return;
    if (!entry->name)
        entry->family = own->family;
    bool other = entry->family != own->family;
    bool changed = entry->name && strcmp(entry->name, name) != 0;
    entry->several |= changed && (other || entry->shared);
    entry->shared |= other;
    rename_entry(entry, name);
}

static void put(struct labels *labels, const struct nfdec_session *session, const struct key *own,
                const char *name)
{
    struct entry *entry = make(labels, own);
    if (!entry || !rename_entry(entry, name))
        return;
    struct key named = marker(session, own->kind);
    make(labels, &named);
    put_common(labels, session, own, name);
}

static void add_id(struct naming *naming, enum label_kind kind, const struct nfdec_field *field)
{
    if (field->length == 0 || field->length > sizeof(uint64_t) || naming->ids[kind] == KEYS_MOST)
        return;
    naming->id[kind][naming->ids[kind]++] = be_n(field->data, field->length);
}

static void add_user(struct naming *naming, const struct nfdec_field *field)
{
    struct addr address = addr_from(field->data, field->length);
    if (address.family && naming->users < USERS_MOST)
        naming->user[naming->users++] = address;
}

/* Without what pads it: zeros behind, blanks around. */
static void add_name(struct naming *naming, enum label_kind kind, const struct nfdec_field *field,
                     bool better)
{
    const char *data = (const char *)field->data;
    size_t length = strnlen(data, field->length);
    if (naming->name[kind][0] && !better)
        return;
    while (length > 0 && data[length - 1] == ' ')
        length--;
    while (length > 0 && *data == ' ') {
        data++;
        length--;
    }
    if (length == 0)
        return;
    struct text text = text_of(naming->name[kind], sizeof naming->name[kind]);
    text_clean(&text, data, length);
}

/* Elements that say what is named, and how. In v9 they have the same numbers. */
static void note_element(struct naming *naming, const struct nfdec_field *field)
{
    switch (field->spec->id) {
    case 10:  /* ingressInterface */
    case 14:  /* egressInterface */
    case 252: /* ingressPhysicalInterface */
    case 253: /* egressPhysicalInterface */
        add_id(naming, LABEL_INTERFACE, field);
        break;
    case 82: /* interfaceName */
        add_name(naming, LABEL_INTERFACE, field, true);
        break;
    case 83: /* interfaceDescription */
        add_name(naming, LABEL_INTERFACE, field, false);
        break;
    case 234: /* ingressVRFID */
    case 235: /* egressVRFID */
        add_id(naming, LABEL_VRF, field);
        break;
    case 236: /* VRFname */
        add_name(naming, LABEL_VRF, field, true);
        break;
    case 95: /* applicationId */
        add_id(naming, LABEL_APPLICATION, field);
        break;
    case 96: /* applicationName */
        add_name(naming, LABEL_APPLICATION, field, true);
        break;
    case 94: /* applicationDescription */
        add_name(naming, LABEL_APPLICATION, field, false);
        break;
    case 48:  /* samplerId */
    case 302: /* selectorId */
        add_id(naming, LABEL_SAMPLER, field);
        break;
    case 84:  /* samplerName */
    case 335: /* selectorName */
        add_name(naming, LABEL_SAMPLER, field, true);
        break;
    case 8:   /* sourceIPv4Address */
    case 27:  /* sourceIPv6Address */
    case 366: /* staIPv4Address */
        add_user(naming, field);
        break;
    case 371: /* userName */
        add_name(naming, LABEL_USER, field, true);
        break;
    default:
        break;
    }
}

/* Scopes of v9 have numbers of their own (RFC 3954 section 6.1). */
static void note_field(struct naming *naming, const struct nfdec_field *field)
{
    const struct nfdec_field_spec *spec = field->spec;
    if (spec->pen != 0 || spec->reverse)
        return;
    if (!spec->scope || field->record->template->session->version != 9)
        note_element(naming, field);
    else if (spec->id == V9_SCOPE_INTERFACE)
        add_id(naming, LABEL_INTERFACE, field);
}

static void apply(struct labels *labels, const struct nfdec_session *session, const struct naming *naming)
{
    struct key key = { .family = session->family };
    for (unsigned kind = 0; kind < LABEL_USER; kind++) {
        key.kind = (uint8_t)kind;
        for (unsigned i = 0; naming->name[kind][0] && i < naming->ids[kind]; i++) {
            key.id = naming->id[kind][i];
            put(labels, session, &key, naming->name[kind]);
        }
    }
    key.kind = LABEL_USER;
    key.id = 0;
    for (unsigned i = 0; naming->name[LABEL_USER][0] && i < naming->users; i++) {
        key.address = naming->user[i];
        put(labels, session, &key, naming->name[LABEL_USER]);
    }
}

/* Most options data names nothing, and there may be much of it. */
static bool names_something(const struct nfdec_template *template)
{
    static const uint16_t names[] = { 82, 83, 84, 94, 96, 236, 335, 371 };
    for (uint16_t i = 0; i < template->field_count; i++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (template->fields[i].id == names[n] && template->fields[i].pen == 0)
                return true;
    return false;
}

void labels_learn(struct labels *labels, const struct nfdec_set *set)
{
    struct nfdec_record record;
    struct nfdec_field field;
    if (!names_something(set->template))
        return;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        struct naming naming = { .users = 0 };
        nfdec_field_begin(&field, &record);
        while (nfdec_field_next(&field))
            note_field(&naming, &field);
        apply(labels, set->message->session, &naming);
    }
}

bool labels_has(const struct labels *labels, const struct nfdec_session *session, enum label_kind kind)
{
    struct key key = marker(session, (uint8_t)kind);
    return find(labels, &key) != NULL;
}

static const char *name_of(const struct labels *labels, const struct nfdec_session *session, struct key *key)
{
    key->family = session->family;
    const struct entry *entry = find(labels, key);
    if (entry)
        return entry->name;
    key->exporter = exporter_of(session);
    key->family = 0;
    key->kind |= COMMON;
    entry = find(labels, key);
    return entry && !entry->several ? entry->name : NULL;
}

const char *labels_find(const struct labels *labels, const struct nfdec_session *session,
                        enum label_kind kind, uint64_t id)
{
    struct key key = { .id = id, .kind = (uint8_t)kind };
    return name_of(labels, session, &key);
}

const char *labels_user(const struct labels *labels, const struct nfdec_session *session,
                        const struct addr *address)
{
    struct key key = { .address = *address, .kind = LABEL_USER };
    return name_of(labels, session, &key);
}

uint64_t labels_dropped(const struct labels *labels)
{
    return labels->dropped;
}
