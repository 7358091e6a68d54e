/* SPDX-License-Identifier: MIT */
/*
 * Signals as octets in a pipe, one kind each, read where the loop waits. The pipe is also how other threads wake it.
 */
#ifndef VIEW_TUI_TERM_SIGNALS_H
#define VIEW_TUI_TERM_SIGNALS_H

#include <stdbool.h>

#define SIGNALS_QUIT    'q' /* TERM, HUP, INT */
#define SIGNALS_RESIZE  'r'
#define SIGNALS_SUSPEND 's' /* TSTP */
#define SIGNALS_GO_ON   'c' /* CONT */
#define SIGNALS_WAKE    'w'

/* Returns the end to read from, which does not block; -1 and errno where there is no pipe to be had. */
int signals_begin(void);
void signals_end(void); /* puts back what was before */

/* Handles TSTP again, or leaves it to stop the process. */
void signals_catch_stop(bool catch);

void signals_wake(void); /* from any thread */

#endif
