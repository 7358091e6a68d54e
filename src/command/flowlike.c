/* SPDX-License-Identifier: MIT */
#include "command/flowlike.h"

#include <string.h>

#include "capture/capture.h"

/* Fields as flow tools call them, and BPF's words before a value; NULL: BPF cannot see it. */
static const struct {
    const char *field, *capture;
} fields[] = {
    { "ip", "host" },
    { "addr", "host" },
    { "host", "host" },
    { "ip.addr", "host" },
    { "ipv6.addr", "host" },
    { "src", "src host" },
    { "src ip", "src host" },
    { "src addr", "src host" },
    { "src host", "src host" },
    { "srcip", "src host" },
    { "ip.src", "src host" },
    { "saddr", "src host" },
    { "dst", "dst host" },
    { "dst ip", "dst host" },
    { "dst addr", "dst host" },
    { "dst host", "dst host" },
    { "dstip", "dst host" },
    { "ip.dst", "dst host" },
    { "daddr", "dst host" },
    { "exporter", "src host" },
    { "port", "port" },
    { "udp.port", "port" },
    { "tcp.port", "port" },
    { "sport", "src port" },
    { "src port", "src port" },
    { "srcport", "src port" },
    { "udp.srcport", "src port" },
    { "dport", "dst port" },
    { "dst port", "dst port" },
    { "dstport", "dst port" },
    { "udp.dstport", "dst port" },
    { "proto", "proto" },
    { "protocol", "proto" },
    { "ip.proto", "proto" },
    { "bytes", NULL },
    { "octets", NULL },
    { "packets", NULL },
    { "flags", NULL },
    { "tcp_flags", NULL },
    { "duration", NULL },
    { "tos", NULL },
    { "src_as", NULL },
    { "dst_as", NULL },
    { "input", NULL },
    { "output", NULL },
    { "start", NULL },
    { "end", NULL },
    { "client", NULL },
    { "server", NULL },
    { "service", NULL },
    { "sampling", NULL },
    { "version", NULL },
    { "domain", NULL },
    { "template", NULL },
};

static const struct {
    const char *text;
    int equal; /* 1: same, -1: not same, 0: some order or pattern */
} operators[] = {
    { "==", 1 },  { "=", 1 },  { "eq", 1 }, { "!=", -1 },      { "ne", -1 },
    { "<>", -1 }, { ">", 0 },  { "<", 0 },  { ">=", 0 },       { "<=", 0 },
    { "gt", 0 },  { "lt", 0 }, { "ge", 0 }, { "contains", 0 }, { "matches", 0 },
};

static bool word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_.:/\\-", c)) || (unsigned char)c >= 0x80;
}

size_t flowlike_token(const char *expression, size_t *at)
{
    *at += strspn(expression + *at, " \t\r\n");
    const char *text = expression + *at;
    size_t length = 0;
    while (word_character(text[length]))
        length++;
    if (length > 0 || !*text)
        return length;
    static const char *const pairs[] = { "==", "!=", "<=", ">=", "<>", "&&", "||", "<<", ">>" };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (strncmp(text, pairs[i], 2) == 0)
            return 2;
    }
    return 1;
}

/* The walk over an expression. */
struct reader {
    const char *text;
    size_t at, length; /* the token in hand; length 0: the end */
    char word[64];     /* it, cut */
    size_t first_operator;
    bool found, translatable;
};

static void advance(struct reader *r)
{
    r->at += r->length;
    r->length = flowlike_token(r->text, &r->at);
    size_t room = sizeof r->word - 1, length = r->length < room ? r->length : room;
    memcpy(r->word, r->text + r->at, length);
    r->word[length] = '\0';
}

static int find_field(const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(fields[i].field, name) == 0)
            return (int)i;
    }
    return -1;
}

/* A field of one word or two; the token in hand is then the one behind it. */
static int take_field(struct reader *r)
{
    struct reader begin = *r;
    char both[2 * sizeof r->word];
    size_t length = strlen(r->word);
    memcpy(both, r->word, length);
    both[length] = ' ';
    advance(r);
    memcpy(both + length + 1, r->word, sizeof r->word);
    int field = find_field(both);
    if (field >= 0) {
        advance(r);
        return field;
    }
    field = find_field(begin.word);
    if (field < 0)
        *r = begin;
    return field;
}

static void add(struct strbuf *out, const char *word)
{
    if (out->length > 0 && out->data[out->length - 1] != '(' && *word != ')')
        strbuf_char(out, ' ');
    strbuf_text(out, word);
}

static void take_comparison(struct reader *r, int field, struct strbuf *out)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (strcmp(r->word, operators[i].text) != 0)
            continue;
        if (!r->found)
            r->first_operator = r->at;
        r->found = true;
        if (operators[i].equal == 0)
            r->translatable = false;
        if (operators[i].equal < 0)
            add(out, "not");
        advance(r);
        break;
    }
    const char *capture = fields[field].capture;
    if (!capture)
        r->translatable = false;
    else if (strcmp(capture, "proto") != 0 ||
             (r->word[0] >= '0' && r->word[0] <= '9')) /* "udp" stands alone */
        add(out, capture);
    add(out, r->word);
    advance(r);
}

bool flowlike(const char *filter, size_t *at, struct strbuf *capture)
{
    struct reader r = { .text = filter, .translatable = true };
    char reason[CAPTURE_ERROR];
    advance(&r);
    while (r.length > 0) {
        int field = take_field(&r);
        if (field >= 0) {
            take_comparison(&r, field, capture);
            continue;
        }
        add(capture, r.word);
        advance(&r);
    }
    *at = r.first_operator;
    if (!r.found || !r.translatable || !capture_filter_ok(capture->data, reason))
        strbuf_clear(capture);
    return r.found;
}
