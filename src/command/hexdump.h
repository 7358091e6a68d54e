/* SPDX-License-Identifier: MIT */
/* What --hex decodes: octets of one datagram, from operands, a file or standard input. */
#ifndef COMMAND_HEXDUMP_H
#define COMMAND_HEXDUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/complaint.h"

/*
 * No operand or "-": standard input. One that names a file: that file. Else the operands are the dump itself.
 * They have to be an export packet as far as its version goes.
 * *octets is the caller's to free.
 */
bool hexdump_read(const char *const *operands, size_t count, uint8_t **octets, size_t *length,
                  struct complaint *complaint);

#endif
