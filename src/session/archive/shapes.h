/* SPDX-License-Identifier: MIT */
/*
 * Shapes of records that came out of archives, and the template ids they were given: each exporter's each shape has one,
 * which is announced once. When there are too many all are forgotten, and announced again.
 */
#ifndef SESSION_ARCHIVE_SHAPES_H
#define SESSION_ARCHIVE_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHAPES_FIRST_ID 256u

struct shapes;

struct shapes *shapes_new(void);
void shapes_free(struct shapes *shapes);

/* To be called before a packet: its shapes stay until the next call. */
void shapes_begin(struct shapes *shapes);

/* The id of a shape, which these octets tell from all others; *is_new: it has to be announced. 0: there are no more. */
uint16_t shapes_id(struct shapes *shapes, const uint8_t *octets, size_t length, bool *is_new);

#endif
