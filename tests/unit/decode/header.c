/* SPDX-License-Identifier: MIT */
/* Message headers, counts and lengths, several messages in a datagram, captures that cut. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define NS INT64_C(1000000000)

Test(header, v1_every_field)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    message_begin(&b, 1);
    message_fixed_record(&b, 1);
    message_fixed_record(&b, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M D2 E", "");
    const struct nfdec_message *m = &rig->item[0].message;
    cr_expect_eq(m->version, 1);
    cr_expect_eq(m->count, 2);
    cr_expect_eq(m->uptime, MESSAGE_UPTIME);
    cr_expect_eq(m->export_time, MESSAGE_NOW + 123456789);
    cr_expect_eq(m->sequence, 0);
    cr_expect_eq(m->packet, 1);
    cr_expect_eq(m->time, MESSAGE_NOW);
    cr_expect_eq(m->offset, 0);
    cr_expect_eq(rig->item[2].message.length, 16 + 2 * 48);
    cr_expect_eq(rig->item[1].set.id, 1);
    cr_expect_eq(rig->item[1].set.offset, 16);
    cr_expect_eq(m->session->domain, 0);
    cr_expect_eq(m->session->version, 1);
    rig_free(rig);
}

Test(header, v5_every_field)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    b.sequence = 0xFFFFFFFE;
    b.domain = 0x1207;
    message_begin(&b, 5);
    message_fixed_record(&b, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M D1 E", "");
    const struct nfdec_message *m = &rig->item[0].message;
    cr_expect_eq(m->version, 5);
    cr_expect_eq(m->count, 1);
    cr_expect_eq(m->uptime, MESSAGE_UPTIME);
    cr_expect_eq(m->export_time, MESSAGE_NOW + 123456789);
    cr_expect_eq(m->sequence, 0xFFFFFFFE);
    cr_expect_eq(m->engine_type, 0x12);
    cr_expect_eq(m->engine_id, 0x07);
    cr_expect_eq(m->sampling_mode, 1);
    cr_expect_eq(m->sampling_interval, 10100);
    cr_expect_eq(m->session->domain, 0x1207);
    cr_expect_eq(rig->item[1].set.offset, 24);
    cr_expect_eq(rig->item[1].set.data_offset, 24);
    cr_expect_eq(rig->item[1].set.length, 48);
    rig_free(rig);
}

Test(header, v7_every_field)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    b.sequence = 77;
    message_begin(&b, 7);
    message_fixed_record(&b, 1);
    message_fixed_record(&b, 1);
    message_fixed_record(&b, 1);
    rig_feed(rig, &b);
    rig_expect(rig, "M D3 E", "");
    const struct nfdec_message *m = &rig->item[0].message;
    cr_expect_eq(m->version, 7);
    cr_expect_eq(m->count, 3);
    cr_expect_eq(m->uptime, MESSAGE_UPTIME);
    cr_expect_eq(m->export_time, MESSAGE_NOW + 123456789);
    cr_expect_eq(m->sequence, 77);
    cr_expect_eq(m->session->domain, 0);
    cr_expect_eq(rig->item[1].set.length, 3 * 52);
    rig_free(rig);
}

Test(header, v9_every_field)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    b.sequence = 77;
    b.domain = 0xCAFE0001;
    message_begin(&b, 9);
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 3);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D3 E", "");
    const struct nfdec_message *m = &rig->item[0].message;
    cr_expect_eq(m->version, 9);
    cr_expect_eq(m->count, 4);
    cr_expect_eq(m->uptime, MESSAGE_UPTIME);
    cr_expect_eq(m->export_time, MESSAGE_NOW);
    cr_expect_eq(m->sequence, 77);
    cr_expect_eq(m->session->domain, 0xCAFE0001);
    rig_free(rig);
}

Test(header, ipfix_every_field)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    b.sequence = 78;
    b.domain = 0xCAFE0002;
    b.seconds = 0xFFFFFFFF;
    message_begin(&b, 10);
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 3);
    rig->packet.time = -5;
    rig_feed(rig, &b);
    rig_expect(rig, "M T D3 E", "");
    const struct nfdec_message *m = &rig->item[0].message;
    cr_expect_eq(m->version, 10);
    cr_expect_eq(m->count, 16 + 16 + 28);
    cr_expect_eq(m->length, 16 + 16 + 28);
    cr_expect_eq(m->uptime, 0);
    cr_expect_eq(m->time, -5);
    cr_expect_eq(m->export_time, INT64_C(0xFFFFFFFF) * NS);
    cr_expect_eq(m->sequence, 78);
    cr_expect_eq(m->session->domain, 0xCAFE0002);
    cr_expect_str_eq(
        rig->item[2].text,
        "sourceIPv4Address=1.0.0.1 octetDeltaCount=1; sourceIPv4Address=1.0.0.2 octetDeltaCount=2; "
        "sourceIPv4Address=1.0.0.3 octetDeltaCount=3");
    rig_free(rig);
}

Test(header, records_of_v5_by_name)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    message_begin(&b, 5);
    message_fixed_record(&b, 0);
    rig_feed(rig, &b);
    cr_expect_str_eq(
        rig->item[1].text,
        "sourceIPv4Address=0.1.2.3 destinationIPv4Address=4.5.6.7 ipNextHopIPv4Address=8.9.10.11 "
        "ingressInterface=3085 egressInterface=3599 packetDeltaCount=269554195 "
        "octetDeltaCount=336926231 flowStartSysUpTime=404298267 flowEndSysUpTime=471670303 "
        "sourceTransportPort=8225 destinationTransportPort=8739 paddingOctets=24 tcpControlBits=37 "
        "protocolIdentifier=38 ipClassOfService=39 bgpSourceAsNumber=10281 "
        "bgpDestinationAsNumber=10795 sourceIPv4PrefixLength=44 destinationIPv4PrefixLength=45 "
        "paddingOctets=2e2f");
    rig_free(rig);
}

/* The last octets of v1 and v7 records: where a wrong length of a field would show. */
Test(header, records_of_v1_and_v7_by_name)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    message_begin(&b, 1);
    message_fixed_record(&b, 0);
    rig_feed(rig, &b);
    cr_expect_not_null(strstr(rig->item[1].text,
                              "destinationTransportPort=8739 paddingOctets=2425 protocolIdentifier=38 "
                              "ipClassOfService=39 tcpControlBits=40 paddingOctets=292a2b2c2d2e2f"));
    message_begin(&b, 7);
    message_fixed_record(&b, 0);
    rig_feed(rig, &b);
    cr_expect_not_null(strstr(rig->item[1].text, "bgpSourceAsNumber=10281 bgpDestinationAsNumber=10795 "
                                                 "sourceIPv4PrefixLength=44 destinationIPv4PrefixLength=45 "
                                                 "paddingOctets=2e2f exporterIPv4Address=48.49.50.51"));
    rig_free(rig);
}

