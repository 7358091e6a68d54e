/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

static void diagnose(void *user, const struct nfdec_diagnostic *diagnostic)
{
    struct rig *rig = user;
    char text[NFDEC_DIAGNOSTIC_TEXT];
    cr_assert_gt(nfdec_diagnostic_text(diagnostic, text, sizeof text), 0);
    append(rig->words, sizeof rig->words, "%s%s", *rig->words ? " " : "",
           nfdec_code_word((enum nfdec_code)diagnostic->code));
    if (rig->diagnostics < RIG_ITEMS)
        rig->diagnostic[rig->diagnostics++] = *diagnostic;
}

struct rig *rig_new(struct nfdec_config config)
{
    struct rig *rig = calloc(1, sizeof *rig);
    cr_assert_not_null(rig);
    config.diagnose = diagnose;
    config.user = config.user ? config.user : rig;
    rig->dec = nfdec_new(&config);
    cr_assert_not_null(rig->dec);
    rig->packet = (struct nfdec_packet) {
        .time = MESSAGE_NOW, .address = { 192, 0, 2, 1 }, .address_length = 4, .port = 2055
    };
    return rig;
}

void rig_free(struct rig *rig)
{
    nfdec_free(rig->dec);
    free(rig);
}

static void log_record(struct rig_item *item, const struct nfdec_record *record)
{
    struct nfdec_field field;
    if (record->index)
        append(item->text, sizeof item->text, "; ");
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        char text[400];
        nfdec_field_text(&field, text, sizeof text);
        append(item->text, sizeof item->text, "%s%s=%s", field.index ? " " : "", field.spec->name, text);
    }
}

static void read_columns(struct rig *rig, const struct nfdec_set *set)
{
    uint32_t place = 0, done = 0;
    while (done < set->records) {
        nfdec_columns_clear(&rig->columns);
        uint32_t n = nfdec_columns_add(&rig->columns, set, done, &place);
        cr_assert(n > 0 && n == rig->columns.rows);
        done += n;
    }
}

static void log_records(struct rig *rig, struct rig_item *item)
{
    struct nfdec_record record;
    uint32_t count = 0;
    nfdec_record_begin(&record, &item->set);
    for (; nfdec_record_next(&record); count++)
        log_record(item, &record);
    cr_assert_eq(count, item->set.records);
    if (item->set.kind == NFDEC_SET_DATA) {
        rig->records += count;
        read_columns(rig, &item->set);
    }
}

static void log_set(struct rig *rig, struct rig_item *item)
{
    static const char kinds[] = { 'T', 'O', 'D', 'P', 'X' };
    const struct nfdec_set *set = &item->set;
    volatile uint8_t sum = 0;
    for (uint32_t i = 0; i < set->length; i++)
        sum = (uint8_t)(sum + set->data[i]);
    char kind = kinds[set->kind];
    if (set->kind != NFDEC_SET_UNKNOWN && set->state != NFDEC_SET_DECODED)
        kind = set->state == NFDEC_SET_WAITING ? 'W' : 'U';
    append(rig->script, sizeof rig->script, "%s%s%c", set->late ? "L" : "", set->borrowed ? "B" : "", kind);
    cr_assert_eq(set->template != NULL, kind == 'D' || kind == 'P');
    if (set->template) {
        append(rig->script, sizeof rig->script, "%u", set->records);
        log_records(rig, item);
    }
}

static void log_items(struct rig *rig)
{
    const struct nfdec_item *given;
    while ((given = nfdec_next(rig->dec)) != NULL) {
        if (rig->items == RIG_ITEMS)
            rig->items--;
        struct rig_item *item = &rig->item[rig->items++];
        *item = (struct rig_item) { .kind = given->kind, .message = *given->message };
        if (*rig->script)
            append(rig->script, sizeof rig->script, " ");
        if (given->kind != NFDEC_ITEM_SET) {
            append(rig->script, sizeof rig->script, "%c", given->kind == NFDEC_ITEM_MESSAGE ? 'M' : 'E');
            continue;
        }
        item->set = given->set;
        cr_assert_eq(given->set.message, given->message);
        log_set(rig, item);
        item->set.data = NULL;
        item->set.message = NULL;
    }
}

static void clear(struct rig *rig)
{
    rig->items = rig->diagnostics = 0;
    *rig->script = *rig->words = '\0';
}

void rig_feed_cut(struct rig *rig, const struct message *b, size_t length)
{
    uint8_t *octets = malloc(length ? length : 1);
    cr_assert_not_null(octets);
    memcpy(octets, b->octets, length);
    rig->packet.number++;
    rig->packet.data = octets;
    rig->packet.length = length;
    rig->packet.wire_length = b->length;
    clear(rig);
    if (nfdec_feed(rig->dec, &rig->packet) == NFDEC_OK)
        log_items(rig);
    else
        append(rig->script, sizeof rig->script, "no export");
    free(octets);
}

void rig_feed(struct rig *rig, struct message *b)
{
    if (b->version)
        message_end(b);
    rig_feed_cut(rig, b, b->length);
    message_clear(b);
}

void rig_finish(struct rig *rig)
{
    clear(rig);
    nfdec_finish(rig->dec);
    log_items(rig);
}

const struct rig_item *rig_set(const struct rig *rig, size_t n)
{
    for (size_t i = 0; i < rig->items; i++)
        if (rig->item[i].kind == NFDEC_ITEM_SET && n-- == 0)
            return &rig->item[i];
    cr_assert_fail("no such set");
    return NULL;
}
