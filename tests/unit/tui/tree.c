/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/tree.h"

#include <criterion/criterion.h>

#include "message.h"
#include "view/tui/packet/problems.h"

static struct message_octets octets;

struct shown {
    struct session *run;
    struct replay *replay;
    struct problems problems;
    struct packet packet;
    struct tree tree;
};

static struct shown show(void)
{
    struct shown s = { .run = run_message(&octets) };
    s.replay = replay_new(s.run);
    problems_update(&s.problems, session_ledger(s.run), true);
    cr_assert(packet_load(&s.packet, s.replay, s.run, &s.problems, 0), "%s", s.packet.reason);
    s.tree.decoder = session_decoder(s.run);
    tree_build(&s.tree, &s.packet);
    return s;
}

static void done(struct shown *s)
{
    tree_release(&s->tree);
    packet_release(&s->packet);
    problems_release(&s->problems);
    replay_free(s->replay);
    session_free(s->run);
}

static uint32_t count_of(const struct tree *tree, enum node_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tree->count; i++)
        count += tree->node[i].kind == kind;
    return count;
}

static uint32_t first_of(const struct tree *tree, enum node_kind kind)
{
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->node[i].kind == kind)
            return i;
    cr_assert_fail("no node of kind %d", kind);
    return 0;
}

/* Whatever it holds: nodes stand within their parents' octets, parents in front of them. */
static void check(const struct shown *s)
{
    const struct tree *tree = &s->tree;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct tree_node *node = &tree->node[i];
        cr_assert_leq(node->offset, s->packet.length);
        cr_assert_leq(node->length, s->packet.length - node->offset);
        if (node->parent == PACKET_NONE)
            continue;
        const struct tree_node *parent = &tree->node[node->parent];
        cr_assert_lt(node->parent, i);
        cr_assert(parent->open && node->depth == parent->depth + 1);
        if (node->length > 0)
            cr_assert(node->offset >= parent->offset &&
                      node->offset + node->length <= parent->offset + parent->length);
    }
}

/* Two records of two fields of 4 octets, and 2 octets of padding. */
static void two_records(void)
{
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put_template(&octets, 256, 2, 8, 4);
    end_set(&octets);
    begin_set(&octets, 256);
    for (uint32_t i = 0; i < 4; i++)
        put32(&octets, 0xC0000201u + i);
    put16(&octets, 0);
    end_set(&octets);
}

Test(tree, folded_records_have_no_lines_for_their_fields)
{
    two_records();
    struct shown s = show();
    check(&s);
    cr_expect_eq(count_of(&s.tree, NODE_SET), 2);
    cr_expect_eq(count_of(&s.tree, NODE_TEMPLATE), 0, "template sets are folded by themselves");
    cr_expect_eq(count_of(&s.tree, NODE_RECORD), 2);
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 0);
    cr_expect_eq(count_of(&s.tree, NODE_PADDING), 1);
    done(&s);
}

Test(tree, a_record_opens_and_folds)
{
    two_records();
    struct shown s = show();
    uint32_t record = first_of(&s.tree, NODE_RECORD), before = s.tree.count;
    s.tree.cursor = record;
    cr_assert(tree_toggle(&s.tree, &s.packet, record));
    check(&s);
    cr_expect_eq(s.tree.count, before + 2);
    cr_expect_eq(s.tree.node[record + 1].kind, NODE_FIELD);
    cr_expect_eq(s.tree.node[record + 2].offset, s.tree.node[record + 1].offset + 4);
    cr_expect_eq(s.tree.cursor, record);
    cr_expect_not(tree_toggle(&s.tree, &s.packet, record + 1), "a field has nothing in it");
    cr_assert(tree_toggle(&s.tree, &s.packet, record));
    cr_expect_eq(s.tree.count, before);
    done(&s);
}

