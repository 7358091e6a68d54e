/* SPDX-License-Identifier: MIT */
/* Typed values of fields and their text; the walk over records and fields is in record.c. */
#include "nfdec/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/be.h"
#include "base/text.h"
#include "base/time.h"

static void read_unsigned(struct nfdec_value *value)
{
    if (value->length < 1 || value->length > 8)
        return;
    value->kind = NFDEC_VALUE_UNSIGNED;
    value->u = be_n(value->octets, value->length);
}

static void read_signed(struct nfdec_value *value)
{
    if (value->length < 1 || value->length > 8)
        return;
    value->kind = NFDEC_VALUE_SIGNED;
    uint64_t bits = be_n(value->octets, value->length);
    uint64_t sign = UINT64_C(1) << (8 * value->length - 1);
    value->i = (int64_t)((bits ^ sign) - sign);
}

static void read_float(struct nfdec_value *value, bool wide)
{
    if (value->length == 4) {
        uint32_t bits = be32(value->octets);
        float single;
        memcpy(&single, &bits, sizeof single);
        value->kind = NFDEC_VALUE_FLOAT;
        value->f = (double)single;
    } else if (value->length == 8 && wide) {
        uint64_t bits = be64(value->octets);
        value->kind = NFDEC_VALUE_FLOAT;
        memcpy(&value->f, &bits, sizeof value->f);
    }
}

/* RFC 7011 section 6.1.5: 1 is true and 2 is false, nothing else is either. */
static void read_boolean(struct nfdec_value *value)
{
    if (value->length != 1 || value->octets[0] < 1 || value->octets[0] > 2)
        return;
    value->kind = NFDEC_VALUE_BOOLEAN;
    value->u = value->octets[0] == 1;
}

static void read_string(struct nfdec_value *value)
{
    value->kind = NFDEC_VALUE_STRING;
    while (value->length > 0 && value->octets[value->length - 1] == 0)
        value->length--;
}

/* A time that 64 bits of nanoseconds cannot hold stays octets. */
static void read_time(struct nfdec_value *value, enum nfdec_type type)
{
    int64_t ns = 0;
    bool known = false;
    if (type == NFDEC_SECONDS && value->length == 4) {
        known = time_from_seconds(be32(value->octets), &ns);
    } else if (value->length == 8) {
        uint64_t number = be64(value->octets);
        known = true;
        if (type == NFDEC_SECONDS)
            known = time_from_seconds(number, &ns);
        else if (type == NFDEC_MILLISECONDS)
            known = time_from_milliseconds(number, &ns);
        else if (type == NFDEC_MICROSECONDS)
            ns = time_from_ntp_microseconds(number);
        else
            ns = time_from_ntp_nanoseconds(number);
    }
    if (!known)
        return;
    value->kind = NFDEC_VALUE_TIME;
    value->precision = (uint8_t)(3 * (type - NFDEC_SECONDS));
    value->i = ns;
}

static void read_fixed(struct nfdec_value *value, enum nfdec_value_kind kind, uint32_t length)
{
    if (value->length == length)
        value->kind = kind;
}

struct nfdec_value nfdec_value_read(enum nfdec_type type, const uint8_t *data, uint32_t length)
{
    struct nfdec_value value = { .kind = NFDEC_VALUE_OCTETS, .octets = data, .length = length };
    switch (type) {
    case NFDEC_UNSIGNED8:
    case NFDEC_UNSIGNED16:
    case NFDEC_UNSIGNED32:
    case NFDEC_UNSIGNED64:
        read_unsigned(&value);
        break;
    case NFDEC_SIGNED8:
    case NFDEC_SIGNED16:
    case NFDEC_SIGNED32:
    case NFDEC_SIGNED64:
        read_signed(&value);
        break;
    case NFDEC_FLOAT32:
    case NFDEC_FLOAT64:
        read_float(&value, type == NFDEC_FLOAT64);
        break;
    case NFDEC_BOOLEAN:
        read_boolean(&value);
        break;
    case NFDEC_MAC_ADDRESS:
        read_fixed(&value, NFDEC_VALUE_MAC, 6);
        break;
    case NFDEC_STRING:
        read_string(&value);
        break;
    case NFDEC_SECONDS:
    case NFDEC_MILLISECONDS:
    case NFDEC_MICROSECONDS:
    case NFDEC_NANOSECONDS:
        read_time(&value, type);
        break;
    case NFDEC_IPV4_ADDRESS:
        read_fixed(&value, NFDEC_VALUE_IPV4, 4);
        break;
    case NFDEC_IPV6_ADDRESS:
        read_fixed(&value, NFDEC_VALUE_IPV6, 16);
        break;
    case NFDEC_BASIC_LIST:
    case NFDEC_SUB_TEMPLATE_LIST:
    case NFDEC_SUB_TEMPLATE_MULTI_LIST:
        value.kind = length > 0 ? NFDEC_VALUE_LIST : NFDEC_VALUE_OCTETS;
        break;
    case NFDEC_OCTET_ARRAY:
    case NFDEC_UNSIGNED256:
    case NFDEC_TYPE_COUNT:
        break;
    }
    return value;
}

