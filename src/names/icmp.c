/* SPDX-License-Identifier: MIT */
#include "names/names.h"

enum { PROTOCOL_ICMP = 1, PROTOCOL_ICMP6 = 58 };

struct message {
    uint8_t type;
    int16_t code; /* -1: the type itself, for the codes without a row of their own */
    const char *name;
};

struct exchange {
    uint8_t protocol, request, reply;
};

static const struct message icmp4[] = {
#define ICMP4(type_, name_)             { .type = type_, .code = -1, .name = name_ },
#define ICMP4_CODE(type_, code_, name_) { .type = type_, .code = code_, .name = name_ },
#include "names/icmp.def"
};

static const struct message icmp6[] = {
#define ICMP6(type_, name_)             { .type = type_, .code = -1, .name = name_ },
#define ICMP6_CODE(type_, code_, name_) { .type = type_, .code = code_, .name = name_ },
#include "names/icmp.def"
};

static const struct exchange exchanges[] = {
#define ICMP4_PEERS(request_, reply_) { .protocol = PROTOCOL_ICMP, .request = request_, .reply = reply_ },
#define ICMP6_PEERS(request_, reply_) { .protocol = PROTOCOL_ICMP6, .request = request_, .reply = reply_ },
#include "names/icmp.def"
};

static const char *find(const struct message *messages, size_t count, uint8_t type, uint8_t code)
{
    const char *name = NULL;
    for (size_t i = 0; i < count && messages[i].type <= type; i++) {
        if (messages[i].type == type && (messages[i].code == -1 || messages[i].code == code))
            name = messages[i].name; /* the row of the type comes first, that of the code overrides it */
    }
    return name;
}

const char *names_icmp(uint8_t protocol, uint8_t type, uint8_t code)
{
    if (protocol == PROTOCOL_ICMP)
        return find(icmp4, sizeof icmp4 / sizeof *icmp4, type, code);
    if (protocol == PROTOCOL_ICMP6)
        return find(icmp6, sizeof icmp6 / sizeof *icmp6, type, code);
    return NULL;
}

int names_icmp_peer(uint8_t protocol, uint8_t type)
{
    for (size_t i = 0; i < sizeof exchanges / sizeof *exchanges; i++) {
        if (exchanges[i].protocol != protocol)
            continue;
        if (exchanges[i].request == type)
            return exchanges[i].reply;
        if (exchanges[i].reply == type)
            return exchanges[i].request;
    }
    return -1;
}