/* The second record: of what is in front of it nothing is there. */
Test(tree, a_record_alone_is_its_fields)
{
    two_records();
    struct shown s = show();
    s.tree.alone = true;
    s.tree.alone_set = packet_set_of_row(&s.packet, 1);
    s.tree.alone_record = 1;
    cr_assert_neq(s.tree.alone_set, PACKET_NONE);
    cr_expect_eq(packet_set_of_row(&s.packet, 2), PACKET_NONE, "there are two rows");
    tree_build(&s.tree, &s.packet);
    cr_expect_eq(s.tree.count, 2);
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 2);
    cr_expect_eq(s.tree.alone_length, 8);
    cr_expect_eq(s.tree.node[0].offset, s.tree.alone_offset);
    cr_expect_eq(s.tree.node[1].offset, s.packet.length - 2 - 4);
    cr_expect_eq(s.tree.node[0].set, s.tree.alone_set);
    cr_expect_eq(s.tree.node[0].record, 1);
    s.tree.alone_record = 2;
    tree_build(&s.tree, &s.packet);
    cr_expect_eq(s.tree.count, 0, "there is no such record");
    done(&s);
}

Test(tree, what_was_open_is_open_in_the_next_packet)
{
    two_records();
    struct shown s = show();
    tree_toggle(&s.tree, &s.packet, first_of(&s.tree, NODE_RECORD));
    s.tree.cursor = first_of(&s.tree, NODE_FIELD) + 1;
    cr_assert(packet_load(&s.packet, s.replay, s.run, &s.problems, 0));
    tree_build(&s.tree, &s.packet);
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 2);
    cr_expect_eq(s.tree.cursor, first_of(&s.tree, NODE_FIELD) + 1, "the cursor stays on its field");
    done(&s);
}

Test(tree, folding_what_the_cursor_is_in_leaves_it_on_that)
{
    two_records();
    struct shown s = show();
    uint32_t record = first_of(&s.tree, NODE_RECORD);
    tree_toggle(&s.tree, &s.packet, record);
    s.tree.cursor = record + 2;
    tree_toggle(&s.tree, &s.packet, record);
    cr_expect_eq(s.tree.cursor, record);
    done(&s);
}

Test(tree, all_below_opens_and_folds)
{
    two_records();
    struct shown s = show();
    s.tree.cursor = first_of(&s.tree, NODE_MESSAGE);
    tree_toggle_below(&s.tree, &s.packet, s.tree.cursor);
    check(&s);
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 4);
    cr_expect_eq(count_of(&s.tree, NODE_SPECIFIER), 2);
    cr_expect_eq(count_of(&s.tree, NODE_HEADER_FIELD), 5);
    tree_toggle_below(&s.tree, &s.packet, s.tree.cursor);
    cr_expect_eq(s.tree.count, 2, "the frame, and the message folded");
    done(&s);
}

/* Each octet leads to the smallest node that has it, and that node's octets are the ones that are marked. */
Test(tree, every_octet_has_a_node)
{
    two_records();
    struct shown s = show();
    for (uint32_t at = 0; at < s.packet.length; at++) {
        cr_assert(tree_reveal(&s.tree, &s.packet, at, 1, true), "octet %u", at);
        const struct tree_node *node = &s.tree.node[s.tree.cursor];
        cr_assert(at >= node->offset && at < node->offset + node->length, "octet %u", at);
        check(&s);
    }
    uint32_t field = s.packet.length - 2 - 4; /* the last field, in front of the padding */
    cr_assert(tree_reveal(&s.tree, &s.packet, field + 1, 1, true));
    cr_expect_eq(s.tree.node[s.tree.cursor].kind, NODE_FIELD);
    cr_expect_eq(s.tree.node[s.tree.cursor].offset, field);
    cr_expect_eq(s.tree.node[s.tree.cursor].length, 4);
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 2, "records that the cursor has left are folded again");
    done(&s);
}

Test(tree, a_record_is_found_by_its_octets)
{
    two_records();
    struct shown s = show();
    uint32_t record = s.packet.length - 2 - 8;
    cr_assert(tree_reveal(&s.tree, &s.packet, record, 8, false));
    cr_expect_eq(s.tree.node[s.tree.cursor].kind, NODE_RECORD);
    cr_expect_eq(s.tree.node[s.tree.cursor].record, 1);
    cr_expect_not(s.tree.node[s.tree.cursor].open);
    cr_expect_not(tree_reveal(&s.tree, &s.packet, s.packet.length, 1, true), "there is no such octet");
    done(&s);
}

