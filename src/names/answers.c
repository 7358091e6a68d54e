/* SPDX-License-Identifier: MIT */
#include "names/answers.h"

#include <string.h>
#include <strings.h>

#include "base/cursor.h"

#define JUMPS       32u /* of a compressed name */
#define CHAIN       16u /* CNAMEs one behind the other */
#define QUESTIONS   16u
#define IS_ANSWER   0x8000u
#define OPCODE      0x7800u
#define TRUNCATED   0x0200u
#define RESULT      0x000Fu
#define CLASS_IN    1u
#define CACHE_FLUSH 0x8000u /* of a class, in mDNS */

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_PTR = 12, TYPE_AAAA = 28 };

/* Dots between labels, none at the end; an empty one is the root. */
struct name {
    size_t length;
    char text[ANSWERS_NAME];
};

struct alias {
    struct name from, to;
};

struct message {
    const uint8_t *data;
    size_t length;
    struct alias alias[CHAIN];
    size_t alias_count;
};

static bool add_label(struct name *name, const uint8_t *octets, size_t length)
{
    size_t dot = name->length > 0;
    if (name->length + dot + length >= sizeof name->text)
        return false;
    if (dot)
        name->text[name->length++] = '.';
    memcpy(name->text + name->length, octets, length);
    name->length += length;
    name->text[name->length] = '\0';
    return true;
}

/*
 * RFC 1035 section 4.1.4: labels, and at the end a zero or the place of the rest. A place must be before where it is
 * named, so that this ends. The cursor moves behind what stands here.
 */
static bool read_name(const struct message *message, struct cursor *c, struct name *name)
{
    struct cursor at = *c;
    bool jumped = false;
    name->length = 0;
    name->text[0] = '\0';
    for (unsigned jumps = 0;;) {
        size_t here = at.at;
        uint8_t length = cursor_u8(&at);
        if (cursor_failed(&at))
            return false;
        if (length >= 0xC0) {
            size_t place = (size_t)(length & 0x3F) << 8 | cursor_u8(&at);
            if (cursor_failed(&at) || place >= here || ++jumps > JUMPS)
                return false;
            if (!jumped)
                *c = at;
            jumped = true;
            at = cursor_of(message->data, message->length);
            cursor_skip(&at, place);
            continue;
        }
        if (length == 0)
            break;
        const uint8_t *octets = length < 0x40 ? cursor_take(&at, length) : NULL;
        if (!octets || !add_label(name, octets, length))
            return false;
    }
    if (!jumped)
        *c = at;
    return true;
}

static bool same_name(const struct name *a, const struct name *b)
{
    return a->length == b->length && strncasecmp(a->text, b->text, a->length) == 0;
}

