/* SPDX-License-Identifier: MIT */
/* The record formats of v1, v5 and v7 as templates, so that they are read like all others. */
#ifndef DECODE_FIXED_H
#define DECODE_FIXED_H

#include <stdint.h>

#include "decode/shape.h"

/* The shape of a version's records. */
struct shape fixed_shape(uint16_t version);

#endif
