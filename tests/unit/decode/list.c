/* SPDX-License-Identifier: MIT */
/* Lists within records: RFC 6313. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

enum { BASIC = 291, SUB = 292, MULTI = 293 };
enum { NONE_OF, EXACTLY_ONE_OF, ONE_OR_MORE_OF, ALL_OF, ORDERED };

/* A template of one list, 256; one of an address and a counter, 257; one of a port, 258. */
static struct rig *start(struct message *b, uint16_t kind)
{
    const struct message_field list[] = { { .id = kind, .length = MESSAGE_VARIABLE } };
    static const struct message_field port[] = { { .id = 7, .length = 2 } };
    message_clear(b);
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    message_begin(b, 10);
    message_set(b, 2);
    message_template(b, 256, list, 1);
    message_template(b, 257, message_pair, 2);
    message_template(b, 258, port, 1);
    rig_feed(rig, b);
    message_begin(b, 10);
    message_set(b, 256);
    return rig;
}

/* Room for the length of a piece of what follows; closed by close_piece(). */
static size_t open_piece(struct message *b)
{
    message_u8(b, 255);
    message_u16(b, 0);
    return b->length;
}

static void close_piece(struct message *b, size_t from)
{
    message_put_u16(b, from - 2, (uint16_t)(b->length - from));
}

static void list_header(struct message *b, uint8_t semantic, uint16_t id)
{
    message_u8(b, semantic);
    message_u16(b, id);
}

Test(list, basic)
{
    struct message b;
    struct rig *rig = start(&b, BASIC);
    size_t list = open_piece(&b);
    list_header(&b, ALL_OF, 7);
    message_u16(&b, 2);
    message_u16(&b, 80);
    message_u16(&b, 443);
    close_piece(&b, list);
    list = open_piece(&b);
    list_header(&b, EXACTLY_ONE_OF, 82);
    message_u16(&b, MESSAGE_VARIABLE);
    message_octets(&b, "\4eth0\0\2lo", 9);
    close_piece(&b, list);
    list = open_piece(&b); /* of an enterprise's element that nobody knows */
    list_header(&b, NONE_OF, 0x8000 | 77);
    message_u16(&b, 3);
    message_u32(&b, 4000000000);
    message_number(&b, 0xABCDEF, 3);
    close_piece(&b, list);
    list = open_piece(&b); /* empty */
    list_header(&b, ORDERED, 7);
    message_u16(&b, 2);
    close_piece(&b, list);
    list = open_piece(&b); /* of elements without octets */
    list_header(&b, ORDERED, 7);
    message_u16(&b, 0);
    close_piece(&b, list);
    rig_feed(rig, &b);
    rig_expect(rig, "M D5 E", "");
    cr_expect_str_eq(rig->item[1].text, "basicList=[80, 443]; basicList=[eth0, , lo]; basicList=[abcdef]; "
                                        "basicList=[]; basicList=[]");
    rig_free(rig);
}

Test(list, sub_template)
{
    struct message b;
    struct rig *rig = start(&b, SUB);
    size_t list = open_piece(&b);
    list_header(&b, ALL_OF, 257);
    message_u64(&b, 0x0a00000100000005);
    message_u64(&b, 0x0a00000200000006);
    close_piece(&b, list);
    list = open_piece(&b);
    list_header(&b, ALL_OF, 257);
    close_piece(&b, list);
    list = open_piece(&b);
    list_header(&b, ALL_OF, 999); /* unknown */
    message_u32(&b, 1);
    close_piece(&b, list);
    rig_feed(rig, &b);
    rig_expect(rig, "M D3 E", "");
    cr_expect_str_eq(rig->item[1].text,
                     "subTemplateList=[{sourceIPv4Address=10.0.0.1, octetDeltaCount=5}, "
                     "{sourceIPv4Address=10.0.0.2, octetDeltaCount=6}]; subTemplateList=[]; "
                     "subTemplateList=[template 999 not known]");
    rig_free(rig);
}