Test(header, what_is_no_export)
{
    static const uint16_t versions[] = { 0, 2, 3, 4, 6, 8, 11, 0x0500, 0xFFFF };
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        message_clear(&b);
        message_u16(&b, versions[i]);
        message_zeros(&b, 100);
        rig_feed(rig, &b);
        rig_expect(rig, "no export", "");
    }
    message_clear(&b);
    rig_feed_cut(rig, &b, 0);
    rig_expect(rig, "no export", "");
    message_u8(&b, 0);
    rig_feed_cut(rig, &b, 1);
    rig_expect(rig, "no export", "");
    cr_expect_null(nfdec_session_at(rig->dec, 0));
    rig_free(rig);
}

Test(header, short_ones)
{
    static const struct {
        uint16_t version;
        size_t length;
    } headers[] = { { 1, 16 }, { 5, 24 }, { 7, 24 }, { 9, 20 }, { 10, 16 } };
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        for (size_t length = 2; length < headers[i].length; length++) {
            struct message b;
            message_clear(&b);
            message_begin(&b, headers[i].version);
            message_end(&b);
            b.length = length;
            rig_feed(rig, &b);
            rig_expect(rig, "", "short-header");
            cr_expect_eq(rig->diagnostic[0].a, headers[i].length);
            cr_expect_eq(rig->diagnostic[0].b, length);
            cr_expect_null(rig->diagnostic[0].session);
        }
    }
    rig_free(rig);
}

