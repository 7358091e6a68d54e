/* SPDX-License-Identifier: MIT */
/* The views there are (views.def). */
#ifndef VIEW_TUI_VIEWS_VIEWS_H
#define VIEW_TUI_VIEWS_VIEWS_H

#include "view/tui/screen/view.h"

#define VIEW(number, ops) extern const struct view_ops ops;
#include "view/tui/views/views.def"
#undef VIEW

#endif
