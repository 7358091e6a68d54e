/* SPDX-License-Identifier: MIT */
/* Options data that the reading of flows depends on: system init time, sampling intervals. */
#ifndef DECODE_LEARN_H
#define DECODE_LEARN_H

#include "decode/exporters.h"
#include "decode/memory.h"
#include "nfdec/decoder.h"

/* Takes what an options data set says into the session. */
void learn_options(struct memory *mem, struct exporter *exporter, const struct nfdec_set *set);

#endif
