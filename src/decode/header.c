/* SPDX-License-Identifier: MIT */
#include "decode/header.h"

#include "base/time.h"

const struct version_format *header_format(uint16_t version)
{
    static const struct version_format formats[] = {
        { .version = 1, .header_length = 16, .record_length = 48 },
        { .version = 5, .header_length = 24, .record_length = 48 },
        { .version = 7, .header_length = 24, .record_length = 52 },
        { .version = 9, .header_length = 20 },
        { .version = 10, .header_length = 16 },
    };
    for (unsigned i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].version == version)
            return &formats[i];
    return NULL;
}

/*
 * v1: version 16 | count 16 | uptime ms 32 | seconds 32 | nanoseconds 32
 * v5: ... | sequence 32 | engine type 8 | engine id 8 | sampling mode 2, interval 14
 * v7: ... | sequence 32 | reserved 32
 */
static void read_fixed(struct cursor *c, struct nfdec_message *m, uint32_t *domain)
{
    m->count = cursor_u16(c);
    m->uptime = cursor_u32(c);
    uint32_t seconds = cursor_u32(c), nanoseconds = cursor_u32(c);
    m->export_time = seconds * TIME_SECOND + nanoseconds;
    if (m->version == 1)
        return;
    m->sequence = cursor_u32(c);
    if (m->version == 7) {
        cursor_skip(c, 4);
        return;
    }
    m->engine_type = cursor_u8(c);
    m->engine_id = cursor_u8(c);
    uint16_t sampling = cursor_u16(c);
    m->sampling_mode = (uint8_t)(sampling >> 14);
    m->sampling_interval = sampling & 0x3fff;
    *domain = (uint32_t)m->engine_type << 8 | m->engine_id;
}

/* RFC 3954 section 5.1: version 16 | count 16 | uptime ms 32 | seconds 32 | sequence 32 | source id 32 */
static void read_v9(struct cursor *c, struct nfdec_message *m, uint32_t *domain)
{
    m->count = cursor_u16(c);
    m->uptime = cursor_u32(c);
    m->export_time = cursor_u32(c) * TIME_SECOND;
    m->sequence = cursor_u32(c);
    *domain = cursor_u32(c);
}

/* RFC 7011 section 3.1: version 16 | length 16 | seconds 32 | sequence 32 | observation domain 32 */
static void read_ipfix(struct cursor *c, struct nfdec_message *m, uint32_t *domain)
{
    m->count = cursor_u16(c);
    m->export_time = cursor_u32(c) * TIME_SECOND;
    m->sequence = cursor_u32(c);
    *domain = cursor_u32(c);
}

bool header_read(struct cursor *c, struct nfdec_message *message, uint32_t *domain)
{
    message->version = cursor_u16(c);
    *domain = 0;
    if (message->version == 10)
        read_ipfix(c, message, domain);
    else if (message->version == 9)
        read_v9(c, message, domain);
    else
        read_fixed(c, message, domain);
    return !cursor_failed(c);
}