Test(header, counts_of_fixed_versions)
{
    static const uint16_t versions[] = { 1, 5, 7 };
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    for (size_t i = 0; i < 3; i++) {
        struct message b;
        message_clear(&b);
        message_begin(&b, versions[i]);
        message_fixed_record(&b, 1);
        message_fixed_record(&b, 2);
        b.count = 3; /* more than there are */
        rig_feed(rig, &b);
        rig_expect(rig, "M D2 E", "bad-count");
        cr_expect_eq(rig->diagnostic[0].a, 3);
        cr_expect_eq(rig->diagnostic[0].b, 2);

        message_begin(&b, versions[i]);
        message_fixed_record(&b, 1);
        message_fixed_record(&b, 2);
        b.count = 1; /* fewer */
        rig_feed(rig, &b);
        rig_expect(rig, "M D1 E", "bad-count");
        cr_expect_eq(rig->diagnostic[0].a, 1);
        cr_expect_eq(rig->diagnostic[0].b, 2);

        message_begin(&b, versions[i]); /* none: only a header */
        rig_feed(rig, &b);
        rig_expect(rig, "M E", "");

        message_begin(&b, versions[i]);
        b.count = 65535;
        rig_feed(rig, &b);
        rig_expect(rig, "M E", "bad-count");
    }
    rig_free(rig);
}

Test(header, count_of_v9)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    message_begin(&b, 9);
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 3);
    b.count = 2;
    rig_feed(rig, &b);
    rig_expect(rig, "M T D3 E", "count-mismatch");
    cr_expect_eq(rig->diagnostic[0].a, 2);
    cr_expect_eq(rig->diagnostic[0].b, 4);
    message_begin(&b, 9); /* what cannot be decoded cannot be counted */
    message_pair_data(&b, 300, 3);
    b.count = 9;
    rig_feed(rig, &b);
    rig_expect(rig, "M W E", "");
    rig_free(rig);
}

Test(header, length_of_ipfix)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    for (unsigned i = 0; i < 3; i++) {
        message_begin(&b, 10);
        message_pair_template(&b, 256);
        message_pair_data(&b, 256, 1);
        message_end(&b);
        if (i == 1) /* more than the datagram holds */
            message_put_u16(&b, 2, (uint16_t)(b.length + 1));
        if (i == 2) /* less than its header */
            message_put_u16(&b, 2, 15);
        rig_feed(rig, &b);
        rig_expect(rig, "M T D1 E", i ? "bad-length" : "");
    }
    message_begin(&b, 10); /* sets end where the message does */
    message_pair_template(&b, 256);
    message_pair_data(&b, 256, 3);
    message_end(&b);
    message_put_u16(&b, 2, (uint16_t)(b.length - 8));
    rig_feed(rig, &b);
    rig_expect(rig, "M T D2 E", "set-overrun trailing-octets");
    rig_free(rig);
}

static void one_message(struct message *b, uint16_t version, uint32_t domain)
{
    b->domain = domain;
    message_begin(b, version);
    if (version < 9) {
        message_fixed_record(b, domain);
    } else {
        message_pair_template(b, 256);
        message_pair_data(b, 256, 2);
    }
}

Test(header, two_messages_in_a_datagram)
{
    static const uint16_t versions[] = { 1, 5, 7, 9, 10 };
    for (size_t i = 0; i < 25; i++) {
        uint16_t first = versions[i / 5], second = versions[i % 5];
        if (first == 9 && second == 1) /* reads as an options template set of 1 octet */
            continue;
        struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
        struct message b;
        message_clear(&b);
        one_message(&b, first, 1);
        size_t length = b.length;
        one_message(&b, second, 2);
        rig_feed(rig, &b);
        char script[40];
        snprintf(script, sizeof script, "%s %s", first < 9 ? "M D1 E" : "M T D2 E",
                 second < 9 ? "M D1 E" : "M T D2 E");
        rig_expect(rig, script, "");
        const struct rig_item *last = &rig->item[rig->items - 1];
        cr_expect_eq(last->message.version, second);
        cr_expect_eq(last->message.offset, length);
        cr_expect_eq(rig->item[first < 9 ? 2 : 3].message.length, length);
        cr_expect_eq(rig_set(rig, first < 9 ? 1 : 2)->set.number, first < 9 ? 1 : 2);
        rig_free(rig);
    }
}

