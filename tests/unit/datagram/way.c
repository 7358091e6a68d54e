/* SPDX-License-Identifier: MIT */
#include "way.h"

static void around_ipv4(struct packet *p)
{
    packet_udp(p);
    packet_ipv4(p, PROTOCOL_UDP);
}

static void around_ipv6(struct packet *p)
{
    packet_udp(p);
    packet_ipv6(p, PROTOCOL_UDP);
}

static void ethernet_ipv4(struct packet *p)
{
    around_ipv4(p);
    packet_ethernet(p, TYPE_IPV4);
}

static void ethernet_ipv6(struct packet *p)
{
    around_ipv6(p);
    packet_ethernet(p, TYPE_IPV6);
}

static void ethernet_snap(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, TYPE_IPV4);
    uint8_t *at = packet_front(p, 6);
    at[0] = at[1] = 0xaa;
    at[2] = 0x03;
    packet_ethernet(p, (uint16_t)packet_length(p));
}

static void vlan(struct packet *p)
{
    around_ipv4(p);
    packet_vlan(p, 42, TYPE_IPV4);
    packet_ethernet(p, 0x8100);
}

static void vlan_snap(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, TYPE_IPV4);
    uint8_t *at = packet_front(p, 6);
    at[0] = at[1] = 0xaa;
    at[2] = 0x03;
    packet_vlan(p, 42, (uint16_t)packet_length(p));
    packet_ethernet(p, 0x8100);
}

static void priority_tag(struct packet *p)
{
    around_ipv6(p);
    packet_vlan(p, 42, TYPE_IPV6);
    packet_vlan(p, 0, 0x8100);
    packet_ethernet(p, 0x8100);
}

static void provider_vlan(struct packet *p)
{
    around_ipv6(p);
    packet_vlan(p, 7, TYPE_IPV6);
    packet_vlan(p, 42, 0x8100);
    packet_ethernet(p, 0x88a8);
}

static void old_qinq(struct packet *p)
{
    around_ipv4(p);
    packet_vlan(p, 7, TYPE_IPV4);
    packet_vlan(p, 8, 0x9300);
    packet_vlan(p, 9, 0x9200);
    packet_vlan(p, 42, 0x9100);
    packet_ethernet(p, 0x9100);
}

static void labels(struct packet *p, size_t count)
{
    packet_front(p, 4)[2] = 1;
    for (size_t i = 1; i < count; i++)
        packet_front(p, 4);
}

static void mpls_ipv4(struct packet *p)
{
    around_ipv4(p);
    labels(p, 1);
    packet_ethernet(p, 0x8847);
}

static void mpls_ipv6(struct packet *p)
{
    around_ipv6(p);
    labels(p, 3);
    packet_ethernet(p, 0x8848);
}

static void mpls_pseudowire(struct packet *p)
{
    ethernet_ipv4(p);
    packet_front(p, 4);
    labels(p, 2);
    packet_ethernet(p, 0x8847);
}

static void mpls_in_ip(struct packet *p)
{
    around_ipv4(p);
    labels(p, 1);
    packet_ipv4(p, 137);
    packet_ethernet(p, TYPE_IPV4);
}

static void session(struct packet *p)
{
    packet_u16(p, (uint16_t)packet_length(p));
    packet_u16(p, 5);
    packet_u16(p, 0x1100);
}

static void pppoe_ipv4(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, 0x0021);
    session(p);
    packet_ethernet(p, 0x8864);
}

static void pppoe_ipv6(struct packet *p)
{
    around_ipv6(p);
    packet_u16(p, 0x0057);
    session(p);
    packet_vlan(p, 42, 0x8864);
    packet_ethernet(p, 0x8100);
}

static void pppoe_link(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, 0x0021);
    session(p);
}

static void ppp_ipv4(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, 0x0021);
}

static void ppp_compressed(struct packet *p)
{
    around_ipv6(p);
    packet_front(p, 1)[0] = 0x57;
}

static void ppp_framed(struct packet *p)
{
    around_ipv6(p);
    packet_u16(p, 0x0057);
    packet_u16(p, 0xff03);
}

static void ppp_mpls(struct packet *p)
{
    around_ipv4(p);
    labels(p, 2);
    packet_u16(p, 0x0281);
    packet_u16(p, 0xff03);
}

static void hdlc_ipv4(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, TYPE_IPV4);
    packet_u16(p, 0x0f00);
}

static void hdlc_multicast(struct packet *p)
{
    around_ipv6(p);
    packet_u16(p, TYPE_IPV6);
    packet_u16(p, 0x8f00);
}

