/* SPDX-License-Identifier: MIT */
#include "query/field.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct field find(const char *name)
{
    struct field field = { .symbol = FIELD_COUNT };
    cr_assert(field_find(name, strlen(name), &field), "there is no %s", name);
    return field;
}

Test(field, is_found_by_name_and_alias_in_any_spelling)
{
    static const struct {
        const char *name;
        enum field_symbol symbol;
    } cases[] = {
        { "src", FIELD_SRC },
        { "srcip", FIELD_SRC },
        { "src.ip", FIELD_SRC },
        { "SRC_IP", FIELD_SRC },
        { "ip.src", FIELD_SRC },
        { "dport", FIELD_DPORT },
        { "dstport", FIELD_DPORT },
        { "dst.port", FIELD_DPORT },
        { "pkts", FIELD_PACKETS },
        { "dur", FIELD_DURATION },
        { "proto", FIELD_PROTO },
        { "client.ip", FIELD_CLIENT_IP },
        { "ClientIP", FIELD_CLIENT_IP },
        { "bytes", FIELD_BYTES },
        { "bytes.client", FIELD_CLIENT_BYTES },
        { "flags", FIELD_TCP_FLAGS },
        { "tcp.flags", FIELD_TCP_FLAGS },
        { "SRC_AS", FIELD_SRC_AS },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_eq(find(cases[i].name).symbol, cases[i].symbol, "%s", cases[i].name);
}

/* Every name and every alias finds its own field: no two of them are the same. */
Test(field, names_are_unique)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        cr_assert_eq(find(field_table[i].name).symbol, i, "%s", field_table[i].name);
        for (const char *at = field_table[i].aliases; *at;) {
            struct field field;
            size_t length = strcspn(at, " ");
            cr_assert(field_find(at, length, &field));
            cr_assert_eq(field.symbol, i, "%.*s of %s", (int)length, at, field_table[i].name);
            at += length + (at[length] == ' ');
        }
    }
}

Test(field, elements_are_found_by_name_and_number)
{
    struct field field = find("initiatorOctets");
    cr_assert_eq(field.symbol, FIELD_ELEMENT);
    cr_assert_eq(field.id, 231);
    cr_assert_not_null(field.element);
    cr_assert_eq(find("231").element, field.element);
    cr_assert_eq(find("0.231").element, field.element);
    cr_assert_eq(find("INITIATOROCTETS").element, field.element);
    cr_assert_eq(find("IN_BYTES").element, find("octetDeltaCount").element);
    field = find("reverseOctetDeltaCount");
    cr_assert(field.reverse);
    cr_assert_eq(field.element, find("octetDeltaCount").element);
    cr_assert(find("29305.1").reverse);
    field = find("64999.7");
    cr_assert_null(field.element);
    cr_assert_eq(field.pen, 64999);
    cr_assert_eq(field.id, 7);
}

/* No element of IANA or a vendor hides behind the name of a field; names of NetFlow v9 mean the same. */
Test(field, every_element_is_found_by_its_name)
{
    const struct nfdec_element *element;
    for (size_t i = 0; (element = nfdec_element_at(i)) != NULL; i++) {
        struct field field = find(element->name);
        char name[FIELD_NAME];
        cr_assert_eq(field.symbol, FIELD_ELEMENT, "%s is taken for %s", element->name,
                     field_name(&field, name));
        snprintf(name, sizeof name, "%u.%u", element->pen, element->id);
        cr_assert_eq(find(name).element, element, "%s", name);
    }
}

Test(field, what_is_not_there_is_not_found)
{
    static const char *const names[] = {
        "",
        "nothing",
        "srcipx",
        "1.2.3",
        "1.",
        ".1",
        "99999",
        "4294967296.1",
        "1.65536",
        "reverse",
        "reverseNothing",
        "reverseoctetDeltaCount",
        "a name that is much longer than any name of a field or an element could be"
    };
    struct field field;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_assert_not(field_find(names[i], strlen(names[i]), &field), "%s", names[i]);
    cr_assert_not(field_find("src\0x", 5, &field));
}

Test(field, name_is_found_again)
{
    static const char *const names[] = { "srcip",   "initiatorOctets", "64999.7",
                                         "29305.1", "reverse_bytes",   "29305.9999" };
    char name[FIELD_NAME];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct field field = find(names[i]), again = find(field_name(&field, name));
        cr_assert_eq(field.symbol, again.symbol, "%s", names[i]);
        cr_assert_eq(field.id, again.id);
        cr_assert_eq(field.pen, again.pen);
        cr_assert_eq(field.reverse, again.reverse);
    }
}

Test(field, nearest_name_is_suggested)
{
    cr_assert_str_eq(field_nearest("protoo", 6), "proto");
    cr_assert_str_eq(field_nearest("Packtes", 7), "packets");
    cr_assert_str_eq(field_nearest("initiatorOctet", 14), "initiatorOctets");
    cr_assert_null(field_nearest("zzzzzzzzzz", 10));
}

Test(field, kinds_follow_from_the_type_of_an_element)
{
    struct field field = find("sourceMacAddress");
    cr_assert_eq(field_kind(&field), FIELD_KIND_MAC);
    field = find("octetDeltaCount");
    cr_assert_eq(field_kind(&field), FIELD_KIND_COUNTER);
    field = find("tcpControlBits");
    cr_assert_eq(field_kind(&field), FIELD_KIND_FLAGS);
    field = find("flowStartMilliseconds");
    cr_assert_eq(field_kind(&field), FIELD_KIND_TIME);
    field = find("interfaceName");
    cr_assert_eq(field_kind(&field), FIELD_KIND_TEXT);
    field = find("bytes");
    cr_assert_eq(field_kind(&field), FIELD_KIND_COUNTER);
    field = find("64999.7");
    cr_assert_eq(field_kind(&field), FIELD_KIND_OCTETS);
}

Test(field, sides_of_both)
{
    enum field_symbol sides[2];
    field_sides(FIELD_IP, false, sides);
    cr_assert(sides[0] == FIELD_SRC && sides[1] == FIELD_DST);
    field_sides(FIELD_IP, true, sides);
    cr_assert(sides[0] == FIELD_CLIENT_IP && sides[1] == FIELD_SERVER_IP);
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (field_table[i].where != FIELD_OF_EITHER)
            continue;
        field_sides((enum field_symbol)i, false, sides);
        cr_assert(sides[0] != sides[1] && field_table[sides[0]].where == FIELD_OF_FLOWS, "%s",
                  field_table[i].name);
    }
}
