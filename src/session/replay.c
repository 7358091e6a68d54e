/* SPDX-License-Identifier: MIT */
#include "session/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"
#include "nfdec/announced.h"
#include "nfdec/record.h"
#include "session/frames.h"

#define NO_PACKET    UINT64_MAX
#define HEADER_LEAST 16 /* octets of the shortest message header */

struct replay {
    const struct session *run;
    const struct octets *octets;
    struct frames *frames; /* NULL: no octets were kept */
    struct datagrams *datagrams;
    struct session_packet packet; /* the one that is looked at: its number is NO_PACKET where there is none */
    struct frame frame;
    struct datagram datagram;
    bool stale;         /* its frame is no longer there, only its datagram */
    bool checked;       /* no one else can have changed the octets */
    uint32_t forgotten; /* octets_forgotten() at the last look */
    uint32_t first;     /* message of the packet */
    uint32_t at;        /* message that is in `message` */
    struct nfdec_message message;
    uint8_t *whole; /* octets of a datagram that was put together, marks in front */
    size_t whole_room;
    const char *reason;
};

struct replay *replay_new(const struct session *run)
{
    struct replay *r = alloc_new(sizeof *r);
    r->run = run;
    r->octets = session_octets(run);
    r->frames = r->octets ? frames_new(session_capture(run), r->octets) : NULL;
    r->datagrams = datagrams_new(NULL);
    r->packet.number = NO_PACKET;
    return r;
}

void replay_free(struct replay *r)
{
    if (!r)
        return;
    frames_free(r->frames);
    datagrams_free(r->datagrams);
    free(r->whole);
    free(r);
}

const char *replay_reason(const struct replay *r)
{
    return r->reason;
}

static bool fail(struct replay *r, const char *reason)
{
    r->packet.number = NO_PACKET;
    r->reason = reason;
    return false;
}

/* --- packets --- */

static bool load_frame(struct replay *r, const struct octets_place *place, const struct ledger_message *m)
{
    struct frame *frame = &r->frame;
    if (!frames_at(r->frames, place, m->packet, frame))
        return fail(r, frames_reason(r->frames));
    frame->time = m->time;
    r->checked = place->kind == OCTETS_SPOOLED;
    if (!datagrams_take(r->datagrams, frame->data, frame->length, frame->wire_length, frame->link,
                        frame->time, &r->datagram) ||
        r->datagram.reassembled)
        return fail(r, FRAMES_CHANGED);
    return true;
}

/* What was put together, into r->whole and r->datagram. */
static bool load_datagram(struct replay *r, const struct octets_place *place)
{
    struct octets_whole whole;
    const uint8_t *octets = frames_spooled(r->frames, place->at, sizeof whole);
    if (!octets)
        return fail(r, FRAMES_NOT_KEPT);
    memcpy(&whole, octets, sizeof whole);
    size_t marks = whole.datagram.mark_count * sizeof(uint64_t), length = marks + whole.datagram.length;
    octets = frames_spooled(r->frames, place->at + sizeof whole, length);
    if (!octets)
        return fail(r, FRAMES_NOT_KEPT);
    if (r->whole_room < length) {
        r->whole = alloc_resize(r->whole, length, 1);
        r->whole_room = length;
    }
    memcpy(r->whole, octets, length);
    r->datagram = whole.datagram;
    r->datagram.data = r->whole + marks;
    r->checked = true;
    return true;
}

/* The frame of the i-th fragment of r->datagram. */
static bool look_at_fragment(struct replay *r, uint32_t i, struct frame *frame, uint32_t *before)
{
    uint64_t mark;
    memcpy(&mark, r->whole + i * sizeof mark, sizeof mark);
    return frames_fragment(r->frames, mark, frame, before) || fail(r, frames_reason(r->frames));
}

static bool load_whole(struct replay *r, const struct octets_place *place)
{
    uint32_t before;
    return load_datagram(r, place) && r->datagram.mark_count > 0 &&
           look_at_fragment(r, r->datagram.mark_count - 1, &r->frame, &before);
}

static bool load_place(struct replay *r, const struct octets_place *place, const struct ledger_message *m)
{
    r->packet.frame = &r->frame;
    switch (place->kind) {
    case OCTETS_IN_FILE:
    case OCTETS_SPOOLED:
        return load_frame(r, place, m);
    case OCTETS_WHOLE:
        return load_whole(r, place);
    case OCTETS_HEX:
        r->datagram = *octets_hex(r->octets);
        r->packet.frame = NULL;
        r->checked = true;
        return true;
    default:
        return fail(r, FRAMES_NOT_KEPT);
    }
}