static void null_little(struct packet *p)
{
    around_ipv4(p);
    packet_front(p, 4)[0] = 2;
}

static void null_big(struct packet *p)
{
    around_ipv4(p);
    packet_front(p, 4)[3] = 2;
}

static void null_little_ipv6(struct packet *p)
{
    around_ipv6(p);
    packet_front(p, 4)[0] = 30;
}

static void null_big_ipv6(struct packet *p)
{
    around_ipv6(p);
    packet_front(p, 4)[3] = 24;
}

static void sll(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, TYPE_IPV4);
    packet_front(p, 14);
}

static void sll_vlan(struct packet *p)
{
    around_ipv6(p);
    packet_vlan(p, 42, TYPE_IPV6);
    packet_u16(p, 0x8100);
    packet_front(p, 14);
}

static void sll_snap(struct packet *p)
{
    around_ipv4(p);
    packet_u16(p, TYPE_IPV4);
    uint8_t *at = packet_front(p, 6);
    at[0] = at[1] = 0xaa;
    at[2] = 0x03;
    packet_u16(p, 4);
    packet_front(p, 14);
}

static void sll2(struct packet *p)
{
    around_ipv4(p);
    packet_front(p, 18);
    packet_u16(p, TYPE_IPV4);
}

static void ip_in_ip(struct packet *p)
{
    around_ipv4(p);
    packet_ipv4(p, 4);
    packet_ethernet(p, TYPE_IPV4);
}

static void six_in_four(struct packet *p)
{
    around_ipv6(p);
    packet_ipv4(p, 41);
    packet_ethernet(p, TYPE_IPV4);
}

static void four_in_six(struct packet *p)
{
    around_ipv4(p);
    packet_ipv6(p, 4);
    packet_ethernet(p, TYPE_IPV6);
}

