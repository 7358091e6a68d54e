/* SPDX-License-Identifier: MIT */
/*
 * Octets of inputs and of the spool, read again through windows: many at once where they are wanted in order, few
 * where they are wanted here and there. A window a source, a few in all.
 *
 *     const uint8_t *octets = lens_look(lens, input, at, n);   // NULL: they are not there
 *     ...valid until the next look...
 */
#ifndef SESSION_LENS_H
#define SESSION_LENS_H

#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "session/spool.h"

#define LENS_SPOOL UINT32_MAX /* instead of an input's number */

struct lens;

struct lens *lens_new(const struct capture *capture, const struct spool *spool); /* both borrowed */
void lens_free(struct lens *lens);
const uint8_t *lens_look(struct lens *lens, uint32_t source, uint64_t at, size_t n);

#endif
