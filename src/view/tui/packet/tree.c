/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/tree.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"
#include "nfdec/announced.h"
#include "nfdec/record.h"
#include "view/tui/packet/header.h"

#define OTHERS_MOST  3     /* templates of others shown for a set */
#define OTHERS_LOOKS 65536 /* templates that are looked at for that, all sets together */
#define FOLDS_MOST   (1u << 20)
#define DEPTH_MOST   40

struct build {
    struct tree *tree;
    const struct packet *packet;
    uint32_t diagnostic; /* the next one that has no place yet */
    uint32_t looks;      /* left */
};

void tree_release(struct tree *tree)
{
    free(tree->node);
    map_release(&tree->folds);
    *tree = (struct tree) { 0 };
}

/* --- nodes --- */

static uint64_t mix(uint64_t key, uint64_t number)
{
    uint64_t x = (key ^ number) * UINT64_C(0x9E3779B97F4A7C15);
    return x ^ x >> 29;
}

/* Adds a node; `like` tells it from its siblings of the same kind. Returns its index. */
static uint32_t add(struct build *b, uint32_t parent, enum node_kind kind, uint64_t like, uint32_t offset,
                    uint32_t length)
{
    struct tree *tree = b->tree;
    tree->node = alloc_grow(tree->node, tree->count, &tree->capacity, sizeof *tree->node);
    struct tree_node *node = &tree->node[tree->count];
    const struct tree_node *above = parent == PACKET_NONE ? NULL : &tree->node[parent];
    bool alone = tree->alone && !above;
    *node = (struct tree_node) { .key = mix(above ? above->key : 1, mix(like, (uint64_t)kind + 1)),
                                 .offset = offset,
                                 .length = length,
                                 .parent = parent,
                                 .set = above   ? above->set
                                        : alone ? tree->alone_set
                                                : PACKET_NONE,
                                 .record = above   ? above->record
                                           : alone ? tree->alone_record
                                                   : PACKET_NONE,
                                 .depth = (uint8_t)(above ? above->depth + 1 : 0),
                                 .number = (uint32_t)like,
                                 .kind = (uint8_t)kind };
    return tree->count++;
}

static struct tree_node *node_at(struct build *b, uint32_t index)
{
    return &b->tree->node[index];
}

static bool contains(const struct tree_node *node, uint32_t offset, uint32_t length)
{
    return node->length > 0 && offset >= node->offset && offset - node->offset < node->length &&
           length <= node->length - (offset - node->offset);
}

static bool open_by_itself(const struct tree_node *node)
{
    return node->kind == NODE_MESSAGE ||
           (node->kind == NODE_SET && (node->problem || node->type == NFDEC_SET_DATA));
}

/* Makes a node one that can be opened; whether it is. */
static bool branch(struct build *b, uint32_t index)
{
    struct tree *tree = b->tree;
    struct tree_node *node = &tree->node[index];
    uint32_t toggled;
    node->branch = true;
    node->open = open_by_itself(node) != map_find(&tree->folds, node->key, 0, &toggled);
    bool whole = node->kind == NODE_SET || node->kind == NODE_MESSAGE || tree->descend ||
                 node->length > tree->reveal_length;
    if (tree->reveal_length > 0 && whole && contains(node, tree->reveal_offset, tree->reveal_length))
        node->open = true;
    if (node->depth >= DEPTH_MOST)
        node->open = false;
    return node->open;
}

/* --- records --- */

static void add_fields(struct build *b, uint32_t parent, const struct nfdec_record *record, unsigned nesting);

static uint32_t place(const struct build *b, const uint8_t *data)
{
    return (uint32_t)(data - b->packet->octets);
}