/* The name that was asked for: that of the first alias of the chain which leads to this one. */
static const struct name *asked_name(const struct message *message, const struct name *name)
{
    for (size_t steps = 0; steps < message->alias_count; steps++) {
        size_t i = 0;
        while (i < message->alias_count && !same_name(&message->alias[i].to, name))
            i++;
        if (i == message->alias_count)
            break;
        name = &message->alias[i].from;
    }
    return name;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "1.2.0.192.in-addr.arpa", lowest octet first. */
static bool reverse_v4(const char *text, size_t length, struct addr *address)
{
    uint8_t octets[4];
    const char *end = text + length;
    for (int i = 3; i >= 0; i--) {
        unsigned value = 0, digits = 0;
        for (; text < end && *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
            value = value * 10 + (unsigned)(*text - '0');
        if (digits == 0 || value > 255 || text == end || *text++ != '.')
            return false;
        octets[i] = (uint8_t)value;
    }
    *address = addr_from(octets, sizeof octets);
    return text == end;
}

/* "b.a. ... 2.ip6.arpa", lowest four bits first. */
static bool reverse_v6(const char *text, size_t length, struct addr *address)
{
    uint8_t octets[16] = { 0 };
    if (length != 64)
        return false;
    for (size_t i = 0; i < 32; i++) {
        int digit = hex_digit(text[2 * i]);
        if (digit < 0 || text[2 * i + 1] != '.')
            return false;
        octets[15 - i / 2] |= (uint8_t)(i % 2 ? digit << 4 : digit);
    }
    *address = addr_from(octets, sizeof octets);
    return true;
}

static bool reverse_address(const struct name *name, struct addr *address)
{
    static const char v4[] = "in-addr.arpa", v6[] = "ip6.arpa";
    size_t four = sizeof v4 - 1, six = sizeof v6 - 1;
    if (name->length > four && strcasecmp(name->text + name->length - four, v4) == 0)
        return reverse_v4(name->text, name->length - four, address);
    if (name->length > six && strcasecmp(name->text + name->length - six, v6) == 0)
        return reverse_v6(name->text, name->length - six, address);
    return false;
}

/* A record behind its owner; its data is a sub-cursor of the whole message, so that names in it can be followed. */
struct record {
    struct name owner;
    uint16_t type, class;
    struct cursor data;
};

static bool read_record(const struct message *message, struct cursor *c, struct record *record)
{
    if (!read_name(message, c, &record->owner))
        return false;
    record->type = cursor_u16(c);
    record->class = cursor_u16(c) & (uint16_t)~CACHE_FLUSH;
    cursor_u32(c); /* time to live */
    uint16_t length = cursor_u16(c);
    size_t at = c->at;
    if (!cursor_skip(c, length))
        return false;
    record->data = cursor_of(message->data, at + length);
    return cursor_skip(&record->data, at);
}

static void note_alias(struct message *message, struct record *record)
{
    if (record->type != TYPE_CNAME || message->alias_count == CHAIN)
        return;
    struct alias *alias = &message->alias[message->alias_count];
    alias->from = record->owner;
    message->alias_count += read_name(message, &record->data, &alias->to);
}

/* The address and name that a record gives. */
static bool take_record(const struct message *message, struct record *record, struct addr *address,
                        struct name *name)
{
    size_t wanted = record->type == TYPE_A ? 4 : record->type == TYPE_AAAA ? 16 : 0;
    if (record->type == TYPE_PTR)
        return reverse_address(&record->owner, address) && read_name(message, &record->data, name) &&
               name->length > 0;
    if (wanted == 0 || cursor_left(&record->data) != wanted)
        return false;
    *address = addr_from(cursor_take(&record->data, wanted), wanted);
    *name = *asked_name(message, &record->owner);
    return name->length > 0;
}

/* The answers, from `c` on: once for their aliases, which may stand anywhere, and once for their addresses. */
size_t answers_read(const uint8_t *data, size_t length,
                    void (*take)(void *user, const struct addr *address, const char *name,
                                 size_t name_length),
                    void *user)
{
    struct message message = { .data = data, .length = length };
    struct cursor c = cursor_of(data, length);
    struct record record;
    size_t given = 0;
    cursor_u16(&c);
    uint16_t flags = cursor_u16(&c), questions = cursor_u16(&c), answers = cursor_u16(&c);
    cursor_u32(&c); /* how many records of authorities and additional ones, which are not looked at */
    if (cursor_failed(&c) || !(flags & IS_ANSWER) || flags & (OPCODE | TRUNCATED | RESULT) ||
        questions > QUESTIONS)
        return 0;
    for (struct name name; questions > 0; questions--)
        if (!read_name(&message, &c, &name) || !cursor_skip(&c, 4))
            return 0;
    struct cursor first = c;
    answers = answers < ANSWERS_MOST ? answers : ANSWERS_MOST;
    for (unsigned i = 0; i < answers && read_record(&message, &c, &record); i++)
        note_alias(&message, &record);
    for (unsigned i = 0; i < answers && read_record(&message, &first, &record); i++) {
        struct addr address;
        struct name name;
        if (record.class != CLASS_IN || !take_record(&message, &record, &address, &name))
            continue;
        take(user, &address, name.text, name.length);
        given++;
    }
    return given;
}
