/* SPDX-License-Identifier: MIT */
/*
 * Exporter sessions and their template slots. A session is one address, port, version and domain; all ports of
 * one address, version and domain are a family, which knows the latest template each id had in any of them.
 */
#ifndef DECODE_EXPORTERS_H
#define DECODE_EXPORTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/memory.h"
#include "nfdec/decoder.h"

struct waiting;

/* What a session knows under one template id. */
struct slot {
    struct nfdec_template *current; /* in force; NULL: none */
    struct nfdec_template *latest;  /* newest version, in force or not; NULL: only sets wait here */
    uint64_t withdrawn;           /* packet that withdrew it; valid while current is NULL and latest is not */
    struct waiting *first, *last; /* sets that wait for it, oldest first */
    uint16_t id;                  /* 0: free */
    uint16_t next, before;        /* ids in the list of those in force; 0: none */
};

/* Open addressing by id; grows. */
struct slots {
    struct slot *slot;
    uint32_t capacity, count;
};

struct sampler {
    uint64_t id;
    uint32_t interval;
};

/* Who a session is. */
struct exporter_key {
    uint64_t address[2]; /* its octets, most significant first, and zeros behind them */
    uint32_t domain;
    uint16_t port, version;
    uint8_t address_length;
};

#define EXPORTER_RECENT 4u

struct exporter { /* a session with what the public struct does not show; `public` is first */
    struct nfdec_session public;
    struct exporter_key key;
    struct nfdec_template *recent[EXPORTER_RECENT]; /* in force, by id; NULL: not asked for lately */
    struct family *owner;
    struct slots slots;
    struct sampler *samplers;
    size_t sampler_capacity;
    uint16_t in_force[2]; /* lists of slots with a current template: data, options; 0: none */
};

struct family {
    uint32_t index;
    bool shared;         /* has several sessions */
    struct slots latest; /* if so, .current only: newest definition in any of them */
};

/* Open addressing: what is not sought is told by its hash, without a look at it. */
struct exporter_place {
    uint32_t hash;
    uint32_t entry; /* index of a session + 1; 0: free */
};

struct exporter_table {
    struct exporter_place *place;
    uint32_t mask;
};

struct exporters {
    struct memory *mem;
    struct pool pool;          /* that sessions and families stand in */
    struct exporter **session; /* by index */
    struct family **family;
    size_t session_capacity, family_capacity;
    uint32_t session_count, family_count;
    uint32_t limit;
    struct exporter_table sessions, families; /* of families the first session */
};

void exporter_key_set(struct exporter_key *key, const uint8_t address[16], uint8_t length);

bool exporters_init(struct exporters *all, struct memory *mem, uint32_t limit);
void exporters_release(struct exporters *all);

/*
 * The session of a key, made if need be. Beyond the limit: any session of its family, else one session for all
 * that do not fit, and *limited is set. NULL: no memory.
 */
struct exporter *exporters_find(struct exporters *all, const struct exporter_key *key, bool *limited);

/* A guess at exporters_find(), by the hash alone, without a look at the session; NULL: there is none. */
struct exporter *exporters_guess(const struct exporters *all, const struct exporter_key *key);

static inline struct exporter *exporter_of(const struct nfdec_session *session)
{
    return (struct exporter *)(uintptr_t)session; /* public is the first member of memory we own */
}

/* The slot of an id; NULL where there is none (find) or no memory (make). Pointers move when slots are made or
 * dropped. */
struct slot *slots_find(const struct slots *slots, uint16_t id);
struct slot *slots_make(struct slots *slots, struct memory *mem, uint16_t id);

/* Forgets a slot that never had a template and where nothing waits; others stay. */
void slots_drop(struct slots *slots, struct memory *mem, struct slot *slot);

/* The template in force under an id; NULL: none. */
static inline struct nfdec_template *exporter_template(struct exporter *e, uint16_t id)
{
    struct nfdec_template **recent = &e->recent[id % EXPORTER_RECENT];
    if (!*recent || (*recent)->id != id) {
        const struct slot *slot = slots_find(&e->slots, id);
        *recent = slot ? slot->current : NULL;
    }
    return *recent;
}

/*
 * A template is defined anew or once more. Most come in the order of their ids: what the next two need, which may have left
 * the cache, is fetched. Changes nothing.
 */
void exporter_expect(const struct exporter *e, uint16_t id);

/* A definition in a session of the family came into force, or is not any more. */
void family_learn(struct family *family, struct memory *mem, uint16_t id, struct nfdec_template *t);
void family_forget(struct family *family, uint16_t id, const struct nfdec_template *t);

/* Sets what is in force in a slot of an exporter, NULL for nothing, and keeps the lists of those in force. */
void exporter_set_current(struct exporter *e, struct slot *slot, struct nfdec_template *t);

#endif