/* Once the oldest messages were let go the others have new numbers: what is kept here is about the old ones. */
static void follow_numbers(struct replay *r)
{
    uint32_t forgotten = r->octets ? octets_forgotten(r->octets) : 0;
    if (forgotten != r->forgotten)
        r->packet.number = NO_PACKET;
    r->forgotten = forgotten;
}

static bool load(struct replay *r, uint32_t message)
{
    const struct ledger *ledger = session_ledger(r->run);
    const struct ledger_message *m = ledger_message(ledger, message);
    follow_numbers(r);
    r->reason = NULL;
    if (m->packet == r->packet.number && !r->stale)
        return true;
    const struct octets_place *place = r->octets ? octets_place(r->octets, message) : NULL;
    if (!place)
        return fail(r, FRAMES_NOT_KEPT);
    if (!load_place(r, place, m))
        return false;
    r->stale = false;
    r->packet.datagram = &r->datagram;
    r->packet.number = m->packet;
    r->at = LEDGER_NONE;
    r->first = message;
    while (r->first > 0 && ledger_message(ledger, r->first - 1)->packet == m->packet)
        r->first--;
    return true;
}

const struct session_packet *replay_packet(struct replay *r, uint32_t message)
{
    return load(r, message) ? &r->packet : NULL;
}

uint32_t replay_frame_count(struct replay *r, uint32_t message)
{
    if (!load(r, message) || !r->packet.frame)
        return 0;
    return r->datagram.reassembled ? r->datagram.mark_count : 1;
}

bool replay_frame(struct replay *r, uint32_t message, uint32_t i, struct frame *frame, uint32_t *before)
{
    const struct ledger_message *m = ledger_message(session_ledger(r->run), message);
    follow_numbers(r);
    bool there = m->packet == r->packet.number && r->datagram.reassembled;
    if (!there && !load(r, message))
        return false;
    if (!r->packet.frame)
        return fail(r, "a packet given in hex has no frame");
    *frame = r->frame;
    *before = r->first;
    if (!r->datagram.reassembled)
        return true;
    r->stale = true;
    return look_at_fragment(r, i, frame, before);
}

/* --- messages --- */

/* Where the sequence number stands in a message header; v1 has none. */
static uint32_t sequence_offset(uint16_t version)
{
    return version == 10 ? 8 : version == 9 ? 12 : 16;
}

/* Whether the header still says what was entered in the ledger. */
static bool same_header(const struct datagram *d, const struct ledger_message *m)
{
    uint32_t offset = m->offset, sequence = sequence_offset(m->version);
    if (offset > d->length || m->length > d->length - offset || m->length < HEADER_LEAST)
        return false;
    const uint8_t *p = d->data + offset;
    return be16(p) == m->version &&
           (m->version == 1 || (m->length >= sequence + 4 && be32(p + sequence) == m->sequence));
}

static void copy_message(struct replay *r, const struct ledger_message *m)
{
    r->message = (struct nfdec_message) {
        .session = nfdec_session_at(session_decoder(r->run), m->session),
        .packet = m->packet,
        .time = m->time,
        .export_time = m->export_time,
        .offset = m->offset,
        .length = m->version == 10 ? m->length : r->datagram.length - m->offset, /* as when it began */
        .sequence = m->sequence,
        .uptime = m->uptime,
        .version = m->version,
        .count = m->count,
        .engine_type = m->engine_type,
        .engine_id = m->engine_id,
        .sampling_mode = (uint8_t)(m->sampling >> 14),
        .sampling_interval = m->sampling & 0x3FFF,
    };
}

static bool load_message(struct replay *r, uint32_t message)
{
    if (!load(r, message))
        return false;
    if (r->at == message)
        return true;
    const struct ledger_message *m = ledger_message(session_ledger(r->run), message);
    if (!same_header(&r->datagram, m))
        return fail(r, FRAMES_CHANGED);
    copy_message(r, m);
    r->at = message;
    return true;
}

bool replay_message(struct replay *r, uint32_t message, struct nfdec_message *out)
{
    if (!load_message(r, message))
        return false;
    *out = r->message;
    return true;
}

/* --- sets --- */

static uint32_t count_withdrawals(const struct nfdec_set *set)
{
    struct nfdec_announced announced;
    uint32_t count = 0;
    nfdec_announced_begin(&announced, set);
    while (nfdec_announced_next(&announced))
        count += announced.withdrawal;
    return count;
}

/* Whether the set's octets hold as many records as they did: nothing may be read beyond them. */
static bool same_records(const struct nfdec_set *set)
{
    const struct nfdec_template *t = set->template;
    if (!t)
        return true;
    if (!t->variable)
        return (uint64_t)set->records * t->record_length <= set->length;
    struct nfdec_record record;
    uint32_t count = 0;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record))
        count++;
    return count == set->records;
}