Test(list, sub_template_multi)
{
    struct message b;
    struct rig *rig = start(&b, MULTI);
    size_t list = open_piece(&b);
    message_u8(&b, ONE_OR_MORE_OF);
    message_u16(&b, 258);
    message_u16(&b, 4 + 2 + 2);
    message_u32(&b, 0x00500051);
    message_u16(&b, 258); /* nothing in it */
    message_u16(&b, 4);
    message_u16(&b, 999);
    message_u16(&b, 6);
    message_u16(&b, 1);
    message_u16(&b, 257);
    message_u16(&b, 4 + 8);
    message_u64(&b, 0x0a00000100000005);
    close_piece(&b, list);
    list = open_piece(&b); /* no groups at all */
    message_u8(&b, ORDERED);
    close_piece(&b, list);
    rig_feed(rig, &b);
    rig_expect(rig, "M D2 E", "");
    cr_expect_str_eq(rig->item[1].text,
                     "subTemplateMultiList=[{sourceTransportPort=80}, {sourceTransportPort=81}, "
                     "template 999 not known, {sourceIPv4Address=10.0.0.1, octetDeltaCount=5}]; "
                     "subTemplateMultiList=[]");
    rig_free(rig);
}

Test(list, nested)
{
    struct message b;
    struct rig *rig = start(&b, BASIC);
    enum { DEPTH = 12 };
    size_t piece[DEPTH];
    for (unsigned i = 0; i < DEPTH; i++) {
        piece[i] = open_piece(&b);
        list_header(&b, ALL_OF, i + 1 < DEPTH ? BASIC : 7);
        message_u16(&b, i + 1 < DEPTH ? MESSAGE_VARIABLE : 2);
    }
    message_u16(&b, 80);
    for (unsigned i = DEPTH; i-- > 0;)
        close_piece(&b, piece[i]);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 E", "");
    static const char opened[] = "basicList=[[[[[[[[03"; /* as deep as readers go; below that octets */
    cr_expect_eq(strncmp(rig->item[1].text, opened, sizeof opened - 1), 0, "%s", rig->item[1].text);
    rig_free(rig);
}

Test(list, records_within_records)
{
    struct message b;
    struct rig *rig = start(&b, SUB);
    size_t outer = open_piece(&b);
    list_header(&b, ALL_OF, 256); /* records of the same template again */
    for (unsigned i = 0; i < 2; i++) {
        size_t inner = open_piece(&b);
        list_header(&b, ALL_OF, 258);
        message_u16(&b, (uint16_t)(80 + i));
        close_piece(&b, inner);
    }
    close_piece(&b, outer);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 E", "");
    cr_expect_str_eq(rig->item[1].text, "subTemplateList=[{subTemplateList=[{sourceTransportPort=80}]}, "
                                        "{subTemplateList=[{sourceTransportPort=81}]}]");
    rig_free(rig);
}

/* Octets of a list that do not fit, and what is read of it. */
static void malformed(uint16_t kind, const char *octets, size_t length, const char *expected)
{
    struct message b;
    struct rig *rig = start(&b, kind);
    size_t list = open_piece(&b);
    message_octets(&b, octets, length);
    close_piece(&b, list);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 E", "list-malformed");
    const char *text = strchr(rig->item[1].text, '=') + 1;
    cr_expect_str_eq(text, expected);
    rig_free(rig);
}

Test(list, malformed_ones)
{
    malformed(BASIC, "\3", 1, "[malformed]");
    malformed(BASIC, "\3\0\7\0", 4, "[malformed]");
    malformed(BASIC, "\3\x80\7\0\2\0\0\0", 8, "[malformed]"); /* within the enterprise number */
    malformed(BASIC, "\3\0\7\0\2\0\120\0", 8, "[80, malformed]");
    malformed(BASIC, "\3\0\122\377\377\2a", 7, "[malformed]");
    malformed(SUB, "\3\1", 2, "[malformed]");
    malformed(SUB, "\3\0\0\1\2\3\4", 7, "[malformed]"); /* template ids begin at 256 */
    malformed(SUB, "\3\0\377\1\2\3\4", 7, "[malformed]");
    malformed(SUB, "\3\1\2\0\120\0", 6, "[{sourceTransportPort=80}, malformed]");
    malformed(MULTI, "\3\1\2\0", 4, "[malformed]");
    malformed(MULTI, "\3\1\2\0\3", 5, "[malformed]"); /* less than its own header */
    malformed(MULTI, "\3\1\2\0\7\0\120", 7, "[malformed]");
    malformed(MULTI, "\3\0\0\0\6\0\120", 7, "[malformed]");
    malformed(MULTI, "\3\1\2\0\6\0\120\1\2\0\5\0", 12, "[{sourceTransportPort=80}, malformed]");
}

