/* SPDX-License-Identifier: MIT */
#include "view/tui/views/pair_filter.h"

#include "names/names.h"

/* Protocols whose ports tcpdump and tshark know, and those without ports that they know by name. */
static const struct {
    uint8_t number;
    bool ports;
    const char *tcpdump, *tshark;
} protocols[] = {
    { 6, true, "tcp", "tcp" },    { 17, true, "udp", "udp" },       { 132, true, "sctp", "sctp" },
    { 1, false, "icmp", "icmp" }, { 58, false, "icmp6", "icmpv6" },
};

static int known(const struct filter_ends *ends)
{
    for (size_t i = 0; ends->has_protocol && i < sizeof protocols / sizeof *protocols; i++)
        if (protocols[i].number == ends->protocol)
            return (int)i;
    return -1;
}

static void put_nfscope(const struct filter_ends *ends, const char text[2][ADDR_TEXT], struct strbuf *out)
{
    const char *name = ends->has_protocol ? names_protocol(ends->protocol) : NULL;
    if (name)
        strbuf_format(out, "proto == %s and ", name);
    else if (ends->has_protocol)
        strbuf_format(out, "proto == %u and ", ends->protocol);
    strbuf_format(out, "ip == %s and ip == %s", text[0], text[1]);
    if (ends->ports)
        strbuf_format(out, " and port == %u and port == %u", ends->port[0], ends->port[1]);
}

static void put_nfdump(const struct filter_ends *ends, const char text[2][ADDR_TEXT], struct strbuf *out)
{
    if (ends->has_protocol)
        strbuf_format(out, "proto %u and ", ends->protocol);
    strbuf_format(out, "ip %s and ip %s", text[0], text[1]);
    if (ends->ports)
        strbuf_format(out, " and port %u and port %u", ends->port[0], ends->port[1]);
}

static bool put_tcpdump(const struct filter_ends *ends, const char text[2][ADDR_TEXT], struct strbuf *out)
{
    int i = known(ends);
    if (ends->ports && (i < 0 || !protocols[i].ports))
        return false;
    if (i >= 0)
        strbuf_format(out, "%s and ", protocols[i].tcpdump);
    else if (ends->has_protocol)
        strbuf_format(out, "%s proto %u and ", ends->address[0].family == 6 ? "ip6" : "ip", ends->protocol);
    strbuf_format(out, "host %s and host %s", text[0], text[1]);
    if (ends->ports)
        strbuf_format(out, " and port %u and port %u", ends->port[0], ends->port[1]);
    return true;
}

static bool put_tshark(const struct filter_ends *ends, const char text[2][ADDR_TEXT], struct strbuf *out)
{
    int i = known(ends);
    bool six = ends->address[0].family == 6;
    if ((ends->ports && (i < 0 || !protocols[i].ports)) || (ends->has_protocol && i < 0 && six))
        return false; /* the last header of IPv6 has no name of its own */
    if (i >= 0 && !ends->ports)
        strbuf_format(out, "%s && ", protocols[i].tshark);
    else if (i < 0 && ends->has_protocol)
        strbuf_format(out, "ip.proto == %u && ", ends->protocol);
    const char *address = six ? "ipv6.addr" : "ip.addr";
    strbuf_format(out, "%s == %s && %s == %s", address, text[0], address, text[1]);
    if (ends->ports)
        strbuf_format(out, " && %s.port == %u && %s.port == %u", protocols[i].tshark, ends->port[0],
                      protocols[i].tshark, ends->port[1]);
    return true;
}

bool pair_filter(const struct filter_ends *ends, enum filter_language language, struct strbuf *out)
{
    char text[2][ADDR_TEXT];
    if (ends->address[0].family == 0 || ends->address[1].family != ends->address[0].family)
        return false;
    for (int i = 0; i < 2; i++)
        addr_text(&ends->address[i], text[i]);
    switch (language) {
    case FILTER_TCPDUMP:
        return put_tcpdump(ends, (const char(*)[ADDR_TEXT])text, out);
    case FILTER_TSHARK:
        return put_tshark(ends, (const char(*)[ADDR_TEXT])text, out);
    case FILTER_NFDUMP:
        put_nfdump(ends, (const char(*)[ADDR_TEXT])text, out);
        return true;
    default:
        put_nfscope(ends, (const char(*)[ADDR_TEXT])text, out);
        return true;
    }
}
