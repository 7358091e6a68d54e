/* SPDX-License-Identifier: MIT */
#include "view/tui/views/record.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "session/replay.h"

struct record {
    struct dissection parts;
    struct replay *replay; /* NULL before anything could be read */
    struct problems none;  /* what is wrong with a packet is told in its own view */
    uint32_t generation;   /* of the session */
    uint64_t wanted, row;  /* of the store; that is loaded; LIST_NONE: none */
    bool shown;
};

struct record *record_new(struct app *app)
{
    struct record *record = alloc_new(sizeof *record);
    record->parts.app = app;
    record->parts.packet.reason = "";
    record->parts.tree.alone = true;
    record->wanted = record->row = LIST_NONE;
    return record;
}

void record_free(struct record *record)
{
    dissection_release(&record->parts);
    replay_free(record->replay);
    free(record);
}

void record_show(struct record *record, uint64_t row)
{
    record->wanted = row;
}

void record_renew(struct record *record)
{
    record->row = LIST_NONE;
}

static void renew_replay(struct record *record, const struct session *run)
{
    if (record->replay && record->generation == session_generation(run))
        return;
    replay_free(record->replay);
    record->replay = replay_new(run);
    record->generation = session_generation(run);
}

/* Reads the packet of the record that is wanted, and finds the record in it. */
static void load(struct record *record)
{
    const struct session *run = app_session(record->parts.app);
    struct packet *packet = &record->parts.packet;
    struct tree *tree = &record->parts.tree;
    if (record->row == record->wanted || !run)
        return;
    uint32_t set =
        record->wanted == LIST_NONE ? LEDGER_NONE : ledger_set_of_row(session_ledger(run), record->wanted);
    record->row = record->wanted;
    tree->alone_set = PACKET_NONE;
    if (set == LEDGER_NONE) {
        dissection_empty(&record->parts);
        return;
    }
    renew_replay(record, run);
    if (packet_load(packet, record->replay, run, &record->none,
                    ledger_set(session_ledger(run), set)->message)) {
        tree->alone_set = packet_set_of_row(packet, record->row);
        if (tree->alone_set != PACKET_NONE)
            tree->alone_record = (uint32_t)(record->row - packet->set[tree->alone_set].first_row);
    }
    tree->reveal_length = 0;
    tree_build(tree, packet);
}

bool record_fits(struct area area)
{
    return area.height >= (area.width >= RECORD_BESIDE ? RECORD_LEAST : RECORD_STACK);
}

/* "fields of frame 1, set 7, flow 4" */
static void put_title(const struct record *record, struct strbuf *out)
{
    const struct packet *packet = &record->parts.packet;
    const struct tree *tree = &record->parts.tree;
    strbuf_text(out, "");
    if (tree->alone_set == PACKET_NONE)
        return;
    strbuf_format(out, "fields of frame %" PRIu64 ", ", ledger_frame(packet->number));
    strbuf_format(out, "set %" PRIu32 ", flow %" PRIu32, tree->alone_set + 1, tree->alone_record + 1);
}

void record_draw(struct record *record, struct cells *cells, struct area area, enum dissection_focus focus)
{
    struct strbuf title = { 0 };
    load(record);
    record->shown = true;
    if (focus == DISSECTION_NONE)
        dissection_mark_record(&record->parts);
    else
        dissection_mark(&record->parts);
    put_title(record, &title);
    dissection_draw(&record->parts, cells, area, focus, title.data, area.height * 2 / 5);
    strbuf_release(&title);
}

void record_hide(struct record *record)
{
    record->shown = false;
}

bool record_shown(const struct record *record)
{
    return record->shown;
}

/* The packet it came in, with what is under the cursor selected there. */
static unsigned go_to_packet(struct record *record)
{
    const struct packet *packet = &record->parts.packet;
    const struct tree *tree = &record->parts.tree;
    if (tree->cursor >= tree->count || tree->node[tree->cursor].offset < packet->payload)
        return EFFECT_REFUSED;
    const struct tree_node *node = &tree->node[tree->cursor];
    struct target target = { .kind = TARGET_PACKET,
                             .number = packet->number,
                             .first = node->offset - packet->payload,
                             .length = node->length };
    return app_push(record->parts.app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

unsigned record_act(struct record *record, enum dissection_focus focus, enum request request,
                    const struct event *event)
{
    if (request == REQUEST_ENTER)
        return go_to_packet(record);
    return focus == DISSECTION_TREE ? dissection_act_tree(&record->parts, request, event)
                                    : dissection_act_hex(&record->parts, request, event);
}

enum dissection_focus record_mouse(struct record *record, const struct event *event)
{
    if (!record->shown)
        return DISSECTION_NONE;
    if (dissection_click_tree(&record->parts, event))
        return DISSECTION_TREE;
    return dissection_click_hex(&record->parts, event) ? DISSECTION_HEX : DISSECTION_NONE;
}
