/* SPDX-License-Identifier: MIT */
/*
 * Is it an export message? Ports do not tell, so the octets must: every version has lengths and counts that
 * must fit each other. What is strong here passed none of the other protocols we could try it on.
 */
#include "decode/probe.h"

#include <limits.h>

#include "base/cursor.h"
#include "base/time.h"
#include "decode/header.h"

#define YEAR_2000 INT64_C(946684800)
#define YEAR_2100 INT64_C(4102444800)

static bool plausible_time(const struct nfdec_message *m)
{
    return m->export_time >= YEAR_2000 * TIME_SECOND && m->export_time <= YEAR_2100 * TIME_SECOND;
}

/* One message in a datagram: octets there and sent from its header on. */
struct look {
    size_t length, wire_length;
    unsigned sets_max; /* to look at */
    size_t used;       /* out: where the message ends, as far as can be told; may be behind a cut */
};

/* v1, v5, v7: the count says how long the message is. */
static enum nfdec_probe probe_fixed(const struct nfdec_message *m, const struct version_format *format,
                                    struct look *look)
{
    size_t fits = (look->wire_length - format->header_length) / format->record_length;
    look->used = format->header_length + (size_t)m->count * format->record_length;
    if (m->count == 0 || fits == 0)
        return NFDEC_PROBE_NO;
    return m->count <= fits && m->count <= 64 && plausible_time(m) ? NFDEC_PROBE_STRONG : NFDEC_PROBE_WEAK;
}

static bool all_zero(const struct cursor *c)
{
    for (size_t i = c->at; i < c->length; i++)
        if (c->data[i])
            return false;
    return true;
}

/*
 * How well the chain of sets holds together: every set id valid, every length within what is left. In v9 a
 * chain ends where the version of a message stands instead of a set id. The cursor stops at the end.
 */
static enum nfdec_probe probe_sets(struct cursor *c, bool ipfix, bool cut, unsigned sets_max)
{
    unsigned sets = 0;
    while (cursor_left(c) >= 4) {
        struct cursor set = *c;
        uint16_t id = cursor_u16(&set), length = cursor_u16(&set);
        if (id == 0 && length == 0 && sets) /* padding, or nothing we know */
            break;
        if (sets && (sets == sets_max || (!ipfix && (id == 9 || id == 10))))
            return NFDEC_PROBE_STRONG;
        bool known = id >= 256 || (ipfix ? id == 2 || id == 3 : id <= 1);
        if (!known || length < 4)
            return sets ? NFDEC_PROBE_WEAK : NFDEC_PROBE_NO;
        if (!cursor_skip(&set, length - 4u)) {
            cursor_skip(c, cursor_left(c));
            return cut && sets ? NFDEC_PROBE_STRONG : NFDEC_PROBE_WEAK;
        }
        *c = set;
        sets++;
    }
    bool padding = cut || all_zero(c);
    cursor_skip(c, cursor_left(c));
    return !sets ? NFDEC_PROBE_NO : padding ? NFDEC_PROBE_STRONG : NFDEC_PROBE_WEAK;
}

static enum nfdec_probe probe_ipfix(const struct nfdec_message *m, struct cursor c, struct look *look)
{
    look->used = m->count;
    if (m->count < 16 || m->count > look->wire_length)
        return m->count < 16 ? NFDEC_PROBE_NO : NFDEC_PROBE_WEAK;
    if (m->count == 16) /* a header alone is a message, but nothing to be sure of */
        return NFDEC_PROBE_WEAK;
    bool cut = look->length < m->count;
    c.length = cut ? look->length : m->count;
    enum nfdec_probe sets = probe_sets(&c, true, cut, look->sets_max);
    if (sets == NFDEC_PROBE_STRONG && !plausible_time(m) && m->count != look->wire_length)
        return NFDEC_PROBE_WEAK;
    return sets;
}

/* The count is one of records of all kinds, each of which has an octet at least. */
static enum nfdec_probe probe_v9(const struct nfdec_message *m, struct cursor c, struct look *look)
{
    enum nfdec_probe sets = probe_sets(&c, false, look->length < look->wire_length, look->sets_max);
    look->used = c.at;
    bool count_fits = m->count > 0 && m->count <= look->wire_length;
    return sets == NFDEC_PROBE_STRONG && !(plausible_time(m) && count_fits) ? NFDEC_PROBE_WEAK : sets;
}

static enum nfdec_probe probe_at(const uint8_t *data, struct look *look)
{
    struct cursor c = cursor_of(data, look->length);
    struct nfdec_message m = { .version = 0 };
    uint32_t domain;
    look->used = look->length;
    if (look->length < 2)
        return NFDEC_PROBE_NO;
    const struct version_format *format = header_format(be16(data));
    if (!format || !header_read(&c, &m, &domain))
        return NFDEC_PROBE_NO;
    if (format->record_length)
        return probe_fixed(&m, format, look);
    return m.version == 10 ? probe_ipfix(&m, c, look) : probe_v9(&m, c, look);
}

enum nfdec_probe probe_message(const uint8_t *data, size_t length, size_t wire_length)
{
    struct look look = { .length = length, .wire_length = wire_length, .sets_max = 32 };
    return probe_at(data, &look);
}

enum nfdec_probe nfdec_probe(const uint8_t *data, size_t length, size_t wire_length)
{
    struct look look = { .length = length,
                         .wire_length = wire_length > length ? wire_length : length,
                         .sets_max = UINT_MAX };
    enum nfdec_probe first = probe_at(data, &look), probe = first;
    /* every message takes a header at least */
    while (probe == NFDEC_PROBE_STRONG && look.used < look.length) {
        if (be16(data) >= 9 && look.wire_length - look.used <= 3) /* padding */
            break;
        data += look.used;
        look.length -= look.used;
        look.wire_length -= look.used;
        probe = probe_at(data, &look);
    }
    return probe < first && first == NFDEC_PROBE_STRONG ? NFDEC_PROBE_WEAK : first;
}
