/* SPDX-License-Identifier: MIT */
#include "names/names.h"

static const char *const protocols[256] = {
#define PROTOCOL(number, name) [number] = name,
#include "names/protocols.def"
};

const char *names_protocol(uint8_t protocol)
{
    return protocols[protocol];
}
