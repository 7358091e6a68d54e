/* SPDX-License-Identifier: MIT */
/* A filter as it is kept: a tree of questions. Private to src/query/filter*.c. */
#ifndef QUERY_FILTER_TREE_H
#define QUERY_FILTER_TREE_H

#include <regex.h>

#include "base/arena.h"
#include "query/filter.h"
#include "query/filter_test.h"

enum filter_node_kind { NODE_ALL, NODE_NOT, NODE_AND, NODE_OR, NODE_LEAF };

/* A comparison, or whether a value is there. */
struct filter_leaf {
    struct field field;
    struct filter_test test;
    size_t at, length; /* of the field in the text */
    uint16_t number;   /* among the leaves of the filter */
    bool has;          /* the value is there, whatever it is */
    bool negate;       /* "!=": a value is there, and none passes the test */
    bool every;        /* of both sides, not of either */
    bool record;       /* read from the octets of records */
    struct filter_leaf *next;
};

struct filter_node {
    uint8_t kind;              /* enum filter_node_kind */
    uint8_t cost;              /* children are asked in this order */
    uint16_t number;           /* among the nodes */
    struct filter_node *child; /* of NOT, AND, OR */
    struct filter_node *next;  /* of the same parent */
    struct filter_leaf *leaf;  /* of LEAF */
};

/* A host that is given by its name. */
struct filter_host {
    const char *name;
    size_t at, length; /* in the text */
    struct filter_test *test;
    struct filter_host *next;
    bool found;
};

struct filter {
    struct arena memory;
    struct filter_options options;
    struct filter_node *root;
    struct filter_leaf *leaves; /* last one first */
    struct filter_host *hosts;
    regex_t **regexes; /* to be freed */
    size_t regex_count, regex_capacity;
    uint16_t node_count, leaf_count;
};

#endif