static void gre_bare(struct packet *p)
{
    around_ipv4(p);
    packet_gre(p, 0, TYPE_IPV4);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void gre_full(struct packet *p)
{
    ethernet_ipv6(p);
    packet_front(p, 12);
    packet_gre(p, 0xb000, 0x6558);
    packet_ipv6(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV6);
}

static void gre_routing(struct packet *p)
{
    around_ipv4(p);
    packet_front(p, 4); /* the end of the list */
    uint8_t *entry = packet_front(p, 4 + 8);
    entry[0] = 0x08;
    entry[3] = 8;
    packet_front(p, 8); /* checksum, key */
    packet_gre(p, 0x6000, TYPE_IPV4);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void gre_mpls(struct packet *p)
{
    around_ipv4(p);
    labels(p, 2);
    packet_gre(p, 0, 0x8847);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void gre_pptp(struct packet *p)
{
    ppp_framed(p);
    packet_front(p, 12); /* key, sequence number, acknowledgement */
    packet_gre(p, 0x3081, 0x880b);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void erspan_1(struct packet *p)
{
    ethernet_ipv4(p);
    packet_gre(p, 0, 0x88be);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void erspan_2(struct packet *p)
{
    ethernet_ipv4(p);
    packet_front(p, 8);
    packet_front(p, 4); /* sequence number */
    packet_gre(p, 0x1000, 0x88be);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void erspan_3(struct packet *p)
{
    ethernet_ipv4(p);
    packet_front(p, 12);
    packet_front(p, 4);
    packet_gre(p, 0x1000, 0x22eb);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void erspan_3_more(struct packet *p)
{
    ethernet_ipv4(p);
    packet_front(p, 8);
    packet_front(p, 12)[11] = 1;
    packet_front(p, 4);
    packet_gre(p, 0x1000, 0x22eb);
    packet_ipv4(p, PROTOCOL_GRE);
    packet_ethernet(p, TYPE_IPV4);
}

static void vxlan(struct packet *p)
{
    ethernet_ipv6(p);
    packet_front(p, 8)[0] = 0x08;
    packet_udp_to(p, 4789);
    packet_ipv4(p, PROTOCOL_UDP);
    packet_ethernet(p, TYPE_IPV4);
}

static void geneve_ethernet(struct packet *p)
{
    ethernet_ipv4(p);
    uint8_t *at = packet_front(p, 8 + 12);
    at[0] = 3;
    at[2] = 0x65;
    at[3] = 0x58;
    packet_udp_to(p, 6081);
    packet_ipv6(p, PROTOCOL_UDP);
    packet_ethernet(p, TYPE_IPV6);
}

static void ipv4_options(struct packet *p)
{
    packet_udp(p);
    packet_front(p, 40);
    packet_ipv4(p, PROTOCOL_UDP);
    p->room[p->start] = 0x4f;
    /* packet_ipv4 took the options for payload: its length is right as it is */
    uint8_t *at = p->room + p->start;
    for (size_t i = 20; i < 60; i++)
        at[i] = 1;
    packet_ethernet(p, TYPE_IPV4);
}

static void ipv4_authentication(struct packet *p)
{
    packet_udp(p);
    uint8_t *at = packet_front(p, 24);
    at[0] = PROTOCOL_UDP;
    at[1] = 4;
    packet_ipv4(p, 51);
    packet_ethernet(p, TYPE_IPV4);
}

/* Every extension header, one behind the other, and a datagram in one piece with a fragment header. */
static void ipv6_extensions(struct packet *p)
{
    packet_udp(p);
    packet_extension(p, PROTOCOL_UDP, 1); /* destination options */
    packet_extension(p, 60, 0);           /* mobility */
    uint8_t *at = packet_front(p, 24);    /* authentication */
    at[0] = 135;
    at[1] = 4;
    packet_front(p, 8)[0] = 51; /* fragment */
    packet_extension(p, 44, 4); /* routing */
    packet_extension(p, 43, 2); /* destination options */
    packet_extension(p, 60, 0); /* hop-by-hop */
    packet_ipv6(p, 0);
    packet_ethernet(p, TYPE_IPV6);
}

#define WAY(name, link, family, vlan)                                                                        \
    {                                                                                                        \
#name, name, link, family, vlan                                                                      \
    }

const struct way WAYS[] = {
    WAY(ethernet_ipv4, 1, 4, 0),
    WAY(ethernet_ipv6, 1, 6, 0),
    WAY(ethernet_snap, 1, 4, 0),
    WAY(vlan, 1, 4, 42),
    WAY(vlan_snap, 1, 4, 42),
    WAY(priority_tag, 1, 6, 42),
    WAY(provider_vlan, 1, 6, 42),
    WAY(old_qinq, 1, 4, 42),
    WAY(mpls_ipv4, 1, 4, 0),
    WAY(mpls_ipv6, 1, 6, 0),
    WAY(mpls_pseudowire, 1, 4, 0),
    WAY(mpls_in_ip, 1, 4, 0),
    WAY(pppoe_ipv4, 1, 4, 0),
    WAY(pppoe_ipv6, 1, 6, 42),
    WAY(pppoe_link, 51, 4, 0),
    WAY(ppp_ipv4, 9, 4, 0),
    WAY(ppp_compressed, 9, 6, 0),
    WAY(ppp_framed, 50, 6, 0),
    WAY(ppp_mpls, 9, 4, 0),
    WAY(hdlc_ipv4, 50, 4, 0),
    WAY(hdlc_ipv4, 104, 4, 0),
    WAY(hdlc_multicast, 104, 6, 0),
    WAY(null_little, 0, 4, 0),
    WAY(null_big, 0, 4, 0),
    WAY(null_little_ipv6, 0, 6, 0),
    WAY(null_big, 108, 4, 0),
    WAY(null_big_ipv6, 108, 6, 0),
    WAY(around_ipv4, 12, 4, 0),
    WAY(around_ipv4, 101, 4, 0),
    WAY(around_ipv6, 101, 6, 0),
    WAY(around_ipv4, 228, 4, 0),
    WAY(around_ipv6, 229, 6, 0),
    WAY(sll, 113, 4, 0),
    WAY(sll_vlan, 113, 6, 42),
    WAY(sll_snap, 113, 4, 0),
    WAY(sll2, 276, 4, 0),
    WAY(ip_in_ip, 1, 4, 0),
    WAY(six_in_four, 1, 6, 0),
    WAY(four_in_six, 1, 4, 0),
    WAY(gre_bare, 1, 4, 0),
    WAY(gre_full, 1, 6, 0),
    WAY(gre_routing, 1, 4, 0),
    WAY(gre_mpls, 1, 4, 0),
    WAY(gre_pptp, 1, 6, 0),
    WAY(erspan_1, 1, 4, 0),
    WAY(erspan_2, 1, 4, 0),
    WAY(erspan_3, 1, 4, 0),
    WAY(erspan_3_more, 1, 4, 0),
    WAY(vxlan, 1, 6, 0),
    WAY(geneve_ethernet, 1, 4, 0),
    WAY(ipv4_options, 1, 4, 0),
    WAY(ipv4_authentication, 1, 4, 0),
    WAY(ipv6_extensions, 1, 6, 0),
};

const size_t WAY_COUNT = sizeof WAYS / sizeof WAYS[0];
