/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <criterion/criterion.h>
#include <string.h>

const struct message_field message_pair[2] = { { .id = 8, .length = 4 }, { .id = 1, .length = 4 } };

void message_clear(struct message *b)
{
    *b = (struct message) { .set = SIZE_MAX, .seconds = MESSAGE_TIME, .uptime = MESSAGE_UPTIME };
}

void message_octets(struct message *b, const void *octets, size_t n)
{
    cr_assert_leq(n, MESSAGE_ROOM - b->length);
    memcpy(b->octets + b->length, octets, n);
    b->length += n;
}

void message_zeros(struct message *b, size_t n)
{
    cr_assert_leq(n, MESSAGE_ROOM - b->length);
    memset(b->octets + b->length, 0, n);
    b->length += n;
}

void message_number(struct message *b, uint64_t value, size_t octets)
{
    for (size_t i = octets; i > 0; i--)
        message_u8(b, (uint8_t)(i > 8 ? 0 : value >> (8 * (i - 1))));
}

void message_u8(struct message *b, uint8_t value)
{
    message_octets(b, &value, 1);
}

void message_u16(struct message *b, uint16_t value)
{
    message_number(b, value, 2);
}

void message_u32(struct message *b, uint32_t value)
{
    message_number(b, value, 4);
}

void message_u64(struct message *b, uint64_t value)
{
    message_number(b, value, 8);
}

void message_put_u16(struct message *b, size_t at, uint16_t value)
{
    b->octets[at] = (uint8_t)(value >> 8);
    b->octets[at + 1] = (uint8_t)value;
}

void message_begin(struct message *b, uint16_t version)
{
    if (b->version)
        message_end(b);
    b->begin = b->length;
    b->version = version;
    b->count = 0;
    message_u16(b, version);
    message_u16(b, 0); /* count or length: message_end() */
    if (version != 10)
        message_u32(b, b->uptime);
    message_u32(b, b->seconds);
    if (version < 9)
        message_u32(b, 123456789); /* nanoseconds */
    if (version == 1)
        return;
    message_u32(b, b->sequence);
    if (version >= 9)
        message_u32(b, b->domain);
    else if (version == 7)
        message_u32(b, 0);
    else
        message_u32(b, b->domain << 16 | 1u << 14 | 10100); /* sampling mode 1, one of 10100 */
}

void message_set_end(struct message *b)
{
    if (b->set != SIZE_MAX)
        message_put_u16(b, b->set + 2, (uint16_t)(b->length - b->set));
    b->set = SIZE_MAX;
}

void message_set(struct message *b, uint16_t id)
{
    message_set_end(b);
    b->set = b->length;
    message_u16(b, id);
    message_u16(b, 0);
}

void message_end(struct message *b)
{
    message_set_end(b);
    size_t length = b->length - b->begin;
    message_put_u16(b, b->begin + 2, b->version == 10 ? (uint16_t)length : b->count);
    b->version = 0;
}

static void add_fields(struct message *b, const struct message_field *fields, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        message_u16(b, (uint16_t)(fields[i].id | (fields[i].pen ? 0x8000 : 0)));
        message_u16(b, fields[i].length);
        if (fields[i].pen)
            message_u32(b, fields[i].pen);
    }
    b->count++;
}

void message_template(struct message *b, uint16_t id, const struct message_field *fields, uint16_t count)
{
    message_u16(b, id);
    message_u16(b, count);
    add_fields(b, fields, count);
}

void message_options(struct message *b, uint16_t id, const struct message_field *fields, uint16_t scopes,
                     uint16_t count)
{
    message_u16(b, id);
    message_u16(b, b->version == 9 ? (uint16_t)(scopes * 4) : count);
    message_u16(b, b->version == 9 ? (uint16_t)((count - scopes) * 4) : scopes);
    add_fields(b, fields, count);
}

void message_withdrawal(struct message *b, uint16_t id)
{
    message_u16(b, id);
    message_u16(b, 0);
}

void message_fixed_record(struct message *b, uint32_t seed)
{
    size_t length = b->version == 7 ? 52 : 48;
    for (size_t i = 0; i < length; i++)
        message_u8(b, (uint8_t)(seed * 16 + i));
    b->count++;
}

void message_pair_template(struct message *b, uint16_t id)
{
    message_set(b, b->version == 9 ? 0 : 2);
    message_template(b, id, message_pair, 2);
    message_set_end(b);
}

void message_pair_data(struct message *b, uint16_t id, uint32_t records)
{
    message_set(b, id);
    for (uint32_t i = 1; i <= records; i++) {
        message_u32(b, 0x01000000 + i);
        message_u32(b, i);
    }
    b->count = (uint16_t)(b->count + records);
    message_set_end(b);
}
