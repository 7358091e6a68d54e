/* SPDX-License-Identifier: MIT */
#include "session/archive/value.h"

#include <string.h>

#include "base/addr.h"
#include "session/archive/decimal.h"

#define DIGITS_LONG 19u
#define FIELD_MOST  60000u /* octets of a field: a message has to hold it */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Behind a string that begins at `at`. */
static size_t skip_string(const char *json, size_t length, size_t at)
{
    for (at++; at < length && json[at] != '"'; at++)
        if (json[at] == '\\')
            at++;
    return at < length ? at + 1 : length;
}

void value_quote(struct strbuf *out, const char *json, size_t length)
{
    size_t at = 0, copied = 0;
    while (at < length) {
        size_t from = at;
        if (json[at] == '"') {
            at = skip_string(json, length, at);
            continue;
        }
        if (!is_digit(json[at])) {
            at++;
            continue;
        }
        while (at < length && is_digit(json[at]))
            at++;
        bool whole =
            (at == length || !strchr(".eE", json[at])) && (from == 0 || !strchr(".-+eE", json[from - 1]));
        if (at - from < DIGITS_LONG || !whole)
            continue;
        strbuf_add(out, json + copied, from - copied);
        strbuf_text(out, "\"\\u0001");
        strbuf_add(out, json + from, at - from);
        strbuf_char(out, '"');
        copied = at;
    }
    strbuf_add(out, json + copied, length - copied);
}

/* The number's octets, as few as it needs; its sign is in *negative. */
static bool take_number(const json_t *value, uint8_t octets[DECIMAL_MOST], size_t *length, bool *negative)
{
    *negative = false;
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        size_t count = json_string_length(value);
        return count > 1 && text[0] == VALUE_NUMBER &&
               decimal_read(text + 1, count - 1, octets, DECIMAL_MOST, length);
    }
    uint64_t number = 0;
    if (json_is_boolean(value)) {
        number = json_is_true(value) ? 1 : 2;
    } else if (json_is_integer(value)) {
        *negative = json_integer_value(value) < 0;
        number = (uint64_t)json_integer_value(value);
    } else {
        return false;
    }
    *length = 0;
    for (unsigned shift = 64; shift > 0; shift -= 8)
        if (number >> (shift - 8) || shift == 8)
            octets[(*length)++] = (uint8_t)(number >> (shift - 8));
    return true;
}

bool value_number(const json_t *value, unsigned octets, uint64_t *number)
{
    uint8_t digits[DECIMAL_MOST];
    struct addr address;
    size_t length;
    bool negative;
    if (octets == 4 && json_is_string(value) && addr_parse(json_string_value(value), &address) &&
        address.family == 4) {
        memcpy(digits, address.octets, length = 4);
    } else if (!take_number(value, digits, &length, &negative) || negative || length > octets) {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < length; i++)
        *number = *number << 8 | digits[i];
    return true;
}

/* Octets of values of a type; 0: any number. */
static size_t width_of(const struct archive_field *field)
{
    static const uint8_t widths[NFDEC_TYPE_COUNT] = {
        [NFDEC_UNSIGNED8] = 1,    [NFDEC_UNSIGNED16] = 2,   [NFDEC_UNSIGNED32] = 4,
        [NFDEC_UNSIGNED64] = 8,   [NFDEC_SIGNED8] = 1,      [NFDEC_SIGNED16] = 2,
        [NFDEC_SIGNED32] = 4,     [NFDEC_SIGNED64] = 8,     [NFDEC_FLOAT32] = 4,
        [NFDEC_FLOAT64] = 8,      [NFDEC_BOOLEAN] = 1,      [NFDEC_MAC_ADDRESS] = 6,
        [NFDEC_SECONDS] = 4,      [NFDEC_MILLISECONDS] = 8, [NFDEC_MICROSECONDS] = 8,
        [NFDEC_NANOSECONDS] = 8,  [NFDEC_IPV4_ADDRESS] = 4, [NFDEC_IPV6_ADDRESS] = 16,
        [NFDEC_UNSIGNED256] = 32,
    };
    if (field->pen == 0 && field->id >= 70 && field->id <= 79)
        return 3; /* sections of an MPLS label stack */
    return field->type < NFDEC_TYPE_COUNT ? widths[field->type] : 0;
}

