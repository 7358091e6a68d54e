/* SPDX-License-Identifier: MIT */
/* Sequence numbers of the ledger's sessions. Only the files that are the ledger use it. */
#ifndef FLOW_LEDGER_SEQUENCE_H
#define FLOW_LEDGER_SEQUENCE_H

#include "flow/ledger_state.h"

void ledger_sequence_free(struct ledger *ledger);

/* A session that is new; others may be of the same process. */
void ledger_sequence_session(struct ledger *ledger, struct ledger_session *session);

/* The message under way is over: what its number says. True: it came twice, as far as can be told now. */
bool ledger_sequence_take(struct ledger *ledger, const struct counting_message *m);

/* Records of a message that had come before are known now. */
void ledger_sequence_add(struct ledger *ledger, const struct nfdec_set *set);

/* As a message says, what is counted is another unit: where domains count together, for all of them. */
void ledger_sequence_recount(struct ledger *ledger, const struct counting_message *m,
                             enum nfdec_counting counting);

/* What is still in doubt is decided. */
void ledger_sequence_finish(struct ledger *ledger);

#endif
