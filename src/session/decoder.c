/* SPDX-License-Identifier: MIT */
#include "session/decoder.h"

#include <stdlib.h>

#include "base/alloc.h"

static void *allocate(void *user, size_t size)
{
    (void)user;
    return alloc_large(size);
}

static void release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

struct nfdec *decoder_new(const struct nfdec_config *config)
{
    struct nfdec_config with_memory = *config;
    with_memory.allocate = allocate;
    with_memory.release = release;
    struct nfdec *decoder = nfdec_new(&with_memory);
    if (!decoder)
        alloc_failed(sizeof with_memory);
    return decoder;
}