static void add_list_entry(struct build *b, uint32_t parent, const struct nfdec_list *list, unsigned nesting)
{
    if (list->template_id == 0) {
        uint32_t index =
            add(b, parent, NODE_VALUE, list->index, place(b, list->value.data), list->value.length);
        struct tree_node *node = node_at(b, index);
        node->what = list->spec.element;
        node->number = list->spec.id;
        node->pen = list->spec.pen;
        node->type = list->spec.type;
        return;
    }
    uint32_t index =
        add(b, parent, NODE_LIST_RECORD, list->index, place(b, list->record.data), list->record.length);
    struct tree_node *node = node_at(b, index);
    node->what = list->template;
    node->number = list->index;
    node->count = list->template_id;
    if (list->template && branch(b, index))
        add_fields(b, index, &list->record, nesting + 1);
}

static void add_list(struct build *b, uint32_t index, struct nfdec_field *field, unsigned nesting)
{
    struct nfdec_list list;
    uint32_t count = 0;
    if (nesting >= NFDEC_LIST_DEPTH || !nfdec_list_begin(&list, field))
        return;
    while (nfdec_list_next(&list))
        count++;
    node_at(b, index)->count = count;
    node_at(b, index)->malformed = list.malformed;
    node_at(b, index)->type = list.semantic;
    if (count == 0 || !branch(b, index))
        return;
    nfdec_list_begin(&list, field);
    while (nfdec_list_next(&list))
        add_list_entry(b, index, &list, nesting);
}

static void add_fields(struct build *b, uint32_t parent, const struct nfdec_record *record, unsigned nesting)
{
    struct nfdec_field field;
    nfdec_field_begin(&field, record);
    while (nfdec_field_next(&field)) {
        uint32_t index = add(b, parent, NODE_FIELD, field.index, place(b, field.data), field.length);
        node_at(b, index)->what = field.spec;
        if (field.spec->type >= NFDEC_BASIC_LIST && field.spec->type <= NFDEC_SUB_TEMPLATE_MULTI_LIST)
            add_list(b, index, &field, nesting);
    }
}

/* Returns the octets that the records take. */
static uint32_t add_records(struct build *b, uint32_t parent, const struct nfdec_set *set)
{
    struct nfdec_record record;
    uint32_t used = 0;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        uint32_t index = add(b, parent, NODE_RECORD, record.index, place(b, record.data), record.length);
        node_at(b, index)->record = record.index;
        used = (uint32_t)(record.data - set->data) + record.length;
        if (branch(b, index))
            add_fields(b, index, &record, 0);
    }
    return used;
}

/* The fields of one record, and nothing around them. */
static void add_alone(struct build *b)
{
    struct tree *tree = b->tree;
    struct nfdec_record record;
    tree->alone_offset = tree->alone_length = 0;
    if (tree->alone_set >= b->packet->set_count)
        return;
    nfdec_record_begin(&record, &b->packet->set[tree->alone_set].set);
    while (nfdec_record_next(&record)) {
        if (record.index != tree->alone_record)
            continue;
        tree->alone_offset = place(b, record.data);
        tree->alone_length = record.length;
        add_fields(b, PACKET_NONE, &record, 0);
        return;
    }
}

/* --- sets --- */

/*
 * RFC 7011 section 3.2: |E| element id (15) | length (16) | enterprise number (32, if E). NetFlow v9 has no E.
 */
static void add_specifiers(struct build *b, uint32_t parent, const struct nfdec_announced *announced)
{
    const struct nfdec_set *set = announced->set;
    const struct nfdec_template *t = announced->template;
    bool ipfix = set->message->version == 10, options = set->kind == NFDEC_SET_OPTIONS_TEMPLATES;
    uint32_t at = options ? 6 : 4, begin = announced->offset - set->data_offset;
    for (uint16_t i = 0; i < announced->field_count && at + 4 <= announced->length; i++) {
        const uint8_t *p = set->data + begin + at;
        uint32_t length = ipfix && be16(p) & 0x8000 ? 8 : 4;
        if (at + length > announced->length)
            return;
        uint32_t index = add(b, parent, NODE_SPECIFIER, i, place(b, p), length);
        bool same = t && t->field_count == announced->field_count;
        node_at(b, index)->what = same ? &t->fields[i] : NULL;
        at += length;
    }
}

