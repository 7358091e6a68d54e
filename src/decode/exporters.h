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

struct exporter { /* a session with what the public struct does not show; `public` is first */
    struct nfdec_session public;
    struct family *owner;
    struct slots slots;
    struct sampler *samplers;
    size_t sampler_capacity;
    uint16_t in_force[2]; /* lists of slots with a current template: data, options; 0: none */
};

struct family {
    uint32_t index;
    struct slots latest; /* .current only: newest definition in any session of the family */
};

#define EXPORTERS_RECENT 64u

struct exporters {
    struct memory *mem;
    struct exporter **session; /* by index */
    struct family **family;
    size_t session_capacity, family_capacity;
    uint32_t session_count, family_count;
    uint32_t limit;
    uint32_t *table, *family_table; /* open addressing: index + 1; 0: free */
    uint32_t table_mask, family_mask;
    struct exporter *recent[EXPORTERS_RECENT]; /* who spoke last of those that share a place */
};

struct exporter_key {
    const uint8_t *address;
    uint8_t address_length;
    uint16_t port, version;
    uint32_t domain;
};

bool exporters_init(struct exporters *all, struct memory *mem, uint32_t limit);
void exporters_release(struct exporters *all);

/*
 * The session of a key, made if need be. Beyond the limit: any session of its family, else one session for all
 * that do not fit, and *limited is set. NULL: no memory.
 */
struct exporter *exporters_find(struct exporters *all, const struct exporter_key *key, bool *limited);

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

/* Sets what is in force in a slot of an exporter, NULL for nothing, and keeps the lists of those in force. */
void exporter_set_current(struct exporter *e, struct slot *slot, struct nfdec_template *t);

#endif
