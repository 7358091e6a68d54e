/* SPDX-License-Identifier: MIT */
#include "session/unwrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"
#include "capture/enclose.h"
#include "session/archive/unarchive.h"

#define PAYLOAD_MOST 65507u /* of UDP over IPv4 */
#define PAYLOAD_IPV6 65527u

struct unwrapper {
    void (*diagnose)(void *user, const struct nfdec_diagnostic *diagnostic);
    void *user;
    struct unarchive *unarchive; /* NULL until it is needed */
    struct frame frame;
    uint8_t octets[ENCLOSE_MOST + PAYLOAD_IPV6];
};

struct unwrapper *unwrapper_new(void (*diagnose)(void *user, const struct nfdec_diagnostic *diagnostic),
                                void *user)
{
    struct unwrapper *unwrapper = alloc_new(sizeof *unwrapper);
    unwrapper->diagnose = diagnose;
    unwrapper->user = user;
    return unwrapper;
}

void unwrapper_free(struct unwrapper *unwrapper)
{
    if (!unwrapper)
        return;
    unarchive_free(unwrapper->unarchive);
    free(unwrapper);
}

static void tell(struct unwrapper *unwrapper, uint64_t packet, enum nfdec_code code, uint64_t a, uint64_t b)
{
    struct nfdec_diagnostic d = { .packet = packet, .a = a, .b = b, .code = (uint16_t)code };
    unwrapper->diagnose(unwrapper->user, &d);
}

/* Ports are those of a collector. */
static const struct frame *wrap_in_ip(struct unwrapper *unwrapper, const struct frame *frame, struct addr src,
                                      uint16_t port, const uint8_t *data, size_t length)
{
    struct enclose_ends ends = { .src = src, .sport = port };
    uint32_t most = src.family == 4 ? PAYLOAD_MOST : PAYLOAD_IPV6;
    uint32_t kept = length < most ? (uint32_t)length : most;
    ends.dport = be16(data) == 10 ? 4739 : 2055;
    ends.dst.family = src.family;
    uint32_t before = enclose_size(&ends);
    memcpy(unwrapper->octets + before, data, kept);
    enclose(unwrapper->octets, &ends, kept);
    unwrapper->frame = *frame;
    unwrapper->frame.data = unwrapper->octets;
    unwrapper->frame.offset = FRAME_NOWHERE;
    unwrapper->frame.length = before + kept;
    unwrapper->frame.wire_length = before + (uint32_t)length;
    unwrapper->frame.link = ENCLOSE_LINK;
    unwrapper->frame.wrapping = FRAME_PLAIN;
    return &unwrapper->frame;
}

static const struct frame *unwrap_line(struct unwrapper *unwrapper, const struct frame *frame,
                                       uint64_t number)
{
    struct unarchived packet;
    if (!unwrapper->unarchive)
        unwrapper->unarchive = unarchive_new();
    if (!unarchive_line(unwrapper->unarchive, frame->data, frame->length, &packet)) {
        tell(unwrapper, number, NFDEC_DIAG_ARCHIVE_LINE, frame->length, 0);
        return NULL;
    }
    if (packet.unknown || packet.flows)
        tell(unwrapper, number, NFDEC_DIAG_ARCHIVE_FIELDS, packet.unknown, packet.flows);
    struct addr client = packet.client;
    if (client.family == 0)
        client.family = 6; /* :: is nobody's */
    return wrap_in_ip(unwrapper, frame, client, packet.port, packet.data, packet.length);
}

const struct frame *unwrap(struct unwrapper *unwrapper, const struct frame *frame, uint64_t packet)
{
    if (frame->wrapping == FRAME_LINE)
        return unwrap_line(unwrapper, frame, packet);
    return wrap_in_ip(unwrapper, frame, (struct addr) { .family = 6 }, 0, frame->data, frame->length);
}