Test(list, templates_of_the_list_are_redefined)
{
    static const struct message_field tos[] = { { .id = 5, .length = 1 }, { .id = 6, .length = 1 } };
    struct message b;
    struct rig *rig = start(&b, SUB);
    for (unsigned i = 0; i < 2; i++) { /* 258 is a port before, and two octets after */
        size_t list = open_piece(&b);
        list_header(&b, ALL_OF, 258);
        message_u16(&b, 0x0102);
        close_piece(&b, list);
        rig_feed(rig, &b);
        rig_expect(rig, "M D1 E", "");
        cr_expect_str_eq(rig->item[1].text, i ? "subTemplateList=[{ipClassOfService=1, tcpControlBits=2}]"
                                              : "subTemplateList=[{sourceTransportPort=258}]");
        message_begin(&b, 10);
        message_set(&b, 2);
        message_template(&b, 258, tos, 2);
        rig_feed(rig, &b);
        message_begin(&b, 10);
        message_set(&b, 256);
    }
    rig_free(rig);
}

/* A late set holds records of the template that was in force at its own packet. */
Test(list, late_ones_keep_their_time)
{
    static const struct message_field list[] = { { .id = SUB, .length = MESSAGE_VARIABLE } };
    static const struct message_field tos[] = { { .id = 5, .length = 1 }, { .id = 6, .length = 1 } };
    struct message b;
    struct rig *rig = start(&b, SUB);
    b.set = SIZE_MAX;
    message_clear(&b);
    message_begin(&b, 10);
    message_set(&b, 400);
    size_t piece = open_piece(&b);
    list_header(&b, ALL_OF, 258);
    message_u16(&b, 0x0102);
    close_piece(&b, piece);
    rig_feed(rig, &b);
    for (unsigned i = 0; i < 100; i++) { /* many versions later */
        message_begin(&b, 10);
        message_set(&b, 2);
        message_template(&b, 258, tos, i % 2 ? 1 : 2);
        rig_feed(rig, &b);
    }
    message_begin(&b, 10);
    message_set(&b, 2);
    message_template(&b, 400, list, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M T LD1 E", "set-late");
    cr_expect_str_eq(rig_set(rig, 1)->text, "subTemplateList=[{sourceTransportPort=258}]");
    const struct nfdec_session *s = nfdec_session_at(rig->dec, 0);
    for (uint64_t packet = 3; packet <= 102; packet++)
        cr_expect_eq(nfdec_template_for(s, 258, packet)->version, packet - 1);
    rig_free(rig);
}

Test(list, of_fixed_length_fields)
{
    static const struct message_field fields[] = { { .id = BASIC, .length = 9 }, { .id = SUB, .length = 0 } };
    struct message b;
    struct rig *rig = start(&b, BASIC);
    message_clear(&b);
    message_begin(&b, 10);
    message_set(&b, 2);
    message_template(&b, 300, fields, 2);
    message_set(&b, 300);
    message_octets(&b, "\3\0\7\0\2\0\120\0\121", 9);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D1 E", "");
    cr_expect_str_eq(rig_set(rig, 1)->text, "basicList=[80, 81] subTemplateList=");
    rig_free(rig);
}

Test(list, semantic_names)
{
    cr_expect_str_eq(nfdec_list_semantic_name(NONE_OF), "noneOf");
    cr_expect_str_eq(nfdec_list_semantic_name(EXACTLY_ONE_OF), "exactlyOneOf");
    cr_expect_str_eq(nfdec_list_semantic_name(ONE_OR_MORE_OF), "oneOrMoreOf");
    cr_expect_str_eq(nfdec_list_semantic_name(ALL_OF), "allOf");
    cr_expect_str_eq(nfdec_list_semantic_name(ORDERED), "ordered");
    cr_expect_str_eq(nfdec_list_semantic_name(5), "undefined");
    cr_expect_str_eq(nfdec_list_semantic_name(255), "undefined");
}
