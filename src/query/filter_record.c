/* SPDX-License-Identifier: MIT */
/* Elements that no column has: read from the octets of the records, at a fixed place where there is one. */
#include <string.h>

#include "query/filter_rows.h"

enum { ABSENT, FIXED, ANYWHERE };

/* Where it stands; later fields of the template may be of the same element. */
static void find_access(struct filter_access *access)
{
    const struct nfdec_template *template = access->template;
    uint32_t offset = 0;
    access->found = ABSENT;
    for (uint16_t i = 0; i < template->field_count; i++) {
        const struct nfdec_field_spec *spec = &template->fields[i];
        if (field_is_spec(&access->leaf->field, spec)) {
            if (access->found != ABSENT || template->variable) {
                access->found = ANYWHERE;
                return;
            }
            access->found = FIXED;
            access->offset = offset;
            access->length = spec->length;
            access->type = spec->type;
        }
        offset += spec->length;
    }
}

static const struct filter_access *access_of(struct filter_rows *rows, const struct filter_leaf *leaf,
                                             const struct nfdec_template *template)
{
    uint32_t hash = (template->index * 31u + leaf->number) * 0x9E3779B1u;
    struct filter_access *access = &rows->access[hash >> 16 & (ACCESSES - 1)];
    if (access->leaf == leaf && access->template == template)
        return access;
    *access = (struct filter_access) { .leaf = leaf, .template = template };
    find_access(access);
    return access;
}

static const struct nfdec_set *set_of(struct filter_rows *rows, const struct filter_run *run)
{
    const struct query_source *source = &rows->data->source;
    if (rows->set)
        return rows->set;
    if (rows->fetched_set != run->set) {
        rows->fetched_fine = source->set && source->set(rows->source_user, run->set, &rows->fetched);
        rows->fetched_set = run->set;
        rows->lost += !rows->fetched_fine;
    }
    return rows->fetched_fine ? &rows->fetched : NULL;
}

/* Numbers of `length` octets at a stride: the usual lengths without a loop over octets. */
static void gather(const uint8_t *from, size_t stride, unsigned length, uint64_t *out, uint32_t count)
{
    switch (length) {
    case 1:
        for (uint32_t i = 0; i < count; i++, from += stride)
            out[i] = from[0];
        break;
    case 2:
        for (uint32_t i = 0; i < count; i++, from += stride)
            out[i] = (uint64_t)from[0] << 8 | from[1];
        break;
    case 4:
        for (uint32_t i = 0; i < count; i++, from += stride)
            out[i] = (uint64_t)from[0] << 24 | (uint64_t)from[1] << 16 | (uint64_t)from[2] << 8 | from[3];
        break;
    default:
        for (uint32_t i = 0; i < count; i++, from += stride) {
            out[i] = 0;
            for (unsigned octet = 0; octet < length; octet++)
                out[i] = out[i] << 8 | from[octet];
        }
    }
}

struct element {
    struct filter_rows *rows;
    const struct filter_leaf *leaf;
    const uint64_t *want;
    uint64_t *there, *pass;
    uint64_t gathered[TEST_WORDS]; /* rows whose value is in rows->made */
};

static void set_bit(uint64_t *bits, uint32_t row, bool value)
{
    bits[row / 64] |= (uint64_t)value << row % 64;
}

static bool wanted(const struct element *e, uint32_t row)
{
    return e->want[row / 64] >> row % 64 & 1;
}

static bool any_wanted(const struct element *e, const struct filter_run *run)
{
    uint64_t bits[TEST_WORDS] = { 0 }, any = 0;
    filter_fill(bits, run->first, run->count);
    for (unsigned i = 0; i < TEST_WORDS; i++)
        any |= bits[i] & e->want[i];
    return any != 0;
}

static void take_value(struct element *e, uint32_t row, const struct nfdec_value *value)
{
    bool comparable, passes = filter_test_value(&e->leaf->test, value, &comparable);
    set_bit(e->there, row, comparable);
    set_bit(e->pass, row, passes);
}

static bool is_plain_number(const struct filter_access *access, const struct filter_test *test)
{
    if (test->kind == TEST_ADDRESS)
        return access->type == NFDEC_IPV4_ADDRESS && access->length == 4;
    return (test->kind == TEST_SPANS || test->kind == TEST_BITS_ALL || test->kind == TEST_BITS_ANY) &&
           !test->is_signed && access->type >= NFDEC_UNSIGNED8 && access->type <= NFDEC_UNSIGNED64 &&
           access->length >= 1 && access->length <= 8;
}

static void take_fixed(struct element *e, const struct filter_run *run, const struct filter_access *access,
                       const struct nfdec_set *set)
{
    size_t stride = set->template->record_length;
    const uint8_t *from = set->data + access->offset + run->record * stride;
    if (run->record + run->count > set->records)
        return;
    if (is_plain_number(access, &e->leaf->test)) {
        gather(from, stride, access->length, e->rows->made + run->first, run->count);
        filter_fill(e->gathered, run->first, run->count);
        return;
    }
    for (uint32_t i = 0; i < run->count; i++, from += stride) {
        if (!wanted(e, run->first + i))
            continue;
        struct nfdec_value value = nfdec_value_read((enum nfdec_type)access->type, from, access->length);
        take_value(e, run->first + i, &value);
    }
}

static void take_anywhere(struct element *e, const struct filter_run *run, const struct nfdec_set *set)
{
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record) && record.index < run->record + run->count) {
        uint32_t row = record.index - run->record + run->first;
        if (record.index < run->record || !wanted(e, row))
            continue;
        struct nfdec_field field;
        nfdec_field_begin(&field, &record);
        while (nfdec_field_next(&field)) {
            if (!field_is_spec(&e->leaf->field, field.spec))
                continue;
            struct nfdec_value value = nfdec_field_value(&field);
            take_value(e, row, &value);
        }
    }
}

void filter_element(struct filter_rows *rows, const struct filter_leaf *leaf, const uint64_t want[TEST_WORDS],
                    uint64_t there[TEST_WORDS], uint64_t pass[TEST_WORDS])
{
    struct element e = { .rows = rows, .leaf = leaf, .want = want, .there = there, .pass = pass };
    memset(there, 0, TEST_WORDS * sizeof *there);
    memset(pass, 0, TEST_WORDS * sizeof *pass);
    filter_runs(rows);
    for (uint32_t i = 0; i < rows->run_count; i++) {
        const struct filter_run *run = &rows->run[i];
        const struct filter_access *access = access_of(rows, leaf, run->origin.template);
        if (access->found == ABSENT)
            continue;
        if (leaf->has) {
            filter_fill(there, run->first, run->count);
            continue;
        }
        const struct nfdec_set *set = any_wanted(&e, run) ? set_of(rows, run) : NULL;
        if (set && access->found == FIXED)
            take_fixed(&e, run, access, set);
        else if (set)
            take_anywhere(&e, run, set);
    }
    if (!filter_any(e.gathered))
        return;
    uint64_t answers[TEST_WORDS];
    if (leaf->test.kind == TEST_ADDRESS)
        filter_test_ip4s(&leaf->test, rows->made, rows->rows, answers);
    else
        filter_test_numbers(&leaf->test, rows->made, rows->rows, answers);
    for (unsigned i = 0; i < TEST_WORDS; i++) {
        there[i] |= e.gathered[i];
        pass[i] |= answers[i] & e.gathered[i];
    }
}