static bool add_address(struct strbuf *out, const char *text, size_t width, uint16_t *length)
{
    struct addr address;
    if (!addr_parse(text, &address) || (width > 0 && width != (address.family == 4 ? 4 : 16)))
        return false;
    *length = address.family == 4 ? 4 : 16;
    strbuf_add(out, (const char *)address.octets, *length);
    return true;
}

static void add_big_endian(struct strbuf *out, uint64_t bits, unsigned octets)
{
    for (unsigned shift = octets * 8; shift > 0; shift -= 8)
        strbuf_char(out, (char)(uint8_t)(bits >> (shift - 8)));
}

static void add_float(struct strbuf *out, double number, size_t width, uint16_t *length)
{
    if (width == 4) {
        float narrow = (float)number;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        add_big_endian(out, bits, 4);
    } else {
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        add_big_endian(out, bits, 8);
    }
    *length = (uint16_t)width;
}

/* [seconds, fraction] */
static bool add_timestamp(struct strbuf *out, const json_t *value, uint16_t *length)
{
    uint64_t seconds, fraction;
    if (json_array_size(value) != 2 || !value_number(json_array_get(value, 0), 4, &seconds) ||
        !value_number(json_array_get(value, 1), 4, &fraction))
        return false;
    add_big_endian(out, seconds, 4);
    add_big_endian(out, fraction, 4);
    *length = 8;
    return true;
}

/* Octets of any number: with their length in front, or as long as they are. */
static bool add_open(struct strbuf *out, const char *octets, size_t count, bool variable, uint16_t *length)
{
    if (count > FIELD_MOST)
        return false;
    *length = variable ? NFDEC_VARIABLE : (uint16_t)count;
    if (variable && count < 255) {
        add_big_endian(out, count, 1);
    } else if (variable) {
        add_big_endian(out, 255, 1);
        add_big_endian(out, count, 2);
    }
    strbuf_add(out, octets, count);
    return true;
}

static bool add_number(struct strbuf *out, const json_t *value, const struct archive_field *field,
                       bool variable, uint16_t *length)
{
    uint8_t octets[DECIMAL_MOST];
    size_t count, width = width_of(field);
    bool negative;
    if (!take_number(value, octets, &count, &negative))
        return false;
    if (width == 0)
        return !negative && add_open(out, (const char *)octets, count, variable, length);
    if (negative) { /* eight octets, of which the upper ones are all ones */
        if (field->type < NFDEC_SIGNED8 || field->type > NFDEC_SIGNED64 || width > count)
            return false;
        strbuf_add(out, (const char *)octets + count - width, width);
        *length = (uint16_t)width;
        return true;
    }
    if (count > width) /* the exporter gave it more room than its type needs */
        width = count;
    for (size_t i = count; i < width; i++)
        strbuf_char(out, '\0');
    strbuf_add(out, (const char *)octets, count);
    *length = (uint16_t)width;
    return true;
}

bool value_octets(struct strbuf *out, const json_t *value, const struct archive_field *field, bool variable,
                  uint16_t *length)
{
    size_t width = width_of(field);
    bool text = json_is_string(value) && json_string_value(value)[0] != VALUE_NUMBER;
    switch (field->type) {
    case NFDEC_IPV4_ADDRESS:
    case NFDEC_IPV6_ADDRESS:
        if (text)
            return add_address(out, json_string_value(value), width, length);
        break;
    case NFDEC_FLOAT32:
    case NFDEC_FLOAT64:
        if (json_is_number(value)) {
            add_float(out, json_number_value(value), width, length);
            return true;
        }
        break;
    case NFDEC_MICROSECONDS:
    case NFDEC_NANOSECONDS:
        if (json_is_array(value))
            return add_timestamp(out, value, length);
        break;
    default:
        break;
    }
    if (text)
        return width == 0 &&
               add_open(out, json_string_value(value), json_string_length(value), variable, length);
    return add_number(out, value, field, variable, length);
}