struct nfdec_value nfdec_field_value(const struct nfdec_field *field)
{
    return nfdec_value_read((enum nfdec_type)field->spec->type, field->data, field->length);
}

/* Digits, sign and exponent as they are; whatever the locale has for a decimal point becomes a point. */
static void add_locale_free(struct text *t, const char *number)
{
    static const char kept[] = "+-0123456789abcdefghijklmnopqrstuvwxyz";
    size_t whole = strspn(number, kept);
    text_octets(t, number, whole);
    const char *fraction = strpbrk(number + whole, "0123456789");
    if (!fraction)
        return;
    text_add(t, ".");
    text_add(t, fraction);
}

/* The shortest number that reads back as the same. */
static void add_float(struct text *t, const struct nfdec_value *value)
{
    char number[40];
    bool single = value->length == 4;
    if (!isfinite(value->f)) {
        text_add(t, isnan(value->f) ? "nan" : value->f < 0 ? "-inf" : "inf");
        return;
    }
    int last = single ? 9 : 17;
    for (int digits = single ? 6 : 15; digits <= last; digits++) {
        snprintf(number, sizeof number, "%.*g", digits, value->f);
        double back = single ? (double)strtof(number, NULL) : strtod(number, NULL);
        if (memcmp(&back, &value->f, sizeof back) == 0)
            break;
    }
    add_locale_free(t, number);
}

static void add_mac(struct text *t, const uint8_t *octets)
{
    for (size_t i = 0; i < 6; i++) {
        if (i > 0)
            text_add(t, ":");
        text_hex(t, octets + i, 1);
    }
}

static void add_address(struct text *t, const struct nfdec_value *value)
{
    char buffer[ADDR_TEXT];
    struct addr address = addr_from(value->octets, value->length);
    addr_text(&address, buffer);
    text_add(t, buffer);
}

static void add_value(struct text *t, const struct nfdec_value *value)
{
    char time[TIME_TEXT];
    switch (value->kind) {
    case NFDEC_VALUE_UNSIGNED:
        text_unsigned(t, value->u);
        break;
    case NFDEC_VALUE_SIGNED:
        text_signed(t, value->i);
        break;
    case NFDEC_VALUE_FLOAT:
        add_float(t, value);
        break;
    case NFDEC_VALUE_BOOLEAN:
        text_add(t, value->u ? "true" : "false");
        break;
    case NFDEC_VALUE_MAC:
        add_mac(t, value->octets);
        break;
    case NFDEC_VALUE_STRING:
        text_clean(t, (const char *)value->octets, value->length);
        break;
    case NFDEC_VALUE_TIME:
        text_octets(t, time, time_text(value->i, value->precision, time));
        break;
    case NFDEC_VALUE_IPV4:
    case NFDEC_VALUE_IPV6:
        add_address(t, value);
        break;
    case NFDEC_VALUE_OCTETS:
    case NFDEC_VALUE_LIST: /* without its field it cannot be walked */
        text_hex(t, value->octets, value->length);
        break;
    }
}

size_t nfdec_value_text(const struct nfdec_value *value, char *buffer, size_t size)
{
    struct text t = text_of(buffer, size);
    add_value(&t, value);
    return t.length;
}

static void add_field(struct text *t, const struct nfdec_field *field, unsigned depth);

/* "{name=value, name=value}" */
static void add_record(struct text *t, const struct nfdec_record *record, unsigned depth)
{
    struct nfdec_field field;
    const char *between = "{";
    nfdec_field_begin(&field, record);
    while (!t->full && nfdec_field_next(&field)) {
        text_add(t, between);
        text_add(t, field.spec->name);
        text_add(t, "=");
        add_field(t, &field, depth);
        between = ", ";
    }
    text_add(t, *between == '{' ? "{}" : "}");
}

static void add_unreadable(struct text *t, uint16_t template_id)
{
    text_add(t, "template ");
    text_unsigned(t, template_id);
    text_add(t, " not known");
}

/* "[value, value]" or "[{name=value}, {name=value}]". False: it is no list, or one that lies too deep. */
static bool add_list(struct text *t, const struct nfdec_field *field, unsigned depth)
{
    struct nfdec_list list;
    if (depth >= NFDEC_LIST_DEPTH || !nfdec_list_begin(&list, field))
        return false;
    const char *between = "[";
    while (!t->full && nfdec_list_next(&list)) {
        text_add(t, between);
        between = ", ";
        if (list.template)
            add_record(t, &list.record, depth + 1);
        else if (list.template_id != 0)
            add_unreadable(t, list.template_id);
        else
            add_field(t, &list.value, depth + 1);
    }
    if (list.malformed || *between == '[')
        text_add(t, between);
    text_add(t, list.malformed ? "malformed]" : "]");
    return true;
}

static void add_field(struct text *t, const struct nfdec_field *field, unsigned depth)
{
    struct nfdec_value value = nfdec_field_value(field);
    if (value.kind != NFDEC_VALUE_LIST || !add_list(t, field, depth))
        add_value(t, &value);
}

size_t nfdec_field_text(const struct nfdec_field *field, char *buffer, size_t size)
{
    struct text t = text_of(buffer, size);
    add_field(&t, field, 0);
    return t.length;
}
