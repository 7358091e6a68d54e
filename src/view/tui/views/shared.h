/* SPDX-License-Identifier: MIT */
/* Columns that several lists have: who sent it. */
#ifndef VIEW_TUI_VIEWS_SHARED_H
#define VIEW_TUI_VIEWS_SHARED_H

#include "query/field.h"
#include "view/tui/panel/list.h"

#define COLUMN_OF_EXPORTER                                                                                   \
    {                                                                                                        \
        .title = "Exporter", .narrow = 15, .wide = 15, .most = 39, .middle = true, .field = FIELD_EXPORTER   \
    }
#define COLUMN_OF_DOMAIN                                                                                     \
    {                                                                                                        \
        .title = "Dom", .full = "Domain", .narrow = 4, .wide = 6, .most = 10, .right = true,                 \
        .field = FIELD_DOMAIN                                                                                \
    }

#endif