/* Returns the octets that the templates take. */
static uint32_t add_templates(struct build *b, uint32_t parent, const struct nfdec_set *set)
{
    struct nfdec_announced announced;
    uint32_t used = 0;
    nfdec_announced_begin(&announced, set);
    while (nfdec_announced_next(&announced)) {
        uint32_t begin = announced.offset - set->data_offset;
        uint32_t index =
            add(b, parent, NODE_TEMPLATE, announced.id, place(b, set->data + begin), announced.length);
        struct tree_node *node = node_at(b, index);
        node->what = announced.template;
        node->count = announced.field_count;
        node->type = announced.withdrawal;
        used = begin + announced.length;
        if (announced.field_count > 0 && branch(b, index))
            add_specifiers(b, index, &announced);
    }
    return used;
}

/* Whether one that says the same is among the children of a node already. */
static bool listed(const struct build *b, uint32_t parent, const struct nfdec_template *template)
{
    for (uint32_t i = b->tree->count; i-- > parent + 1 && b->tree->node[i].kind == NODE_OTHER;)
        if (nfdec_template_equal(b->tree->node[i].what, template))
            return true;
    return false;
}

/* Templates that others have announced under the id of a set that has none. */
static void add_others(struct build *b, uint32_t parent, const struct nfdec_set *set)
{
    const struct nfdec *decoder = b->tree->decoder;
    const struct nfdec_template *t;
    unsigned found = 0;
    if (!decoder || set->id < 256 || set->state == NFDEC_SET_DECODED)
        return;
    for (uint32_t i = 0; found < OTHERS_MOST && b->looks > 0 && (t = nfdec_template_at(decoder, i)); i++) {
        b->looks--;
        if (t->session->version != set->message->version || !packet_fits(t, set) || listed(b, parent, t))
            continue;
        uint32_t index = add(b, parent, NODE_OTHER, i, 0, 0);
        node_at(b, index)->what = t;
        found++;
    }
}

static void add_diagnostics(struct build *b, uint32_t parent, uint32_t end)
{
    const struct packet *packet = b->packet;
    for (; b->diagnostic < packet->diagnostic_count && packet->diagnostic[b->diagnostic].offset < end;
         b->diagnostic++) {
        const struct nfdec_diagnostic *d = &packet->diagnostic[b->diagnostic];
        uint32_t index = add(b, parent, NODE_DIAGNOSTIC, b->diagnostic, 0, 0);
        node_at(b, index)->problem = nfdec_code_severity((enum nfdec_code)d->code) != NFDEC_INFO;
    }
}

static bool wrong_before(const struct build *b, uint32_t end)
{
    const struct packet *packet = b->packet;
    for (uint32_t i = b->diagnostic; i < packet->diagnostic_count && packet->diagnostic[i].offset < end; i++)
        if (nfdec_code_severity((enum nfdec_code)packet->diagnostic[i].code) != NFDEC_INFO)
            return true;
    return false;
}

static void skip_diagnostics(struct build *b, uint32_t end)
{
    const struct packet *packet = b->packet;
    while (b->diagnostic < packet->diagnostic_count && packet->diagnostic[b->diagnostic].offset < end)
        b->diagnostic++;
}

static void add_content(struct build *b, uint32_t index, const struct nfdec_set *set)
{
    uint32_t used = 0, begin = place(b, set->data);
    if (set->data_offset > set->offset)
        add(b, index, NODE_SET_HEADER, 0, b->packet->payload + set->offset, set->data_offset - set->offset);
    if (set->kind == NFDEC_SET_TEMPLATES || set->kind == NFDEC_SET_OPTIONS_TEMPLATES)
        used = add_templates(b, index, set);
    else if (set->template)
        used = add_records(b, index, set);
    bool decoded = used > 0 || set->template;
    if (set->length > used)
        add(b, index, decoded ? NODE_PADDING : NODE_OCTETS, 0, begin + used, set->length - used);
    add_others(b, index, set);
}

