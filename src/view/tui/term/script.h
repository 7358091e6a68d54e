/* SPDX-License-Identifier: MIT */
/*
 * A display without a terminal, for tests: events come from a file, what would be seen is written to files. A line is
 *
 *     Down Down Enter g       keys by name
 *     "10.0.0.1"              characters, typed one after another
 *     :size 120x40            the screen has another size
 *     :click 5 20             of the mouse, row and column from 0; :wheel 5 20 3
 *     :wait idle              until nothing is left to do: all is read, no job runs, the frame is out
 *     :until TEXT             until TEXT is seen; of live input :wait idle waits only for what has come
 *     :dump FILE              what is seen, as text; :roles FILE: the letters of its roles;
 *                             :looks FILE: how it looks without colours
 *     :expect TEXT            TEXT is seen; :refuse TEXT: it is not
 *     # a remark
 *
 * Times between keys are none, and long at ":wait idle". At the end of the file the person leaves.
 */
#ifndef VIEW_TUI_TERM_SCRIPT_H
#define VIEW_TUI_TERM_SCRIPT_H

#include <stdbool.h>

#include "view/tui/term/display.h"

struct script;

/* NULL: the file cannot be read. */
struct script *script_new(const char *path, bool ascii);
struct display script_display(struct script *script);

/* Why it went wrong, if it did; NULL: it did not. */
const char *script_failure(const struct script *script);
void script_free(struct script *script);

#endif
