/* SPDX-License-Identifier: MIT */
/*
 * Memory for the program (never for the decoder library, which reports): a failure ends the program with one
 * line on stderr and exit status 1. Whoever has changed the terminal registers how to restore it.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>
#include <stdnoreturn.h>

void *alloc_new(size_t size);                                /* zeroed */
void *alloc_array(size_t count, size_t size);                /* zeroed; overflow is a failure */
void *alloc_resize(void *memory, size_t count, size_t size); /* as realloc */
void *alloc_large(size_t size);                              /* on huge pages where it fills some */
char *alloc_text(const char *text);                          /* a copy */

/* Ends the program as the functions above do: `size` octets could not be had. */
noreturn void alloc_failed(size_t size);

/* Makes room for one more element: doubles *capacity from 16 when count reaches it. */
void *alloc_grow(void *memory, size_t count, size_t *capacity, size_t size);

#endif
