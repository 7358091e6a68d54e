/* SPDX-License-Identifier: MIT */
#include "decode/exporters.h"

#include <string.h>

#include "base/be.h"
#include "base/prefetch.h"

static uint64_t hash_words(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    h = (h ^ h >> 32 ^ b) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t family_hash(const struct exporter_key *key)
{
    uint64_t who = hash_words(key->address[0], key->address[1]);
    return hash_words(who, (uint64_t)key->version << 32 | key->domain);
}

static uint64_t session_hash(uint64_t family, uint16_t port)
{
    return hash_words(family, port);
}

/* Up to eight octets as those in front of a number of 64 bits. */
static uint64_t front_of(const uint8_t *octets, size_t length)
{
    if (length == 4)
        return (uint64_t)be32(octets) << 32;
    return length ? be_n(octets, length) << (64 - 8 * length) : 0;
}

void exporter_key_set(struct exporter_key *key, const uint8_t address[16], uint8_t length)
{
    key->address_length = length <= 16 ? length : 16;
    key->address[0] = front_of(address, key->address_length < 8 ? key->address_length : 8);
    key->address[1] = key->address_length > 8 ? front_of(address + 8, key->address_length - 8u) : 0;
}

static bool same_family(const struct exporter_key *a, const struct exporter_key *b)
{
    return a->address[0] == b->address[0] && a->address[1] == b->address[1] && a->domain == b->domain &&
           a->version == b->version && a->address_length == b->address_length;
}

static bool same_session(const struct exporter_key *a, const struct exporter_key *b)
{
    return a->port == b->port && same_family(a, b);
}

#define TABLE_FIRST 64u /* places of a new table */

bool exporters_init(struct exporters *all, struct memory *mem, uint32_t limit)
{
    *all = (struct exporters) { .mem = mem, .limit = limit };
    all->sessions.mask = all->families.mask = TABLE_FIRST - 1;
    all->sessions.place = memory_new(mem, TABLE_FIRST * sizeof *all->sessions.place);
    all->families.place = memory_new(mem, TABLE_FIRST * sizeof *all->families.place);
    return all->sessions.place && all->families.place;
}

void exporters_release(struct exporters *all)
{
    for (uint32_t i = 0; i < all->session_count; i++) {
        memory_free(all->mem, all->session[i]->slots.slot);
        memory_free(all->mem, all->session[i]->samplers);
    }
    for (uint32_t i = 0; i < all->family_count; i++)
        memory_free(all->mem, all->family[i]->latest.slot);
    pool_release(&all->pool, all->mem);
    memory_free(all->mem, all->session);
    memory_free(all->mem, all->family);
    memory_free(all->mem, all->sessions.place);
    memory_free(all->mem, all->families.place);
}

static void table_put(struct exporter_table *table, struct exporter_place place)
{
    uint32_t i = place.hash & table->mask;
    while (table->place[i].entry)
        i = (i + 1) & table->mask;
    table->place[i] = place;
}

/* Doubles a table when it is half full. */
static bool table_room(struct exporter_table *table, struct memory *mem, uint32_t count)
{
    if (count * 2 < table->mask)
        return true;
    struct exporter_table grown = { .mask = table->mask * 2 + 1 };
    grown.place = memory_new(mem, ((size_t)grown.mask + 1) * sizeof *grown.place);
    if (!grown.place)
        return false;
    for (uint32_t i = 0; i <= table->mask; i++)
        if (table->place[i].entry)
            table_put(&grown, table->place[i]);
    memory_free(mem, table->place);
    *table = grown;
    return true;
}

/* The session of a key, or the first one of its family; NULL: there is none. */
static struct exporter *table_find(const struct exporters *all, const struct exporter_table *table,
                                   uint32_t hash, const struct exporter_key *key,
                                   bool (*same)(const struct exporter_key *, const struct exporter_key *))
{
    for (uint32_t i = hash & table->mask; table->place[i].entry; i = (i + 1) & table->mask) {
        if (table->place[i].hash != hash)
            continue;
        struct exporter *e = all->session[table->place[i].entry - 1];
        if (same(&e->key, key))
            return e;
    }
    return NULL;
}

static struct exporter *family_find(const struct exporters *all, const struct exporter_key *key,
                                    uint64_t hash)
{
    return table_find(all, &all->families, (uint32_t)hash, key, same_family);
}

static struct exporter *session_find(const struct exporters *all, const struct exporter_key *key,
                                     uint64_t hash)
{
    return table_find(all, &all->sessions, (uint32_t)hash, key, same_session);
}

static struct family *family_new(struct exporters *all)
{
    void *grown =
        memory_grow(all->mem, all->family, all->family_count, &all->family_capacity, sizeof *all->family);
    if (!grown)
        return NULL;
    all->family = grown;
    struct family *f = pool_take(&all->pool, all->mem, sizeof *f);
    if (!f)
        return NULL;
    *f = (struct family) { .index = all->family_count };
    all->family[all->family_count++] = f;
    return f;
}

/* As long as a session is alone, its own slots say all. */
static void family_share(struct family *family, struct memory *mem, const struct slots *first)
{
    if (family->shared)
        return;
    family->shared = true;
    for (uint32_t i = 0; i < first->capacity; i++)
        if (first->slot[i].current)
            family_learn(family, mem, first->slot[i].id, first->slot[i].current);
}

static struct exporter *session_new(struct exporters *all, const struct exporter_key *key,
                                    uint64_t family_key, struct exporter *sibling)
{
    if (!table_room(&all->sessions, all->mem, all->session_count) ||
        !table_room(&all->families, all->mem, all->family_count))
        return NULL;
    void *grown =
        memory_grow(all->mem, all->session, all->session_count, &all->session_capacity, sizeof *all->session);
    if (!grown)
        return NULL;
    all->session = grown;
    struct exporter *e = pool_take(&all->pool, all->mem, sizeof *e);
    struct family *family = !e ? NULL : sibling ? sibling->owner : family_new(all);
    if (!family)
        return NULL;
    if (sibling)
        family_share(family, all->mem, &sibling->slots);
    *e = (struct exporter) { .owner = family, .key = *key };
    e->public = (struct nfdec_session) { .index = all->session_count,
                                         .family = family->index,
                                         .address_length = key->address_length,
                                         .port = key->port,
                                         .version = key->version,
                                         .domain = key->domain };
    for (unsigned i = 0; i < sizeof e->public.address; i++)
        e->public.address[i] = (uint8_t)(key->address[i / 8] >> (56 - 8 * (i % 8)));
    all->session[all->session_count++] = e;
    table_put(&all->sessions, (struct exporter_place) { .hash = (uint32_t)session_hash(family_key, key->port),
                                                        .entry = all->session_count });
    if (!sibling)
        table_put(&all->families,
                  (struct exporter_place) { .hash = (uint32_t)family_key, .entry = all->session_count });
    return e;
}

/* Of those that do not fit: any session of the family, else one for all of a version. */
static struct exporter *session_beyond(struct exporters *all, const struct exporter_key *key,
                                       struct exporter *sibling)
{
    if (sibling)
        return sibling;
    struct exporter_key rest = { .version = key->version };
    uint64_t hash = family_hash(&rest);
    struct exporter *e = session_find(all, &rest, session_hash(hash, 0));
    return e ? e : session_new(all, &rest, hash, NULL);
}

struct exporter *exporters_find(struct exporters *all, const struct exporter_key *key, bool *limited)
{
    uint64_t family_key = family_hash(key);
    struct exporter *e = session_find(all, key, session_hash(family_key, key->port));
    *limited = false;
    if (e)
        return e;
    struct exporter *sibling = family_find(all, key, family_key);
    *limited = all->session_count >= all->limit;
    return *limited ? session_beyond(all, key, sibling) : session_new(all, key, family_key, sibling);
}

struct exporter *exporters_guess(const struct exporters *all, const struct exporter_key *key)
{
    const struct exporter_table *table = &all->sessions;
    uint32_t hash = (uint32_t)session_hash(family_hash(key), key->port), i = hash & table->mask;
    while (table->place[i].entry && table->place[i].hash != hash)
        i = (i + 1) & table->mask;
    return table->place[i].entry ? all->session[table->place[i].entry - 1] : NULL;
}

/* The place of the array takes part, so that nobody can choose ids that meet. Nothing depends on the order. */
static uint32_t slot_place(const struct slot *slots, uint16_t id, uint32_t capacity)
{
    uint64_t odd = (uintptr_t)slots >> 4 | 1;
    return (uint32_t)(id * odd >> 16) & (capacity - 1);
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

void exporter_expect(const struct exporter *e, uint16_t id)
{
    const struct slots *slots = &e->slots;
    if (!slots->capacity)
        return;
    const struct slot *slot = slots_find(slots, (uint16_t)(id + 1));
    if (slot && slot->current) /* with the shape that stands behind it */
        prefetch(slot->current, 3 * PREFETCH_LINE);
    prefetch(&slots->slot[slot_place(slots->slot, (uint16_t)(id + 2), slots->capacity)], 2 * sizeof *slot);
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
    e->recent[slot->id % EXPORTER_RECENT] = t;
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

void family_learn(struct family *family, struct memory *mem, uint16_t id, struct nfdec_template *t)
{
    struct slot *slot = family->shared ? slots_make(&family->latest, mem, id) : NULL;
    if (slot)
        slot->current = t;
}

void family_forget(struct family *family, uint16_t id, const struct nfdec_template *t)
{
    struct slot *slot = slots_find(&family->latest, id);
    if (slot && slot->current == t)
        slot->current = NULL;
}
