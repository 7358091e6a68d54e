/* SPDX-License-Identifier: MIT */
#include "capture/trouble.h"

#include <stdarg.h>
#include <stdio.h>

void trouble_set(struct trouble *trouble, enum trouble_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    trouble->kind = kind;
    (void)vsnprintf(trouble->text, sizeof trouble->text, format, args);
    va_end(args);
}
