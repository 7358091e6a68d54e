/* SPDX-License-Identifier: MIT */
/*
 * Rights that opening interfaces and ports needs, and nothing after it. To be given up before any thread is made, as
 * capabilities are a thread's own.
 */
#ifndef COMMAND_PRIVILEGES_H
#define COMMAND_PRIVILEGES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Becomes the real user where the program is set-user-ID, or `user` (NULL: nobody else), and gives up all capabilities,
 * for good and for whatever would be run from here. False and one line in `error`: they are still there.
 */
bool privileges_drop(const char *user, char *error, size_t size);

/* How to run the program so that it may capture; "" where it is not known which file it is. */
const char *privileges_advice(char *buffer, size_t size);

#endif
