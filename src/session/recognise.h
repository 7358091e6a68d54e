/* SPDX-License-Identifier: MIT */
/*
 * Which datagrams are export packets. By content on any port: a message whose structure holds together is one, and
 * from then on its sender and port are known, so that what is damaged there is told of instead of passed over. On
 * ports that collectors use, a known version number is enough.
 */
#ifndef SESSION_RECOGNISE_H
#define SESSION_RECOGNISE_H

#include <stdbool.h>
#include <stdint.h>

#include "datagram/datagram.h"
#include "nfdec/diagnostic.h"

struct recogniser;

struct recogniser *recogniser_new(void);
void recogniser_free(struct recogniser *r);

/*
 * *elsewhere: it is one, on a port that is not known for it. `collector`: it was sent to us as to a collector, so any
 * with a known version number is one.
 */
bool recognise(struct recogniser *r, const struct datagram *datagram, bool collector, bool *elsewhere);

/*
 * Of one that is none: whether its sender sends export packets to that port, so that it is to be told. Of very many
 * senders some are not known.
 */
bool recognise_damage(struct recogniser *r, const struct datagram *datagram, uint64_t packet,
                      struct nfdec_diagnostic *diagnostic);

/* Whether it would be taken for one wherever it came from. */
bool recognise_alone(const struct datagram *datagram);

#endif
