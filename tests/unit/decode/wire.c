/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <criterion/criterion.h>
#include <string.h>

#define EXPORT_TIME 1700000000u

void wire_8(struct wire *w, unsigned value)
{
    cr_assert_lt(w->length, sizeof w->data);
    w->data[w->length++] = (uint8_t)value;
}

void wire_16(struct wire *w, unsigned value)
{
    wire_8(w, value >> 8 & 0xff);
    wire_8(w, value & 0xff);
}

void wire_32(struct wire *w, uint32_t value)
{
    wire_16(w, value >> 16);
    wire_16(w, value & 0xffff);
}

void wire_zeros(struct wire *w, size_t count)
{
    while (count--)
        wire_8(w, 0);
}

static void put_16(struct wire *w, size_t at, size_t value)
{
    w->data[at] = (uint8_t)(value >> 8);
    w->data[at + 1] = (uint8_t)value;
}

static void end_set(struct wire *w)
{
    if (w->set)
        put_16(w, w->set + 2, w->length - w->set);
    w->set = 0;
}

void wire_ipfix(struct wire *w, uint32_t sequence)
{
    w->message = w->length;
    wire_16(w, 10);
    wire_16(w, 0);
    wire_32(w, EXPORT_TIME);
    wire_32(w, sequence);
    wire_32(w, 7);
}

void wire_v9(struct wire *w, unsigned count)
{
    w->message = w->length;
    wire_16(w, 9);
    wire_16(w, count);
    wire_32(w, 60000);
    wire_32(w, EXPORT_TIME);
    wire_32(w, 1);
    wire_32(w, 7);
}

void wire_fixed(struct wire *w, unsigned version, unsigned count)
{
    w->message = w->length;
    wire_16(w, version);
    wire_16(w, count);
    wire_32(w, 60000);
    wire_32(w, EXPORT_TIME);
    wire_32(w, 0);
    if (version != 1) {
        wire_32(w, 1);
        wire_32(w, 0);
    }
}

void wire_records(struct wire *w, unsigned version, unsigned count)
{
    for (unsigned i = 0; i < count * (version == 7 ? 52 : 48); i++)
        wire_8(w, 0x11);
}

void wire_end(struct wire *w)
{
    end_set(w);
    if (w->data[w->message + 1] == 10)
        put_16(w, w->message + 2, w->length - w->message);
}

void wire_set(struct wire *w, unsigned id)
{
    end_set(w);
    w->set = w->length;
    wire_16(w, id);
    wire_16(w, 0);
}

void wire_template(struct wire *w, unsigned id, unsigned fields)
{
    wire_16(w, id);
    wire_16(w, fields);
}

void wire_field(struct wire *w, unsigned id, unsigned length)
{
    wire_16(w, id);
    wire_16(w, length);
}

static void hear(void *user, const struct nfdec_diagnostic *diagnostic)
{
    struct listener *l = user;
    cr_assert_lt(l->heard.told_count, sizeof l->heard.told / sizeof *l->heard.told);
    l->heard.told[l->heard.told_count++] = *diagnostic;
}

void listener_open(struct listener *l)
{
    *l = (struct listener) { .dec = NULL };
    struct nfdec_config config = { .diagnose = hear, .user = l };
    l->dec = nfdec_new(&config);
    cr_assert(l->dec);
}

void listener_close(struct listener *l)
{
    nfdec_free(l->dec);
}

static void count_set(struct heard *h, const struct nfdec_set *set)
{
    h->sets++;
    h->cut_sets += set->cut;
    h->withdrawn += set->withdrawn;
    if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES)
        h->templates += set->records - set->withdrawn;
    else
        h->records += set->records;
}

void listener_take_cut(struct listener *l, const struct wire *w, size_t captured)
{
    struct nfdec_packet packet = { .data = w->data,
                                   .length = captured,
                                   .wire_length = w->length,
                                   .announced = l->announced,
                                   .number = ++l->packets,
                                   .address = { 192, 0, 2, 1 },
                                   .address_length = 4,
                                   .port = 50000 };
    const struct nfdec_item *item;
    l->heard = (struct heard) { .told_count = 0 };
    cr_assert_eq(nfdec_feed(l->dec, &packet), NFDEC_OK);
    while ((item = nfdec_next(l->dec)) != NULL) {
        l->heard.messages += item->kind == NFDEC_ITEM_MESSAGE;
        if (item->kind == NFDEC_ITEM_SET)
            count_set(&l->heard, &item->set);
    }
}

void listener_take(struct listener *l, const struct wire *w)
{
    listener_take_cut(l, w, w->length);
}

const struct nfdec_diagnostic *listener_told(const struct listener *l, enum nfdec_code code)
{
    const struct nfdec_diagnostic *found = NULL;
    for (unsigned i = 0; i < l->heard.told_count; i++) {
        if (l->heard.told[i].code != code)
            continue;
        if (found)
            return NULL;
        found = &l->heard.told[i];
    }
    return found;
}