static void add_set(struct build *b, uint32_t parent, uint32_t number, uint64_t like)
{
    const struct packet_set *s = &b->packet->set[number];
    const struct nfdec_set *set = &s->set;
    uint32_t end = set->data_offset + set->length;
    uint32_t index = add(b, parent, NODE_SET, like, b->packet->payload + set->offset, end - set->offset);
    struct tree_node *node = node_at(b, index);
    node->set = number;
    node->number = number;
    node->problem = wrong_before(b, end) || (set->state != NFDEC_SET_DECODED && !s->tried);
    node->type = set->kind;
    if (branch(b, index)) {
        add_diagnostics(b, index, end);
        add_content(b, index, set);
    }
    skip_diagnostics(b, end);
}

/* --- messages --- */

static void add_header(struct build *b, uint32_t parent, const struct nfdec_message *message)
{
    uint32_t begin = b->packet->payload + message->offset, length = header_length(message->version);
    if (length > message->length)
        length = message->length;
    uint32_t index = add(b, parent, NODE_HEADER, 0, begin, length);
    node_at(b, index)->number = node_at(b, parent)->number;
    if (!branch(b, index))
        return;
    const struct header_field *field = header_fields(message->version);
    for (uint32_t i = 0; field[i].name && field[i].offset + field[i].length <= length; i++)
        node_at(b, add(b, index, NODE_HEADER_FIELD, i, begin + field[i].offset, field[i].length))->count =
            node_at(b, index)->number;
}

static void add_message(struct build *b, uint32_t number)
{
    const struct packet *packet = b->packet;
    const struct nfdec_message *message = &packet->message[number];
    uint32_t end = message->offset + message->length;
    if (number + 1 == packet->message_count || end <= message->offset)
        end = UINT32_MAX;
    uint32_t index =
        add(b, PACKET_NONE, NODE_MESSAGE, number, packet->payload + message->offset, message->length);
    node_at(b, index)->problem = wrong_before(b, end);
    if (branch(b, index)) {
        uint32_t first = packet->message_sets[number], last = packet->message_sets[number + 1], same = 0;
        add_diagnostics(b, index, first < last ? packet->set[first].set.offset : end);
        add_header(b, index, message);
        for (uint32_t i = first; i < last; i++) {
            const struct nfdec_set *set = &packet->set[i].set;
            same = i > first && packet->set[i - 1].set.id == set->id ? same + 1 : 0;
            add_diagnostics(b, index, set->offset);
            add_set(b, index, i, (uint64_t)set->id << 16 | same);
        }
        add_diagnostics(b, index, end);
    }
    skip_diagnostics(b, end);
}

static void add_frame(struct build *b)
{
    const struct packet *packet = b->packet;
    uint32_t index = add(b, PACKET_NONE, NODE_FRAME, 0, 0, packet->payload);
    if (packet->anatomy.count == 0 || !branch(b, index))
        return;
    for (uint32_t i = 0; i < packet->anatomy.count; i++)
        add(b, index, NODE_LAYER, i, packet->anatomy.header[i].offset, packet->anatomy.header[i].length);
}

/* What of the datagram no message has. */
static void add_rest(struct build *b)
{
    const struct packet *packet = b->packet;
    uint32_t end = 0;
    for (uint32_t i = 0; i < packet->message_count; i++)
        end = packet->message[i].offset + packet->message[i].length;
    if (packet->message_count > 0 && end < packet->datagram.length)
        add(b, PACKET_NONE, NODE_REST, 0, packet->payload + end, packet->datagram.length - end);
}

/* --- where the cursor is, whatever comes and goes --- */

struct path {
    uint64_t key[DEPTH_MOST + 2]; /* from the node up */
    unsigned count;
};

static struct path path_of(const struct tree *tree, uint32_t index)
{
    struct path path = { .count = 0 };
    while (index < tree->count && path.count < sizeof path.key / sizeof *path.key) {
        path.key[path.count++] = tree->node[index].key;
        index = tree->node[index].parent;
    }
    return path;
}

/* The node of a path, or the nearest above it that is there. */
static uint32_t find_path(const struct tree *tree, const struct path *path, uint32_t near)
{
    for (unsigned i = 0; i < path->count; i++) {
        if (near < tree->count && tree->node[near].key == path->key[i])
            return near;
        for (uint32_t at = 0; at < tree->count; at++)
            if (tree->node[at].key == path->key[i])
                return at;
    }
    return 0;
}

