/* SPDX-License-Identifier: MIT */
#include "octets.h"

#include <criterion/criterion.h>
#include <string.h>

void octets_8(struct octets *o, unsigned value)
{
    cr_assert_lt(o->length, sizeof o->data);
    o->data[o->length++] = (uint8_t)value;
}

void octets_16(struct octets *o, unsigned value)
{
    octets_8(o, value >> 8 & 0xFF);
    octets_8(o, value & 0xFF);
}

void octets_32(struct octets *o, uint64_t value)
{
    octets_16(o, (unsigned)(value >> 16 & 0xFFFF));
    octets_16(o, (unsigned)(value & 0xFFFF));
}

void octets_text(struct octets *o, const char *text)
{
    for (size_t i = 0; text[i]; i++)
        octets_8(o, (uint8_t)text[i]);
}

static void close_set(struct octets *o)
{
    if (!o->set)
        return;
    size_t length = o->length - o->set;
    o->data[o->set + 2] = (uint8_t)(length >> 8);
    o->data[o->set + 3] = (uint8_t)length;
}

void octets_message(struct octets *o)
{
    memset(o, 0, sizeof *o);
    octets_16(o, 10);
    octets_16(o, 0); /* length */
    octets_32(o, 1700000000);
    octets_32(o, 5);
    octets_32(o, 7);
}

void octets_set(struct octets *o, unsigned id)
{
    close_set(o);
    o->set = o->length;
    octets_16(o, id);
    octets_16(o, 0); /* length */
}

void octets_template(struct octets *o, unsigned id, unsigned fields)
{
    octets_16(o, id);
    octets_16(o, fields);
}

void octets_field(struct octets *o, unsigned id, unsigned length)
{
    octets_16(o, id);
    octets_16(o, length);
}

void octets_end(struct octets *o)
{
    close_set(o);
    o->data[2] = (uint8_t)(o->length >> 8);
    o->data[3] = (uint8_t)o->length;
}
