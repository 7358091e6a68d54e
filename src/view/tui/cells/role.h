/* SPDX-License-Identifier: MIT */
/* What cells mean: views speak of roles, only the terminal knows of colours. */
#ifndef VIEW_TUI_CELLS_ROLE_H
#define VIEW_TUI_CELLS_ROLE_H

#include <stdint.h>

enum role {
#define ROLE(symbol, letter, fg256, bg256, fg16, bg16, fg8, bg8, look, mono) ROLE_##symbol,
#include "view/tui/cells/roles.def"
#undef ROLE
    ROLE_COUNT
};

enum look { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

struct role_colours {
    int16_t front, ground; /* -1: the terminal's own */
};

struct role_look {
    char letter; /* in dumps */
    struct role_colours of256, of16, of8;
    uint8_t look; /* enum look, with colours */
    uint8_t mono; /* without */
};

extern const struct role_look role_looks[ROLE_COUNT];

#endif
