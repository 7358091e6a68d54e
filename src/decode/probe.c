/* SPDX-License-Identifier: MIT */
/*
 * Is it an export message? Ports do not tell, so the octets must: every version has lengths and counts that
 * must fit each other. What is strong here passed none of the other protocols we could try it on.
 */
#include "nfdec/decoder.h"

#include "base/cursor.h"
#include "base/time.h"
#include "decode/header.h"

#define YEAR_2000 INT64_C(946684800)
#define YEAR_2100 INT64_C(4102444800)

static bool plausible_time(const struct nfdec_message *m)
{
    return m->export_time >= YEAR_2000 * TIME_SECOND && m->export_time <= YEAR_2100 * TIME_SECOND;
}

/* v1, v5, v7: the count says how long the datagram is. */
static enum nfdec_probe probe_fixed(const struct nfdec_message *m, const struct version_format *format,
                                    size_t wire_length)
{
    size_t fits = (wire_length - format->header_length) / format->record_length;
    size_t rest = (wire_length - format->header_length) % format->record_length;
    if (m->count == 0 || fits == 0)
        return NFDEC_PROBE_NO;
    if (m->count == fits && rest == 0 && m->count <= 64 && plausible_time(m))
        return NFDEC_PROBE_STRONG;
    return NFDEC_PROBE_WEAK;
}

/* How well the chain of sets holds together: every set id valid, every length within what is left. */
static enum nfdec_probe probe_sets(struct cursor c, bool ipfix, bool cut)
{
    unsigned sets = 0;
    while (cursor_left(&c) >= 4) {
        uint16_t id = cursor_u16(&c), length = cursor_u16(&c);
        if (id == 0 && length == 0 && sets)
            break;
        bool known = id >= 256 || (ipfix ? id == 2 || id == 3 : id <= 1);
        if (!known || length < 4)
            return sets ? NFDEC_PROBE_WEAK : NFDEC_PROBE_NO;
        if (!cursor_skip(&c, length - 4u))
            return cut && sets ? NFDEC_PROBE_STRONG : NFDEC_PROBE_WEAK;
        sets++;
    }
    return sets ? NFDEC_PROBE_STRONG : NFDEC_PROBE_NO;
}

static enum nfdec_probe probe_ipfix(const struct nfdec_message *m, struct cursor c, size_t length,
                                    size_t wire_length)
{
    if (m->count < 16 || m->count > wire_length)
        return m->count < 16 ? NFDEC_PROBE_NO : NFDEC_PROBE_WEAK;
    if (m->count == 16) /* a header alone is a message, but nothing to be sure of */
        return NFDEC_PROBE_WEAK;
    bool cut = length < m->count;
    c.length = cut ? length : m->count;
    enum nfdec_probe sets = probe_sets(c, true, cut);
    if (sets == NFDEC_PROBE_STRONG && (!plausible_time(m) || wire_length - m->count > 3))
        return m->count == wire_length ? NFDEC_PROBE_STRONG : NFDEC_PROBE_WEAK;
    return sets;
}

enum nfdec_probe nfdec_probe(const uint8_t *data, size_t length, size_t wire_length)
{
    struct cursor c = cursor_of(data, length);
    struct nfdec_message m = { .version = 0 };
    uint32_t domain;
    if (wire_length < length)
        wire_length = length;
    if (length < 2)
        return NFDEC_PROBE_NO;
    const struct version_format *format = header_format(be16(data));
    if (!format || !header_read(&c, &m, &domain))
        return NFDEC_PROBE_NO;
    if (format->record_length)
        return probe_fixed(&m, format, wire_length);
    if (m.version == 10)
        return probe_ipfix(&m, c, length, wire_length);
    enum nfdec_probe sets = probe_sets(c, false, length < wire_length);
    if (sets == NFDEC_PROBE_STRONG && (!plausible_time(&m) || m.count == 0))
        return NFDEC_PROBE_WEAK;
    return sets;
}
