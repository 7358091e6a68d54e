/* SPDX-License-Identifier: MIT */
/*
 * Octets in hex and as text, with a part of them marked in three strengths: what it belongs to, itself, and the octet
 * under the cursor. Signs mark it as well, for terminals without colours: "[c0 a8 00 4d]".
 */
#ifndef VIEW_TUI_PACKET_HEX_H
#define VIEW_TUI_PACKET_HEX_H

#include <stdbool.h>
#include <stdint.h>

#include "view/tui/cells/cells.h"
#include "view/tui/input/keymap.h"

#define HEX_WIDTH  72 /* columns that 16 octets a row take */
#define HEX_NARROW 39 /* and 8 */

struct hex {
    const uint8_t *octets;
    uint32_t length;
    uint32_t first, marked;             /* octets of the field; marked 0: none */
    uint32_t layer_first, layer_marked; /* of what it belongs to */
    uint32_t cursor;                    /* octet */
    uint32_t top;                       /* row shown first */
    bool focus;                         /* the cursor is shown */
    bool calm;                          /* what is marked is not looked at: it is marked as a layer */
    /* of the last time it was drawn: */
    struct area area;
    uint32_t in_row;
};

void hex_draw(struct hex *hex, struct cells *cells, struct area area);

/* Marks octets and brings them into sight. */
void hex_mark(struct hex *hex, uint32_t first, uint32_t count);

/* False: this is none of its requests. */
bool hex_act(struct hex *hex, enum request request, uint64_t count);

/* The octet that was clicked; UINT32_MAX: none. */
uint32_t hex_at(const struct hex *hex, int row, int column);

#endif