void tree_build(struct tree *tree, const struct packet *packet)
{
    struct path path = path_of(tree, tree->cursor);
    struct build b = { .tree = tree, .packet = packet, .looks = OTHERS_LOOKS };
    tree->count = 0;
    if (tree->alone) {
        add_alone(&b);
    } else if (packet->length > 0 || packet->message_count > 0) {
        add_frame(&b);
        for (uint32_t i = 0; i < packet->message_count; i++)
            add_message(&b, i);
        add_rest(&b);
    }
    tree->cursor = find_path(tree, &path, tree->cursor);
}

/* --- opening and folding --- */

static void forget_reveal(struct tree *tree)
{
    tree->reveal_length = 0;
    tree->descend = false;
}

static void flip(struct tree *tree, uint64_t key)
{
    uint32_t value;
    if (map_take(&tree->folds, key, 0, &value))
        return;
    if (tree->folds.count >= FOLDS_MOST)
        map_release(&tree->folds);
    map_put(&tree->folds, key, 0, 1);
}

/* What is open for the sake of octets stays open of itself. */
static void keep_reveal(struct tree *tree)
{
    for (uint32_t i = 0; i < tree->count && tree->reveal_length > 0; i++) {
        const struct tree_node *node = &tree->node[i];
        uint32_t value;
        bool own = open_by_itself(node) != map_find(&tree->folds, node->key, 0, &value);
        if (node->branch && node->open && !own)
            flip(tree, node->key);
    }
    forget_reveal(tree);
}

bool tree_toggle(struct tree *tree, const struct packet *packet, uint32_t index)
{
    if (index >= tree->count || !tree->node[index].branch)
        return false;
    keep_reveal(tree);
    flip(tree, tree->node[index].key);
    tree_build(tree, packet);
    return true;
}

/* The first node behind all that is below one. */
static uint32_t behind(const struct tree *tree, uint32_t index)
{
    uint32_t at = index + 1;
    while (at < tree->count && tree->node[at].depth > tree->node[index].depth)
        at++;
    return at;
}

void tree_toggle_below(struct tree *tree, const struct packet *packet, uint32_t index)
{
    bool any = true, closed = false;
    keep_reveal(tree);
    for (unsigned level = 0; any && index < tree->count && level < DEPTH_MOST; level++) {
        any = false;
        for (uint32_t i = index, end = behind(tree, index); i < end; i++) {
            if (!tree->node[i].branch || tree->node[i].open || tree->node[i].depth >= DEPTH_MOST)
                continue;
            flip(tree, tree->node[i].key);
            any = closed = true;
        }
        if (any)
            tree_build(tree, packet);
        index = tree->cursor;
    }
    if (closed || index >= tree->count)
        return;
    for (uint32_t i = index, end = behind(tree, index); i < end; i++)
        if (tree->node[i].branch && tree->node[i].open)
            flip(tree, tree->node[i].key);
    tree_build(tree, packet);
}

bool tree_reveal(struct tree *tree, const struct packet *packet, uint32_t offset, uint32_t length,
                 bool descend)
{
    uint32_t best = PACKET_NONE;
    tree->reveal_offset = offset;
    tree->reveal_length = length;
    tree->descend = descend;
    tree_build(tree, packet);
    for (uint32_t i = 0; i < tree->count; i++)
        if (contains(&tree->node[i], offset, length) &&
            (best == PACKET_NONE || tree->node[i].length <= tree->node[best].length))
            best = i;
    if (best == PACKET_NONE)
        return false;
    tree->cursor = best;
    return true;
}

uint32_t tree_problem(const struct tree *tree, uint32_t from, bool forward)
{
    for (uint32_t i = from; forward ? ++i < tree->count : i-- > 0;)
        if (tree->node[i].problem && tree->node[i].kind == NODE_DIAGNOSTIC)
            return i;
    return PACKET_NONE;
}