/* Whether the capture ends within a set that announces so many octets: nfdec_set.cut. */
static bool is_cut(const struct replay *r, uint32_t announced, uint32_t length)
{
    const struct nfdec_message *m = &r->message;
    return announced > length && r->datagram.length < r->datagram.wire_length &&
           (m->version != 10 || m->count > m->length);
}

/* A set that announces more than it has is the last one of its message. */
static bool same_length(const struct replay *r, const struct ledger_set *s, uint32_t announced)
{
    bool last = s->offset + s->length == r->message.offset + r->message.length;
    return announced == s->length || (announced > s->length && last);
}

static bool build_set(struct replay *r, uint32_t index, struct nfdec_set *out)
{
    const struct ledger *ledger = session_ledger(r->run);
    const struct ledger_set *s = ledger_set(ledger, index);
    bool headed = r->message.version >= 9; /* by an id and a length */
    uint32_t head = headed ? 4 : 0;
    if (s->length < head || s->offset > r->datagram.length || s->length > r->datagram.length - s->offset)
        return fail(r, FRAMES_CHANGED);
    const uint8_t *p = r->datagram.data + s->offset;
    if (headed && (be16(p) != s->id || !same_length(r, s, be16(p + 2))))
        return fail(r, FRAMES_CHANGED);
    *out = (struct nfdec_set) {
        .message = &r->message,
        .template =
            s->template == LEDGER_NONE ? NULL : nfdec_template_at(session_decoder(r->run), s->template),
        .data = p + head,
        .length = s->length - head,
        .offset = s->offset,
        .data_offset = s->offset + head,
        .records = s->records,
        .number = index - ledger_message(ledger, r->first)->first_set,
        .init_time = r->message.session->init_time,
        .id = s->id,
        .kind = s->kind,
        .state = s->state,
        .late = s->late,
        .borrowed = s->borrowed,
        .cut = headed && is_cut(r, be16(p + 2), s->length),
        .no_time_base = s->no_time_base,
    };
    if (s->kind == NFDEC_SET_TEMPLATES || s->kind == NFDEC_SET_OPTIONS_TEMPLATES)
        out->withdrawn = count_withdrawals(out);
    return r->checked || same_records(out) || fail(r, FRAMES_CHANGED);
}

bool replay_set(void *replay, uint32_t set, struct nfdec_set *out)
{
    struct replay *r = replay;
    return load_message(r, ledger_set(session_ledger(r->run), set)->message) && build_set(r, set, out);
}

/* --- everything again --- */

/* A set as it was when it came, without its template. */
static struct nfdec_set as_it_came(const struct nfdec_set *late)
{
    struct nfdec_set set = *late;
    set.template = NULL;
    set.records = 0;
    set.kind = NFDEC_SET_DATA;
    set.state = NFDEC_SET_WAITING;
    set.late = set.borrowed = set.no_time_base = false;
    return set;
}

static bool tap_set(struct replay *r, uint32_t index, const struct session_tap *tap, void *user)
{
    struct nfdec_set set;
    if (!tap->set)
        return true;
    if (!build_set(r, index, &set))
        return false;
    if (set.late) {
        struct nfdec_set waiting = as_it_came(&set);
        if (!tap->set(user, &r->packet, &waiting))
            return false;
    }
    return tap->set(user, &r->packet, &set);
}

static bool tap_message(struct replay *r, uint32_t index, const struct session_tap *tap, void *user)
{
    const struct ledger_message *m = ledger_message(session_ledger(r->run), index);
    if (!load_message(r, index) || (tap->message && !tap->message(user, &r->packet, &r->message)))
        return false;
    for (uint32_t i = 0; i < m->set_count; i++)
        if (!tap_set(r, m->first_set + i, tap, user))
            return false;
    r->message.length = m->length;
    bool going_on = !tap->message_end || tap->message_end(user, &r->packet, &r->message);
    r->at = LEDGER_NONE;
    return going_on;
}

bool replay_tap(struct replay *r, uint32_t first, uint32_t end, const struct session_tap *tap, void *user)
{
    const struct ledger *ledger = session_ledger(r->run);
    r->reason = NULL;
    for (uint32_t i = first; i < end; i++) {
        uint64_t packet = ledger_message(ledger, i)->packet;
        if (!tap_message(r, i, tap, user))
            return false;
        bool last = i + 1 == end || ledger_message(ledger, i + 1)->packet != packet;
        if (last && tap->packet_end && !tap->packet_end(user, &r->packet))
            return false;
    }
    return true;
}
