/* SPDX-License-Identifier: MIT */
#include "names/services.h"

#include <strings.h>

enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132 };

struct service {
    uint16_t port;
    uint8_t protocol;
    const char *name;
};

static const struct service services[] = {
#define SERVICE(port_, protocol_, name_) { .port = port_, .protocol = protocol_, .name = name_ },
#include "names/services.def"
};

static uint32_t key(uint16_t port, uint8_t protocol)
{
    return (uint32_t)port << 8 | protocol;
}

const char *services_name(uint16_t port, uint8_t protocol)
{
    size_t first = 0, end = sizeof services / sizeof *services;
    uint32_t wanted = key(port, protocol);
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        uint32_t found = key(services[middle].port, services[middle].protocol);
        if (found == wanted)
            return services[middle].name;
        if (found < wanted)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

bool services_port(const char *name, size_t index, uint16_t *port)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        bool again = i > 0 && services[i - 1].port == services[i].port &&
                     strcasecmp(services[i - 1].name, services[i].name) == 0;
        if (again || strcasecmp(services[i].name, name) != 0 || index-- > 0)
            continue;
        *port = services[i].port;
        return true;
    }
    return false;
}
