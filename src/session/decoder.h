/* SPDX-License-Identifier: MIT */
/* A decoder with the program's memory: large blocks of it, of thousands of templates, stand on huge pages. */
#ifndef SESSION_DECODER_H
#define SESSION_DECODER_H

#include "nfdec/decoder.h"

/* As nfdec_new(), of whatever says nothing of memory; never NULL. The caller frees it with nfdec_free(). */
struct nfdec *decoder_new(const struct nfdec_config *config);

#endif
