/* SPDX-License-Identifier: MIT */
/* The set walker of v9 and IPFIX (RFC 7011 section 3.3, RFC 3954 section 5.3), and late sets. */
#ifndef DECODE_SETS_H
#define DECODE_SETS_H

#include <stdbool.h>

#include "decode/state.h"

/* Reads the next set of the message into dec->item; false: there is none. */
bool sets_next(struct nfdec *dec);

/* The records of v1, v5, v7 as one set in dec->item; false: given already. */
bool sets_fixed(struct nfdec *dec);

/* Puts a late set that became ready into dec->item; false: none is. */
bool sets_late(struct nfdec *dec);

/* Sets that may wait no longer: too many octets, or (`end`) no more input. */
void sets_limit(struct nfdec *dec);
void sets_finish(struct nfdec *dec);

/* Sets whose time to borrow a template has come. */
void sets_borrow_due(struct nfdec *dec, int64_t now);

#endif
