/* SPDX-License-Identifier: MIT */
/*
 * A full block of rows in as few bits as its values need. Per column: a base and, per row, 0 ... 64 bits; times
 * in units of a microsecond or millisecond where that loses nothing; the end of a flow as the distance from its
 * start.
 */
#ifndef FLOW_PACK_H
#define FLOW_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "nfdec/columns.h"

struct packed_block;

/* Room to work in, for one thread at a time. Owner: whoever made it. */
struct packer;

struct packer *packer_new(void);
void packer_free(struct packer *packer);
size_t packer_memory(void); /* octets of each of them */

/* Of NFDEC_ROWS rows. The block is the arena's. */
struct packed_block *pack_block(struct packer *packer, const struct nfdec_columns *columns,
                                struct arena *arena);
void unpack_block(const struct packed_block *block, struct nfdec_columns *out);
uint32_t unpack_column(const struct packed_block *block, enum nfdec_column column, uint64_t out[NFDEC_ROWS]);
uint64_t unpack_one(const struct packed_block *block, enum nfdec_column column, uint32_t row);
void unpack_soon(const struct packed_block *block, enum nfdec_column column, uint32_t row); /* is fetched */
void unpack_row(const struct packed_block *block, uint32_t row, uint64_t out[NFDEC_COLUMN_COUNT]);

/* Bounds of all values of a column: they are somewhere from *low to *high. Of END it is not known: false. */
bool unpack_bounds(const struct packed_block *block, enum nfdec_column column, uint64_t *low, uint64_t *high);

/* The 16 octets of an IPv6 address by its index; NULL where there is no such index. */
const uint8_t *unpack_ip6(const struct packed_block *block, uint64_t index);

/* Those of the source and the destination of a row of IPv6; and what is read for that, to be fetched before. */
void unpack_ip6_fetch(const struct packed_block *block, uint32_t row);
void unpack_ip6_ends(const struct packed_block *block, uint32_t row, const uint8_t *ip[2]);

#endif
