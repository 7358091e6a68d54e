/* SPDX-License-Identifier: MIT */
#include "decode/exporters.h"

#include <string.h>

static uint64_t hash_words(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    h = (h ^ h >> 32 ^ b) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t address_hash(const uint8_t *address, uint8_t length)
{
    uint8_t octets[16] = { 0 };
    memcpy(octets, address, length);
    uint64_t lo, hi;
    memcpy(&lo, octets, 8);
    memcpy(&hi, octets + 8, 8);
    return hash_words(lo, hi);
}

static uint64_t family_hash(const uint8_t *address, uint8_t length, uint16_t version, uint32_t domain)
{
    return hash_words(address_hash(address, length), (uint64_t)version << 32 | domain);
}

static bool same_family(const struct nfdec_session *s, const struct exporter_key *key)
{
    return s->version == key->version && s->domain == key->domain &&
           s->address_length == key->address_length &&
           memcmp(s->address, key->address, key->address_length) == 0;
}

static bool same_session(const struct nfdec_session *s, const struct exporter_key *key)
{
    return s->port == key->port && same_family(s, key);
}

static uint64_t session_hash(uint64_t family, uint16_t port)
{
    return hash_words(family, port);
}

bool exporters_init(struct exporters *all, struct memory *mem, uint32_t limit)
{
    *all = (struct exporters) { .mem = mem, .limit = limit, .table_mask = 63, .family_mask = 63 };
    all->table = memory_new(mem, 64 * sizeof *all->table);
    all->family_table = memory_new(mem, 64 * sizeof *all->family_table);
    return all->table && all->family_table;
}

void exporters_release(struct exporters *all)
{
    for (uint32_t i = 0; i < all->session_count; i++) {
        memory_free(all->mem, all->session[i]->slots.slot);
        memory_free(all->mem, all->session[i]->samplers);
        memory_free(all->mem, all->session[i]);
    }
    for (uint32_t i = 0; i < all->family_count; i++) {
        memory_free(all->mem, all->family[i]->latest.slot);
        memory_free(all->mem, all->family[i]);
    }
    memory_free(all->mem, all->session);
    memory_free(all->mem, all->family);
    memory_free(all->mem, all->table);
    memory_free(all->mem, all->family_table);
}

static void table_put(uint32_t *table, uint32_t mask, uint64_t hash, uint32_t entry)
{
    uint32_t i = (uint32_t)hash & mask;
    while (table[i])
        i = (i + 1) & mask;
    table[i] = entry;
}

static uint64_t hash_of(const struct nfdec_session *s, bool with_port)
{
    uint64_t family = family_hash(s->address, s->address_length, s->version, s->domain);
    return with_port ? session_hash(family, s->port) : family;
}

/* Doubles a table when it is half full. Family entries are found through a session: see first_session below. */
static bool table_room(struct exporters *all, bool sessions)
{
    uint32_t **table = sessions ? &all->table : &all->family_table;
    uint32_t *mask = sessions ? &all->table_mask : &all->family_mask;
    uint32_t count = sessions ? all->session_count : all->family_count;
    if (count * 2 < *mask)
        return true;
    uint32_t new_mask = *mask * 2 + 1;
    uint32_t *moved = memory_new(all->mem, ((size_t)new_mask + 1) * sizeof *moved);
    if (!moved)
        return false;
    for (uint32_t i = 0; i <= *mask; i++) {
        uint32_t entry = (*table)[i];
        if (entry)
            table_put(moved, new_mask, hash_of(&all->session[entry - 1]->public, sessions), entry);
    }
    memory_free(all->mem, *table);
    *table = moved;
    *mask = new_mask;
    return true;
}

/* First session of the family of a key (the family table holds sessions), or NULL. */
static struct exporter *family_find(const struct exporters *all, const struct exporter_key *key,
                                    uint64_t hash)
{
    for (uint32_t i = (uint32_t)hash & all->family_mask; all->family_table[i];
         i = (i + 1) & all->family_mask) {
        struct exporter *e = all->session[all->family_table[i] - 1];
        if (same_family(&e->public, key))
            return e;
    }
    return NULL;
}

static struct exporter *session_find(const struct exporters *all, const struct exporter_key *key,
                                     uint64_t hash)
{
    for (uint32_t i = (uint32_t)hash & all->table_mask; all->table[i]; i = (i + 1) & all->table_mask) {
        struct exporter *e = all->session[all->table[i] - 1];
        if (same_session(&e->public, key))
            return e;
    }
    return NULL;
}

static struct family *family_new(struct exporters *all)
{
    void *grown =
        memory_grow(all->mem, all->family, all->family_count, &all->family_capacity, sizeof *all->family);
    if (!grown)
        return NULL;
    all->family = grown;
    struct family *f = memory_new(all->mem, sizeof *f);
    if (!f)
        return NULL;
    f->index = all->family_count;
    all->family[all->family_count++] = f;
    return f;
}

static struct exporter *session_new(struct exporters *all, const struct exporter_key *key,
                                    uint64_t family_key, struct exporter *sibling)
{
    if (!table_room(all, true) || !table_room(all, false))
        return NULL;
    void *grown =
        memory_grow(all->mem, all->session, all->session_count, &all->session_capacity, sizeof *all->session);
    if (!grown)
        return NULL;
    all->session = grown;
    struct exporter *e = memory_new(all->mem, sizeof *e);
    if (!e)
        return NULL;
    e->owner = sibling ? sibling->owner : family_new(all);
    if (!e->owner) {
        memory_free(all->mem, e);
        return NULL;
    }
    e->public = (struct nfdec_session) { .index = all->session_count,
                                         .family = e->owner->index,
                                         .address_length = key->address_length,
                                         .port = key->port,
                                         .version = key->version,
                                         .domain = key->domain };
    memcpy(e->public.address, key->address, key->address_length);
    all->session[all->session_count++] = e;
    table_put(all->table, all->table_mask, session_hash(family_key, key->port), all->session_count);
    if (!sibling)
        table_put(all->family_table, all->family_mask, family_key, all->session_count);
    return e;
}

/* A few exporters send most packets: this finds them without hashing. */
static struct exporter **recent_place(struct exporters *all, const struct exporter_key *key)
{
    uint32_t mixed = key->port * 7u + key->domain * 31u + key->version;
    if (key->address_length)
        mixed += key->address[key->address_length - 1] * 5u;
    return &all->recent[mixed % EXPORTERS_RECENT];
}

struct exporter *exporters_find(struct exporters *all, const struct exporter_key *key, bool *limited)
{
    *limited = false;
    struct exporter **recent = recent_place(all, key);
    if (*recent && same_session(&(*recent)->public, key))
        return *recent;
    uint64_t family_key = family_hash(key->address, key->address_length, key->version, key->domain);
    struct exporter *e = session_find(all, key, session_hash(family_key, key->port));
    if (!e) {
        struct exporter *sibling = family_find(all, key, family_key);
        *limited = all->session_count >= all->limit;
        if (!*limited)
            e = session_new(all, key, family_key, sibling);
        else if (sibling)
            e = sibling;
        else {
            struct exporter_key rest = { .address = key->address, .version = key->version };
            uint64_t hash = family_hash(rest.address, 0, rest.version, 0);
            e = session_find(all, &rest, session_hash(hash, 0));
            if (!e)
                e = session_new(all, &rest, hash, NULL);
        }
    }
    if (e)
        *recent = e;
    return e;
}

/* The place of the array takes part, so that nobody can choose ids that meet. Nothing depends on the order. */
static uint32_t slot_place(const struct slot *slots, uint16_t id, uint32_t capacity)
{
    return (uint32_t)(hash_words((uintptr_t)slots, id) >> 16) & (capacity - 1);
}

struct slot *slots_find(const struct slots *slots, uint16_t id)
{
    if (!slots->capacity)
        return NULL;
    uint32_t mask = slots->capacity - 1;
    for (uint32_t i = slot_place(slots->slot, id, slots->capacity); slots->slot[i].id; i = (i + 1) & mask)
        if (slots->slot[i].id == id)
            return &slots->slot[i];
    return NULL;
}

static bool slots_room(struct slots *slots, struct memory *mem)
{
    if (slots->count * 2 < slots->capacity)
        return true;
    uint32_t capacity = slots->capacity ? slots->capacity * 2 : 8;
    struct slot *moved = memory_new(mem, capacity * sizeof *moved);
    if (!moved)
        return false;
    for (uint32_t i = 0; i < slots->capacity; i++) {
        if (!slots->slot[i].id)
            continue;
        uint32_t at = slot_place(moved, slots->slot[i].id, capacity);
        while (moved[at].id)
            at = (at + 1) & (capacity - 1);
        moved[at] = slots->slot[i];
    }
    memory_free(mem, slots->slot);
    slots->slot = moved;
    slots->capacity = capacity;
    return true;
}

struct slot *slots_make(struct slots *slots, struct memory *mem, uint16_t id)
{
    struct slot *found = slots_find(slots, id);
    if (found || !slots_room(slots, mem))
        return found;
    uint32_t i = slot_place(slots->slot, id, slots->capacity);
    while (slots->slot[i].id)
        i = (i + 1) & (slots->capacity - 1);
    slots->slot[i].id = id;
    slots->count++;
    return &slots->slot[i];
}

/* What stands behind a freed slot moves up where its own place is not behind the free one. */
static void close_gap(struct slots *slots, uint32_t gap)
{
    uint32_t mask = slots->capacity - 1;
    for (uint32_t i = (gap + 1) & mask; slots->slot[i].id; i = (i + 1) & mask) {
        uint32_t home = slot_place(slots->slot, slots->slot[i].id, slots->capacity);
        if (((i - home) & mask) >= ((i - gap) & mask)) {
            slots->slot[gap] = slots->slot[i];
            gap = i;
        }
    }
    slots->slot[gap] = (struct slot) { .id = 0 };
}

void slots_drop(struct slots *slots, struct memory *mem, struct slot *slot)
{
    if (slot->latest || slot->first)
        return;
    close_gap(slots, (uint32_t)(slot - slots->slot));
    if (--slots->count)
        return;
    memory_free(mem, slots->slot);
    *slots = (struct slots) { .slot = NULL };
}

static uint16_t *list_of(struct exporter *e, const struct nfdec_template *t)
{
    return &e->in_force[t->kind == NFDEC_TEMPLATE_OPTIONS];
}

void exporter_set_current(struct exporter *e, struct slot *slot, struct nfdec_template *t)
{
    if (slot->current) {
        struct slot *next = slots_find(&e->slots, slot->next), *before = slots_find(&e->slots, slot->before);
        if (next)
            next->before = slot->before;
        *(before ? &before->next : list_of(e, slot->current)) = slot->next;
        slot->next = slot->before = 0;
    }
    slot->current = t;
    if (t) {
        uint16_t *list = list_of(e, t);
        struct slot *next = slots_find(&e->slots, *list);
        if (next)
            next->before = slot->id;
        slot->next = *list;
        *list = slot->id;
    }
}
