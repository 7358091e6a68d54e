/* SPDX-License-Identifier: MIT */
#include "flow/difference.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define NONE UINT16_MAX

/* A field by what it is, for sorting: those of both templates that are the same meet. */
struct key {
    uint32_t pen;
    uint16_t id;
    uint8_t kind; /* reverse, scope */
    uint16_t place;
};

struct difference {
    struct difference_entry *entry;
    size_t count, capacity;
};

static int by_what(const struct key *a, const struct key *b)
{
    if (a->pen != b->pen)
        return a->pen < b->pen ? -1 : 1;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->kind > b->kind) - (a->kind < b->kind);
}

static int by_what_and_place(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = by_what(x, y);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static struct key *keys_of(const struct nfdec_template *t)
{
    struct key *keys = alloc_array(t->field_count ? t->field_count : 1, sizeof *keys);
    for (uint16_t i = 0; i < t->field_count; i++)
        keys[i] = (struct key) { .pen = t->fields[i].pen,
                                 .id = t->fields[i].id,
                                 .kind = (uint8_t)(t->fields[i].reverse * 2 + t->fields[i].scope),
                                 .place = i };
    qsort(keys, t->field_count, sizeof *keys, by_what_and_place);
    return keys;
}

/* partner[i]: place in the one after of the field i of the one before, and the other way round; NONE: it has none. */
static void match(const struct nfdec_template *before, const struct nfdec_template *after, uint16_t *partner,
                  uint16_t *back)
{
    struct key *a = keys_of(before), *b = keys_of(after);
    memset(partner, 0xFF, before->field_count * sizeof *partner);
    memset(back, 0xFF, after->field_count * sizeof *back);
    for (uint16_t i = 0, j = 0; i < before->field_count && j < after->field_count;) {
        int order = by_what(&a[i], &b[j]);
        if (order == 0) {
            partner[a[i].place] = b[j].place;
            back[b[j].place] = a[i].place;
        }
        i = (uint16_t)(i + (order <= 0));
        j = (uint16_t)(j + (order >= 0));
    }
    free(a);
    free(b);
}

/* Marks the longest run of fields that kept their order: the others have moved. */
static void mark_kept(const uint16_t *partner, uint16_t count, bool *kept)
{
    uint16_t *end = alloc_array(count + 1u, sizeof *end); /* of the best run of each length: its last field */
    uint16_t *last = alloc_array(count + 1u, sizeof *last); /* of each field: the one before it in its run */
    uint16_t longest = 0;
    for (uint16_t i = 0; i < count; i++) {
        if (partner[i] == NONE)
            continue;
        uint16_t low = 0, high = longest;
        while (low < high) {
            uint16_t middle = (uint16_t)((low + high) / 2);
            if (partner[end[middle]] < partner[i])
                low = (uint16_t)(middle + 1);
            else
                high = middle;
        }
        last[i] = low ? end[low - 1] : NONE;
        end[low] = i;
        if (low == longest)
            longest++;
    }
    for (uint16_t i = longest ? end[longest - 1] : NONE; i != NONE; i = last[i])
        kept[i] = true;
    free(end);
    free(last);
}

static void add(struct difference *d, struct difference_entry entry)
{
    d->entry = alloc_grow(d->entry, d->count, &d->capacity, sizeof *d->entry);
    d->entry[d->count++] = entry;
}

struct difference *difference_new(const struct nfdec_template *before, const struct nfdec_template *after)
{
    struct difference *d = alloc_new(sizeof *d);
    uint16_t *partner = alloc_array(before->field_count + 1u, sizeof *partner);
    uint16_t *back = alloc_array(after->field_count + 1u, sizeof *back);
    bool *kept = alloc_array(before->field_count + 1u, sizeof *kept);
    match(before, after, partner, back);
    mark_kept(partner, before->field_count, kept);
    for (uint16_t i = 0; i < before->field_count; i++) {
        const struct nfdec_field_spec *field = &before->fields[i];
        uint16_t to = partner[i];
        if (to == NONE) {
            add(d, (struct difference_entry) { .kind = DIFFERENCE_REMOVED, .before = field, .from = i });
            continue;
        }
        struct difference_entry entry = { .before = field, .after = &after->fields[to], .from = i, .to = to };
        entry.kind = DIFFERENCE_LENGTH;
        if (entry.after->length != field->length)
            add(d, entry);
        entry.kind = DIFFERENCE_MOVED;
        if (!kept[i])
            add(d, entry);
    }
    for (uint16_t i = 0; i < after->field_count; i++)
        if (back[i] == NONE)
            add(d,
                (struct difference_entry) { .kind = DIFFERENCE_ADDED, .after = &after->fields[i], .to = i });
    free(partner);
    free(back);
    free(kept);
    return d;
}

void difference_free(struct difference *d)
{
    if (!d)
        return;
    free(d->entry);
    free(d);
}

size_t difference_count(const struct difference *d)
{
    return d->count;
}

const struct difference_entry *difference_at(const struct difference *d, size_t index)
{
    return &d->entry[index];
}

const char *difference_kind_name(enum difference_kind kind)
{
    static const char *const names[] = { [DIFFERENCE_ADDED] = "added",
                                         [DIFFERENCE_REMOVED] = "removed",
                                         [DIFFERENCE_MOVED] = "moved",
                                         [DIFFERENCE_LENGTH] = "length" };
    return names[kind];
}

static void length_text(struct strbuf *out, uint16_t length)
{
    if (length == NFDEC_VARIABLE)
        strbuf_text(out, "variable");
    else
        strbuf_unsigned(out, length);
}

static void entry_text(struct strbuf *out, const struct difference_entry *entry)
{
    const struct nfdec_field_spec *field = entry->after ? entry->after : entry->before;
    if (entry->kind == DIFFERENCE_ADDED)
        strbuf_text(out, "+");
    if (entry->kind == DIFFERENCE_REMOVED)
        strbuf_text(out, "-");
    strbuf_text(out, field->name);
    if (entry->kind == DIFFERENCE_LENGTH) {
        strbuf_text(out, " of ");
        length_text(out, entry->after->length);
        strbuf_text(out, " octets, not ");
        length_text(out, entry->before->length);
    }
    if (entry->kind == DIFFERENCE_MOVED)
        strbuf_format(out, " from place %u to %u", entry->from + 1u, entry->to + 1u);
}

void difference_text(struct strbuf *out, const struct difference *d, size_t most)
{
    for (size_t i = 0; i < d->count && i < most; i++) {
        if (i > 0)
            strbuf_text(out, ", ");
        entry_text(out, &d->entry[i]);
    }
    if (d->count > most)
        strbuf_format(out, " and %zu more", d->count - most);
}
