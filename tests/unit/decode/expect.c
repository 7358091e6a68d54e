/* SPDX-License-Identifier: MIT */
/* Senders that are expected. */
#include <criterion/criterion.h>
#include <string.h>

#include "rig.h"

static struct nfdec_packet packet_of(const struct rig *rig, const struct message *b)
{
    struct nfdec_packet packet = rig->packet;
    packet.data = b->octets;
    packet.length = b->length;
    return packet;
}

static void build(struct message *b, uint16_t version, uint32_t domain)
{
    message_clear(b);
    b->domain = domain;
    message_begin(b, version);
    message_pair_template(b, 256);
    message_pair_data(b, 256, 1);
    message_end(b);
}

Test(expect, finds_who_has_spoken_before)
{
    struct message b;
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t domain = 0; domain < 500; domain++) {
            build(&b, domain % 2 ? 9 : 10, domain);
            struct nfdec_packet packet = packet_of(rig, &b);
            const struct nfdec_session *session = nfdec_expect(rig->dec, &packet);
            if (round) {
                cr_assert_eq(session, nfdec_session_at(rig->dec, domain));
                nfdec_expect_sets(session);
                cr_expect_eq(session->domain, domain);
            } else {
                cr_assert_null(session);
                rig_feed(rig, &b);
            }
        }
    }
    cr_expect_null(nfdec_session_at(rig->dec, 500));
    rig_free(rig);
}

Test(expect, changes_nothing)
{
    struct message b, other;
    struct rig *rig = rig_new((struct nfdec_config) { .user = NULL });
    build(&b, 10, 1);
    rig_feed(rig, &b);
    build(&b, 10, 1);
    build(&other, 10, 2);
    struct nfdec_packet packet = packet_of(rig, &b), unknown = packet_of(rig, &other);
    cr_assert_eq(nfdec_feed(rig->dec, &packet), NFDEC_OK);
    const struct nfdec_item *item = nfdec_next(rig->dec);
    cr_assert(item && item->kind == NFDEC_ITEM_MESSAGE);
    cr_expect_null(nfdec_expect(rig->dec, &unknown));
    nfdec_expect_sets(nfdec_expect(rig->dec, &packet));
    unknown.length = 7; /* no whole header */
    cr_expect_null(nfdec_expect(rig->dec, &unknown));
    unsigned sets = 0;
    while ((item = nfdec_next(rig->dec)) != NULL)
        sets += item->kind == NFDEC_ITEM_SET && item->message->session->domain == 1;
    cr_expect_eq(sets, 2);
    cr_expect_null(nfdec_session_at(rig->dec, 1));
    rig_free(rig);
}
