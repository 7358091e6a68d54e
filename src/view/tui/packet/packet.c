/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/packet.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "nfdec/record.h"

#define PADDING_MOST                                                                                         \
    7 /* octets of padding that still may follow records (RFC 7011 section 3.3.1: less than a record) */

void packet_release(struct packet *packet)
{
    free(packet->octets);
    free(packet->message);
    free(packet->message_sets);
    free(packet->set);
    free(packet->diagnostic);
    *packet = (struct packet) { .reason = "" };
}

/* --- octets --- */

static void copy_octets(struct packet *packet, const uint8_t *octets, uint32_t length, uint32_t wire_length)
{
    if (packet->room < length || !packet->octets) {
        packet->octets = alloc_resize(packet->octets, length ? length : 1, 1);
        packet->room = length;
    }
    if (length > 0)
        memcpy(packet->octets, octets, length);
    packet->length = length;
    packet->wire_length = wire_length;
}

/* The frame with its datagram in it, or the datagram alone where that stands in no single frame. */
static void take_octets(struct packet *packet, const struct session_packet *from)
{
    const struct frame *frame = from->frame;
    const struct datagram *datagram = from->datagram;
    packet->framed = frame && !datagram->reassembled;
    packet->reassembled = datagram->reassembled;
    packet->anatomy = (struct anatomy) { .count = 0 };
    packet->payload = 0;
    packet->datagram = *datagram;
    if (packet->framed) {
        copy_octets(packet, frame->data, frame->length, frame->wire_length);
        packet->anatomy = anatomy_of(frame->data, frame->length, frame->wire_length, frame->link);
        packet->payload = (uint32_t)(datagram->data - frame->data);
    } else {
        copy_octets(packet, datagram->data, datagram->length, datagram->wire_length);
    }
    packet->datagram.data = packet->octets + packet->payload;
}

/* --- messages and sets --- */

static bool load_sets(struct packet *packet, struct replay *replay, const struct session *run, uint32_t index)
{
    const struct ledger *ledger = session_ledger(run);
    const struct ledger_message *m = ledger_message(ledger, packet->first_message + index);
    for (uint32_t i = 0; i < m->set_count; i++) {
        struct packet_set *set = &packet->set[packet->set_count];
        *set = (struct packet_set) { .ledger = m->first_set + i,
                                     .first_row = ledger_set(ledger, m->first_set + i)->first_row };
        if (!replay_set(replay, set->ledger, &set->set))
            return false;
        if (set->set.data_offset > packet->datagram.length ||
            set->set.length > packet->datagram.length - set->set.data_offset)
            return false;
        set->set.data = packet->datagram.data + set->set.data_offset;
        set->set.message = &packet->message[index];
        packet->set_count++;
    }
    return true;
}

static bool load_messages(struct packet *packet, struct replay *replay, const struct session *run)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t end = packet->first_message, sets = 0;
    while (end < ledger_message_count(ledger) && ledger_message(ledger, end)->packet == packet->number)
        sets += ledger_message(ledger, end++)->set_count;
    uint32_t count = end - packet->first_message;
    packet->message = alloc_resize(packet->message, count, sizeof *packet->message);
    packet->message_sets = alloc_resize(packet->message_sets, count + 1, sizeof *packet->message_sets);
    packet->set = alloc_resize(packet->set, sets ? sets : 1, sizeof *packet->set);
    packet->message_count = packet->set_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        packet->message_sets[i] = packet->set_count;
        if (!replay_message(replay, packet->first_message + i, &packet->message[i]))
            return false;
        packet->message[i].length = ledger_message(ledger, packet->first_message + i)->length;
        packet->message_count++;
        if (!load_sets(packet, replay, run, i))
            return false;
    }
    packet->message_sets[count] = packet->set_count;
    return true;
}

/* --- diagnostics --- */

static int by_offset(const void *a, const void *b)
{
    const struct nfdec_diagnostic *x = a, *y = b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

static void load_diagnostics(struct packet *packet, const struct ledger *ledger,
                             const struct problems *problems)
{
    size_t capacity = 0;
    free(packet->diagnostic);
    packet->diagnostic = NULL;
    packet->diagnostic_count = 0;
    for (size_t i = problems_first(problems, ledger, packet->number); i != PROBLEMS_END;
         i = problems_next(problems, ledger, i)) {
        packet->diagnostic =
            alloc_grow(packet->diagnostic, packet->diagnostic_count, &capacity, sizeof *packet->diagnostic);
        packet->diagnostic[packet->diagnostic_count++] = *ledger_diagnostic(ledger, i);
    }
    if (packet->diagnostic_count > 1)
        qsort(packet->diagnostic, packet->diagnostic_count, sizeof *packet->diagnostic, by_offset);
}

bool packet_load(struct packet *packet, struct replay *replay, const struct session *run,
                 const struct problems *problems, uint32_t message)
{
    const struct ledger *ledger = session_ledger(run);
    const struct session_packet *from = replay_packet(replay, message);
    packet->number = ledger_message(ledger, message)->packet;
    packet->time = ledger_message(ledger, message)->time;
    packet->message_count = packet->set_count = packet->length = 0;
    packet->first_message = message;
    while (packet->first_message > 0 &&
           ledger_message(ledger, packet->first_message - 1)->packet == packet->number)
        packet->first_message--;
    load_diagnostics(packet, ledger, problems);
    packet->reason = replay_reason(replay);
    if (!from)
        return false;
    take_octets(packet, from);
    if (!load_messages(packet, replay, run)) {
        packet->reason = replay_reason(replay);
        if (!packet->reason)
            packet->reason = "the file was changed since it was read";
        packet->message_count = packet->set_count = packet->length = 0;
        return false;
    }
    packet->reason = NULL;
    return true;
}

uint32_t packet_set_of_row(const struct packet *packet, uint64_t row)
{
    for (uint32_t i = 0; i < packet->set_count; i++) {
        const struct packet_set *s = &packet->set[i];
        if (s->first_row != LEDGER_NO_ROW && row >= s->first_row && row - s->first_row < s->set.records)
            return i;
    }
    return PACKET_NONE;
}

/* --- templates of others --- */

bool packet_fits(const struct nfdec_template *template, const struct nfdec_set *set)
{
    if (template->kind == NFDEC_TEMPLATE_FIXED || template->id != set->id || template->record_length == 0 ||
        template->record_length > set->length)
        return false;
    struct nfdec_set tried = *set;
    struct nfdec_record record;
    uint32_t used = 0;
    tried.template = template;
    tried.records = UINT32_MAX;
    nfdec_record_begin(&record, &tried);
    while (nfdec_record_next(&record))
        used = (uint32_t)(record.data - set->data) + record.length;
    return used > 0 && set->length - used <= PADDING_MOST && set->length - used < template->record_length;
}

const struct nfdec_template *packet_try(struct packet *packet, const struct nfdec *decoder, uint32_t set,
                                        const struct nfdec_template *after)
{
    struct packet_set *s = &packet->set[set];
    const struct nfdec_template *template;
    if (s->set.template && !s->tried)
        return NULL;
    for (uint32_t i = after ? after->index + 1 : 0; (template = nfdec_template_at(decoder, i)) != NULL; i++) {
        bool same = template->session->version == s->set.message->version;
        if (!same || !packet_fits(template, &s->set))
            continue;
        s->set.template = template;
        s->set.records = UINT32_MAX;
        s->tried = true;
        return template;
    }
    if (s->tried) {
        s->set.template = NULL;
        s->set.records = 0;
        s->tried = false;
    }
    return NULL;
}
