/* SPDX-License-Identifier: MIT */
#include "view/tui/cells/role.h"

const struct role_look role_looks[ROLE_COUNT] = {
#define ROLE(symbol, letter_, fg256, bg256, fg16, bg16, fg8, bg8, look_, mono_)                              \
    [ROLE_##symbol] = { .letter = letter_,                                                                   \
                        .of256 = { fg256, bg256 },                                                           \
                        .of16 = { fg16, bg16 },                                                              \
                        .of8 = { fg8, bg8 },                                                                 \
                        .look = (look_),                                                                     \
                        .mono = (mono_) },
#include "view/tui/cells/roles.def"
#undef ROLE
};