Test(header, many_messages_in_a_datagram)
{
    static const uint16_t versions[] = { 5, 7, 9, 10 };
    for (size_t i = 0; i < 4; i++) {
        struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
        struct message b;
        message_clear(&b);
        for (uint32_t n = 0; n < 40; n++)
            one_message(&b, versions[i], n % 3);
        message_end(&b);
        cr_expect_eq(nfdec_probe(b.octets, b.length, b.length), NFDEC_PROBE_STRONG);
        rig_feed(rig, &b);
        cr_expect_str_eq(rig->words, "");
        cr_expect_eq(rig->records, versions[i] < 9 ? 40 : 80);
        rig_free(rig);
    }
}

Test(header, what_follows_a_message)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    one_message(&b, 10, 1);
    message_end(&b);
    message_zeros(&b, 2);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D2 E", "");
    one_message(&b, 10, 1);
    message_end(&b);
    message_u32(&b, 0x000a0040); /* the version is not enough */
    message_zeros(&b, 60);
    rig_feed(rig, &b);
    rig_expect(rig, "M T D2 E", "trailing-octets");
    cr_expect_eq(rig->diagnostic[0].a, 64);
    cr_expect_eq(rig->diagnostic[0].offset, 16 + 16 + 20);
    rig_free(rig);
}

/* All whole records before the cut are there, whatever the cut. */
static void cut_everywhere(const struct message *b, const size_t *record_ends, size_t records)
{
    for (size_t length = 0; length < b->length; length++) {
        struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
        rig_feed_cut(rig, b, length);
        size_t whole = 0;
        while (whole < records && record_ends[whole] <= length)
            whole++;
        cr_expect_eq(rig->records, whole, "version %u cut at %zu: %lu records of %zu (%s)", b->octets[1],
                     length, (unsigned long)rig->records, whole, rig->script);
        cr_expect_null(strstr(rig->words, "trailing"), "%zu: %s", length, rig->words);
        cr_expect_null(strstr(rig->words, "bad-"), "%zu: %s", length, rig->words);
        cr_expect_null(strstr(rig->words, "overrun"), "%zu: %s", length, rig->words);
        cr_expect_null(strstr(rig->words, "count-mismatch"), "%zu: %s", length, rig->words);
        rig_free(rig);
    }
}

Test(header, cuts_of_fixed_versions)
{
    static const uint16_t versions[] = { 1, 5, 7 };
    for (size_t i = 0; i < 3; i++) {
        struct message b;
        size_t ends[6], n = 0;
        message_clear(&b);
        for (uint32_t message = 0; message < 2; message++) {
            message_begin(&b, versions[i]);
            for (uint32_t record = 0; record < 3; record++) {
                message_fixed_record(&b, record);
                ends[n++] = b.length;
            }
        }
        message_end(&b);
        cut_everywhere(&b, ends, n);
    }
}

Test(header, cuts_of_set_versions)
{
    for (uint16_t version = 9; version <= 10; version++) {
        struct message b;
        size_t ends[16], n = 0;
        message_clear(&b);
        for (uint32_t message = 0; message < 2; message++) {
            message_begin(&b, version);
            message_pair_template(&b, 256);
            for (uint16_t set = 0; set < 2; set++) {
                message_set(&b, 256);
                for (uint32_t record = 0; record < 3; record++) {
                    message_u64(&b, 0x0a00000100000001 + record);
                    ends[n++] = b.length;
                }
            }
        }
        message_end(&b);
        cut_everywhere(&b, ends, n);
    }
}

Test(header, a_cut_is_told_once)
{
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    struct message b;
    message_clear(&b);
    one_message(&b, 10, 1);
    one_message(&b, 10, 2);
    message_end(&b);
    rig_feed_cut(rig, &b, b.length - 8);
    rig_expect(rig, "M T D2 E M T D1 E", "capture-cut");
    cr_expect_eq(rig->diagnostic[0].a, b.length - 8);
    cr_expect_eq(rig->diagnostic[0].b, b.length);
    rig_free(rig);
}
