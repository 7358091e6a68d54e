/* SPDX-License-Identifier: MIT */
#include "decode/header.h"

#include "base/time.h"

const struct version_format *header_format(uint16_t version)
{
    static const struct version_format formats[] = {
        [1] = { .version = 1, .header_length = 16, .record_length = 48 },
        [5] = { .version = 5, .header_length = 24, .record_length = 48 },
        [7] = { .version = 7, .header_length = 24, .record_length = 52 },
        [9] = { .version = 9, .header_length = 20 },
        [10] = { .version = 10, .header_length = 16 },
    };
    bool known = version < sizeof formats / sizeof *formats && formats[version].version;
    return known ? &formats[version] : NULL;
}

/*
 * v1: version 16 | count 16 | uptime ms 32 | seconds 32 | nanoseconds 32
 * v5: ... | sequence 32 | engine type 8 | engine id 8 | sampling mode 2, interval 14
 * v7: ... | sequence 32 | reserved 32
 */
static void read_fixed(const uint8_t *p, struct nfdec_message *m, uint32_t *domain)
{
    m->uptime = be32(p + 4);
    m->export_time = be32(p + 8) * TIME_SECOND + be32(p + 12);
    if (m->version == 1)
        return;
    m->sequence = be32(p + 16);
    if (m->version == 7)
        return;
    uint16_t sampling = be16(p + 22);
    m->engine_type = p[20];
    m->engine_id = p[21];
    m->sampling_mode = (uint8_t)(sampling >> 14);
    m->sampling_interval = sampling & 0x3fff;
    *domain = be16(p + 20);
}

/* RFC 3954 section 5.1: version 16 | count 16 | uptime ms 32 | seconds 32 | sequence 32 | source id 32 */
static void read_v9(const uint8_t *p, struct nfdec_message *m, uint32_t *domain)
{
    m->uptime = be32(p + 4);
    m->export_time = be32(p + 8) * TIME_SECOND;
    m->sequence = be32(p + 12);
    *domain = be32(p + 16);
}

/* RFC 7011 section 3.1: version 16 | length 16 | seconds 32 | sequence 32 | observation domain 32 */
static void read_ipfix(const uint8_t *p, struct nfdec_message *m, uint32_t *domain)
{
    m->export_time = be32(p + 4) * TIME_SECOND;
    m->sequence = be32(p + 8);
    *domain = be32(p + 12);
}

bool header_read(struct cursor *c, struct nfdec_message *message, uint32_t *domain)
{
    struct cursor look = *c;
    message->version = cursor_u16(&look);
    const struct version_format *format = header_format(message->version);
    const uint8_t *p = format ? cursor_take(c, format->header_length) : NULL;
    *domain = 0;
    if (!p)
        return false;
    message->count = be16(p + 2);
    if (message->version == 10)
        read_ipfix(p, message, domain);
    else if (message->version == 9)
        read_v9(p, message, domain);
    else
        read_fixed(p, message, domain);
    return true;
}
