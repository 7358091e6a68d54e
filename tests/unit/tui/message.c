/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <criterion/criterion.h>

void put8(struct message_octets *m, unsigned value)
{
    cr_assert_lt(m->length, sizeof m->data);
    m->data[m->length++] = (uint8_t)value;
}

void put16(struct message_octets *m, unsigned value)
{
    put8(m, value >> 8 & 0xFF);
    put8(m, value & 0xFF);
}

void put32(struct message_octets *m, uint32_t value)
{
    put16(m, value >> 16);
    put16(m, value & 0xFFFF);
}

static void set16(struct message_octets *m, uint32_t at, uint32_t value)
{
    m->data[at] = (uint8_t)(value >> 8);
    m->data[at + 1] = (uint8_t)value;
}

void begin_ipfix(struct message_octets *m)
{
    m->length = 0;
    put16(m, 10);
    put16(m, 16);
    put32(m, 1700000000);
    put32(m, 0);
    put32(m, 1);
}

void begin_set(struct message_octets *m, unsigned id)
{
    m->set = m->length;
    put16(m, id);
    put16(m, 0);
}

void end_set(struct message_octets *m)
{
    set16(m, m->set + 2, m->length - m->set);
    set16(m, 2, m->length);
}

void put_template(struct message_octets *m, unsigned id, unsigned fields, unsigned element, unsigned length)
{
    put16(m, id);
    put16(m, fields);
    for (unsigned i = 0; i < fields; i++) {
        put16(m, element);
        put16(m, length);
    }
}

struct session *run_message(const struct message_octets *m)
{
    struct session_config config = { .hex = m->data,
                                     .hex_length = m->length,
                                     .keep_flows = true,
                                     .keep_pairs = true,
                                     .keep_octets = OCTETS_KEEP_ALL };
    struct capture_error error;
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run);
    cr_assert_eq(session_run(run), SESSION_DONE);
    return run;
}
