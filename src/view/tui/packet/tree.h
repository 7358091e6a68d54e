/* SPDX-License-Identifier: MIT */
/*
 * A packet as a tree of which only the open part exists: an array of the lines that can be seen, made anew when
 * something is opened or folded. What it costs is what is open: records are lines, their fields are looked at when the
 * record is opened.
 *
 *     tree_build(&tree, &packet);                        // when the packet is another one; what was open stays open
 *     tree_toggle(&tree, &packet, tree.cursor);
 *     tree_reveal(&tree, &packet, offset, length);       // opens what leads to these octets, and goes there
 *     for (i = tree.top; ...; i++)
 *         ...tree.node[i], line_text() for its words...
 *
 * A node knows its octets in packet.octets. What is open is remembered by where a node stands among its like, so that
 * it is the same in the next packet.
 */
#ifndef VIEW_TUI_PACKET_TREE_H
#define VIEW_TUI_PACKET_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "view/tui/packet/packet.h"

enum node_kind {
    NODE_FRAME,        /* with the headers in front of the datagram */
    NODE_LAYER,        /* number: in packet.anatomy */
    NODE_MESSAGE,      /* number: in packet.message */
    NODE_HEADER,       /* of a message */
    NODE_HEADER_FIELD, /* number: in header_fields(); count: in packet.message */
    NODE_SET,          /* set */
    NODE_SET_HEADER,
    NODE_TEMPLATE,    /* announced in a set; what: the struct nfdec_template, or NULL; number: its id */
    NODE_SPECIFIER,   /* a field of it; what: its struct nfdec_field_spec, or NULL */
    NODE_RECORD,      /* number: its place in the set */
    NODE_FIELD,       /* what: its struct nfdec_field_spec */
    NODE_LIST_RECORD, /* in a list; what: the template, or NULL where it is not known */
    NODE_VALUE,       /* of a basicList; what: the element, or NULL; number: its id */
    NODE_PADDING,
    NODE_OCTETS,     /* that were not decoded */
    NODE_REST,       /* octets of the datagram that no message has */
    NODE_DIAGNOSTIC, /* number: in packet.diagnostic */
    NODE_OTHER,      /* a template of somebody else under the same id; what: the template */
};

struct tree_node {
    const void *what;
    uint64_t key;            /* of where it stands: the same in the next packet */
    uint32_t offset, length; /* in packet.octets; length 0: it has none */
    uint32_t parent;         /* PACKET_NONE: none */
    uint32_t set, record;    /* that it is in; PACKET_NONE: none */
    uint32_t number, count;  /* by kind; entries of a list */
    uint32_t pen;            /* of a NODE_VALUE */
    uint8_t kind, depth;
    uint8_t type;      /* enum nfdec_type, of a NODE_VALUE */
    bool branch, open; /* it can be opened; it is */
    bool problem;      /* an error or a warning is about it */
    bool malformed;    /* a list that does not fit */
};

struct tree {
    struct tree_node *node;
    uint32_t count;
    size_t capacity;
    uint32_t cursor, top;
    const struct nfdec *decoder; /* to look for templates of others in; NULL: they are not looked for */
    struct map folds;            /* keys of nodes that are not as they are by themselves */
    uint32_t reveal_offset, reveal_length; /* what contains these octets is open; length 0: nothing */
    bool descend;                          /* down to the last field that holds them */
    bool alone;                            /* the fields of one record are all there is */
    uint32_t alone_set, alone_record;      /* of that one: set of the packet, place in the set */
    uint32_t alone_offset, alone_length;   /* its octets, by tree_build() */
};

void tree_release(struct tree *tree);
void tree_build(struct tree *tree, const struct packet *packet);

/* Opens or folds a node. False: it has nothing in it. */
bool tree_toggle(struct tree *tree, const struct packet *packet, uint32_t index);

/* Opens all below a node; where all is open, folds it. */
void tree_toggle_below(struct tree *tree, const struct packet *packet, uint32_t index);

/*
 * Opens what leads to octets and puts the cursor on the smallest node that holds them all; with `descend` further down,
 * to the field. False: no node holds them.
 */
bool tree_reveal(struct tree *tree, const struct packet *packet, uint32_t offset, uint32_t length,
                 bool descend);

/* The next node with a problem behind (before) the cursor; PACKET_NONE: there is none. */
uint32_t tree_problem(const struct tree *tree, uint32_t from, bool forward);

#endif
