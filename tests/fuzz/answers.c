/* SPDX-License-Identifier: MIT */
/* DNS answers: whatever the octets, names are within their bounds and there are no more than may be. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "names/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *user, const struct addr *address, const char *name, size_t length)
{
    size_t *count = user;
    if ((address->family != 4 && address->family != 6) || length == 0 || length >= ANSWERS_NAME ||
        name[length] != '\0')
        abort();
    ++*count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count = 0;
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    if (answers_read(copy, size, take, &count) != count || count > ANSWERS_MOST)
        abort();
    free(copy);
    return 0;
}