Test(tree, a_set_without_template_tells_why)
{
    begin_ipfix(&octets);
    begin_set(&octets, 300);
    put32(&octets, 1);
    end_set(&octets);
    struct shown s = show();
    check(&s);
    uint32_t set = first_of(&s.tree, NODE_SET);
    cr_expect(s.tree.node[set].problem && s.tree.node[set].open);
    cr_expect_eq(count_of(&s.tree, NODE_DIAGNOSTIC), 1);
    cr_expect_eq(s.tree.node[first_of(&s.tree, NODE_OCTETS)].length, 4);
    cr_expect_eq(tree_problem(&s.tree, 0, true), first_of(&s.tree, NODE_DIAGNOSTIC));
    cr_expect_eq(tree_problem(&s.tree, first_of(&s.tree, NODE_DIAGNOSTIC), true), PACKET_NONE);
    done(&s);
}

/* 65 000 records of an octet: one line each, and no more. */
Test(tree, tens_of_thousands_of_records)
{
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put_template(&octets, 256, 1, 4, 1);
    end_set(&octets);
    begin_set(&octets, 256);
    for (uint32_t i = 0; i < 65000; i++)
        put8(&octets, i & 0xFF);
    end_set(&octets);
    struct shown s = show();
    cr_expect_eq(count_of(&s.tree, NODE_RECORD), 65000);
    cr_assert(tree_reveal(&s.tree, &s.packet, s.packet.length - 1, 1, true));
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 1);
    s.tree.cursor = first_of(&s.tree, NODE_MESSAGE);
    tree_toggle_below(&s.tree, &s.packet, s.tree.cursor);
    cr_expect_eq(count_of(&s.tree, NODE_FIELD), 65000);
    done(&s);
}

/* A list of lists of lists, each of which fills its field: RFC 6313. */
Test(tree, lists_in_lists_end)
{
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put16(&octets, 256);
    put16(&octets, 1);
    put16(&octets, 291); /* basicList */
    put16(&octets, 65535);
    end_set(&octets);
    begin_set(&octets, 256);
    unsigned depth = 30, length = depth * 8;
    put8(&octets, length);
    for (unsigned i = 0; i < depth; i++) { /* semantic, element, length; and the length of the one in it */
        unsigned left = length - 8 * i;
        put8(&octets, 3);
        put16(&octets, 291);
        put16(&octets, 65535);
        put8(&octets, 255);
        put16(&octets, left - 8);
    }
    end_set(&octets);
    struct shown s = show();
    s.tree.cursor = first_of(&s.tree, NODE_MESSAGE);
    tree_toggle_below(&s.tree, &s.packet, s.tree.cursor);
    check(&s);
    for (uint32_t at = 0; at < s.packet.length; at++)
        cr_assert(tree_reveal(&s.tree, &s.packet, at, 1, true));
    done(&s);
}

/* Whatever octets come: what is shown stays within them, and every octet leads somewhere. */
Test(tree, octets_that_mean_nothing)
{
    uint32_t seed = 1;
    for (unsigned round = 0; round < 300; round++) {
        two_records();
        for (unsigned i = 0; i < 1 + round % 5; i++) {
            seed = seed * 1664525u + 1013904223u;
            octets.data[4 + seed / 65536 % (octets.length - 4)] = (uint8_t)(seed >> 24);
        }
        struct session *run = run_message(&octets);
        bool any = ledger_message_count(session_ledger(run)) > 0;
        session_free(run);
        if (!any)
            continue;
        struct shown s = show();
        check(&s);
        s.tree.cursor = first_of(&s.tree, NODE_MESSAGE);
        tree_toggle_below(&s.tree, &s.packet, s.tree.cursor);
        check(&s);
        for (uint32_t at = 0; at < s.packet.length; at += 3)
            cr_assert(tree_reveal(&s.tree, &s.packet, at, 1, true), "round %u, octet %u", round, at);
        done(&s);
    }
}
