/* SPDX-License-Identifier: MIT */
#include "nfdec/decoder.h"

#include <stdlib.h>
#include <string.h>

#include "base/prefetch.h"
#include "decode/header.h"
#include "decode/probe.h"
#include "decode/sets.h"
#include "decode/state.h"

static void *default_allocate(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void default_release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

static struct nfdec_config with_defaults(const struct nfdec_config *config)
{
    struct nfdec_config c = { .waiting_octets = 0 };
    if (config)
        c = *config;
    if (!c.waiting_octets)
        c.waiting_octets = (size_t)64 << 20;
    if (!c.max_sessions)
        c.max_sessions = 1u << 18;
    if (!c.max_templates)
        c.max_templates = 1u << 20;
    if (!c.allocate || !c.release) {
        c.allocate = default_allocate;
        c.release = default_release;
    }
    return c;
}

struct nfdec *nfdec_new(const struct nfdec_config *config)
{
    struct nfdec_config c = with_defaults(config);
    struct memory mem = { .allocate = c.allocate, .release = c.release, .user = c.user };
    struct nfdec *dec = memory_new(&mem, sizeof *dec);
    if (!dec)
        return NULL;
    dec->config = c;
    dec->mem = mem;
    templates_init(&dec->templates, &dec->mem, c.max_templates);
    waiting_init(&dec->waiting, &dec->mem, c.waiting_octets);
    if (!exporters_init(&dec->exporters, &dec->mem, c.max_sessions)) {
        nfdec_free(dec);
        return NULL;
    }
    return dec;
}

void nfdec_free(struct nfdec *dec)
{
    if (!dec)
        return;
    memory_free(&dec->mem, dec->given);
    waiting_release(&dec->waiting);
    templates_release(&dec->templates);
    exporters_release(&dec->exporters);
    struct memory mem = dec->mem;
    memory_free(&mem, dec);
}

void state_diagnose(struct nfdec *dec, const struct nfdec_diagnostic *diagnostic)
{
    if (dec->config.diagnose)
        dec->config.diagnose(dec->config.user, diagnostic);
}

void state_tell(struct nfdec *dec, enum nfdec_code code, uint32_t offset, uint16_t id, uint64_t a, uint64_t b)
{
    struct nfdec_diagnostic d = { .packet = dec->packet.number,
                                  .a = a,
                                  .b = b,
                                  .session = dec->exporter ? &dec->exporter->public : NULL,
                                  .offset = offset,
                                  .id = id,
                                  .code = (uint16_t)code };
    state_diagnose(dec, &d);
}

/*
 * Field by field: a processor that copies in wide pieces what was written in narrow ones a moment ago waits until all of
 * it has gone to its cache.
 */
static void take_packet(struct nfdec *dec, const struct nfdec_packet *from)
{
    struct nfdec_packet *packet = &dec->packet;
    packet->data = from->data;
    packet->length = from->length;
    packet->wire_length = from->wire_length < from->length ? from->length : from->wire_length;
    packet->announced = from->announced;
    packet->number = from->number;
    packet->time = from->time;
    exporter_key_set(&dec->sender, from->address, from->address_length);
    dec->sender.port = from->port;
}

enum nfdec_status nfdec_feed(struct nfdec *dec, const struct nfdec_packet *packet)
{
    struct cursor c = cursor_of(packet->data, packet->length);
    const struct version_format *format = header_format(cursor_u16(&c));
    if (cursor_failed(&c) || !format)
        return NFDEC_NOT_EXPORT;
    take_packet(dec, packet);
    cursor_set(&dec->payload, packet->data, packet->length);
    dec->set_number = 0;
    dec->exporter = NULL;
    dec->phase = PHASE_MESSAGE;
    if (dec->config.borrow_after > 0)
        sets_borrow_due(dec, packet->time);
    return NFDEC_OK;
}

static const struct nfdec_item *give(struct nfdec *dec, enum nfdec_item_kind kind)
{
    dec->item.kind = kind; /* `set` means nothing then, and stays as it was */
    dec->item.message = &dec->message;
    return &dec->item;
}

const struct nfdec_session *nfdec_expect(const struct nfdec *dec, const struct nfdec_packet *packet)
{
    struct cursor c = cursor_of(packet->data, packet->length);
    struct nfdec_message message = { .offset = 0 };
    struct exporter_key key = { .port = packet->port };
    if (!header_read(&c, &message, &key.domain))
        return NULL;
    key.version = message.version;
    exporter_key_set(&key, packet->address, packet->address_length);
    struct exporter *e = exporters_guess(&dec->exporters, &key);
    if (e)
        prefetch(e, sizeof *e);
    return e ? &e->public : NULL;
}

void nfdec_expect_sets(const struct nfdec_session *session)
{
    const struct exporter *e = exporter_of(session);
    for (unsigned i = 0; i < EXPORTER_RECENT; i++)
        if (e->recent[i])
            prefetch(e->recent[i], sizeof *e->recent[i]);
}

static bool find_exporter(struct nfdec *dec, uint32_t domain)
{
    bool limited;
    dec->sender.version = dec->message.version;
    dec->sender.domain = domain;
    dec->exporter = exporters_find(&dec->exporters, &dec->sender, &limited);
    if (!dec->exporter)
        return false;
    if (limited)
        state_tell(dec, NFDEC_DIAG_SESSION_LIMIT, 0, 0, dec->exporters.limit, 0);
    dec->exporter->public.messages++;
    dec->message.session = &dec->exporter->public;
    return true;
}

/* How far the message under way reaches in the datagram, from its header on. IPFIX says so, the others do not. */
static size_t message_extent(struct nfdec *dec, size_t left)
{
    if (dec->message.version != 10)
        return left;
    size_t announced = dec->message.count;
    if (announced >= 16 && announced <= left)
        return announced;
    bool cut = dec->packet.length < dec->packet.wire_length;
    if (announced < 16 || !cut)
        state_tell(dec, NFDEC_DIAG_BAD_LENGTH, dec->message.offset, 0, announced, left);
    return left;
}

/* What is odd about the datagram as a whole. */
static void tell_lengths(struct nfdec *dec)
{
    const struct nfdec_packet *p = &dec->packet;
    if (p->length < p->wire_length)
        state_tell(dec, NFDEC_DIAG_CAPTURE_CUT, (uint32_t)p->length, 0, p->length, p->wire_length);
    if (p->announced > p->wire_length)
        state_tell(dec, NFDEC_DIAG_UDP_LENGTH, 0, 0, p->announced, p->wire_length);
}

/* Reads the header at the payload's place and opens the message; false: there is no message to open. */
static bool open_message(struct nfdec *dec)
{
    size_t left = cursor_left(&dec->payload), begin = dec->payload.at;
    struct cursor c = cursor_rest(&dec->payload);
    uint32_t domain;
    dec->message = (struct nfdec_message) { .packet = dec->packet.number,
                                            .time = dec->packet.time,
                                            .offset = (uint32_t)begin };
    if (!header_read(&c, &dec->message, &domain)) {
        const struct version_format *format = header_format(dec->message.version);
        state_tell(dec, NFDEC_DIAG_SHORT_HEADER, (uint32_t)begin, 0, format ? format->header_length : 2,
                   left);
        return false;
    }
    if (!find_exporter(dec, domain))
        return false;
    size_t extent = message_extent(dec, left);
    dec->message.length = (uint32_t)extent;
    cursor_set(&dec->sets, c.data + c.at, extent - c.at);
    dec->sets_offset = (uint32_t)(begin + c.at);
    dec->payload.at = begin + extent;
    dec->counted = 0;
    dec->uncountable = false;
    if (begin == 0)
        tell_lengths(dec);
    return true;
}

static bool all_zero(const struct cursor *c)
{
    for (size_t i = 0; i < c->length; i++)
        if (c->data[i])
            return false;
    return true;
}

/* Behind the last message: padding, records that the header's count leaves out, or what does not belong here. */
static void tell_rest(struct nfdec *dec, const struct cursor *rest, size_t missing, uint32_t record)
{
    size_t sent = rest->length + missing;
    if (all_zero(rest))
        return;
    if (record && sent % record == 0)
        state_tell(dec, NFDEC_DIAG_BAD_COUNT, dec->message.offset, 0, dec->message.count,
                   dec->message.count + sent / record);
    else if (!missing)
        state_tell(dec, NFDEC_DIAG_TRAILING_OCTETS, (uint32_t)dec->payload.at, 0, rest->length, 0);
}

/* Whether another message begins behind this one. */
static void look_behind(struct nfdec *dec)
{
    const struct version_format *format = header_format(dec->message.version);
    size_t missing = dec->packet.wire_length - dec->packet.length;
    uint32_t record = format ? format->record_length : 0;
    bool cut_within = missing && dec->message.count * record > dec->sets.length;
    if (record && !cut_within)
        dec->payload.at = dec->sets_offset + dec->sets.at;
    dec->message.length = (uint32_t)dec->payload.at - dec->message.offset;
    struct cursor rest = cursor_rest(&dec->payload);
    dec->phase = PHASE_IDLE;
    if (!rest.length)
        return;
    if (probe_message(rest.data, rest.length, rest.length + missing) == NFDEC_PROBE_STRONG)
        dec->phase = PHASE_MESSAGE;
    else
        tell_rest(dec, &rest, missing, record);
}

static APART const struct nfdec_item *end_message(struct nfdec *dec)
{
    bool cut = dec->packet.length < dec->packet.wire_length;
    if (dec->message.version == 9 && !dec->uncountable && !cut && dec->counted != dec->message.count)
        state_tell(dec, NFDEC_DIAG_COUNT_MISMATCH, dec->message.offset, (uint16_t)dec->set_number,
                   dec->message.count, dec->counted);
    look_behind(dec);
    return give(dec, NFDEC_ITEM_END);
}

static APART const struct nfdec_item *begin_message(struct nfdec *dec)
{
    if (!open_message(dec)) {
        dec->phase = PHASE_IDLE;
        return NULL;
    }
    dec->phase = PHASE_SETS;
    return give(dec, NFDEC_ITEM_MESSAGE);
}

/* The late set that was given out last is gone; is there another one? */
static RARE bool next_late(struct nfdec *dec)
{
    memory_free(&dec->mem, dec->given);
    dec->given = NULL;
    return dec->waiting.ready_first && sets_late(dec);
}

const struct nfdec_item *nfdec_next(struct nfdec *dec)
{
    if ((dec->given || dec->waiting.ready_first) && next_late(dec))
        return &dec->item;
    switch (dec->phase) {
    case PHASE_MESSAGE:
        return begin_message(dec);
    case PHASE_SETS:
        if (dec->message.version >= 9 ? sets_next(dec) : sets_fixed(dec))
            return &dec->item;
        return end_message(dec);
    default:
        return NULL;
    }
}

void nfdec_finish(struct nfdec *dec)
{
    dec->phase = PHASE_IDLE;
    sets_finish(dec);
}

bool nfdec_out_of_memory(struct nfdec *dec)
{
    bool failed = dec->mem.failed;
    dec->mem.failed = false;
    return failed;
}

const struct nfdec_session *nfdec_session_at(const struct nfdec *dec, uint32_t index)
{
    return index < dec->exporters.session_count ? &dec->exporters.session[index]->public : NULL;
}

const struct nfdec_template *nfdec_template_at(const struct nfdec *dec, uint32_t index)
{
    return index < dec->templates.count ? dec->templates.version[index] : NULL;
}

const struct nfdec_template *nfdec_template_for(const struct nfdec_session *session, uint16_t id,
                                                uint64_t packet)
{
    const struct exporter *e = exporter_of(session);
    const struct slot *slot = slots_find(&e->slots, id);
    const struct nfdec_template *t = slot ? slot->latest : NULL;
    while (t && t->first_packet > packet && t->previous)
        t = t->earlier->first_packet > packet ? t->earlier : t->previous;
    if (t && t->end == NFDEC_TEMPLATE_WITHDRAWN && t->end_packet < packet)
        return NULL;
    if (t)
        return t;
    slot = slots_find(&e->owner->latest, id);
    return slot ? slot->current : NULL;
}
