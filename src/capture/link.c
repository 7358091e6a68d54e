/* SPDX-License-Identifier: MIT */
#include "capture/link.h"

#include <stddef.h>

#include <pcap.h>

struct pair {
    uint16_t link;
    int dlt;
};

/* Raw IP is 12 on most systems and 14 on OpenBSD; files of both, with the system's number, are about. */
static const struct pair differing[] = {
    { 100, DLT_ATM_RFC1483 }, { 101, DLT_RAW },       { 101, 12 },           { 101, 14 },
    { 102, DLT_SLIP_BSDOS },  { 103, DLT_PPP_BSDOS }, { 106, DLT_ATM_CLIP }, { 246, DLT_PFSYNC },
};

#define DIFFERING (sizeof differing / sizeof differing[0])

uint16_t link_from_dlt(int dlt)
{
    for (size_t i = 0; i < DIFFERING; i++)
        if (differing[i].dlt == dlt)
            return differing[i].link;
    return (uint16_t)dlt;
}

int link_to_dlt(uint16_t link)
{
    for (size_t i = 0; i < DIFFERING; i++)
        if (differing[i].link == link)
            return differing[i].dlt;
    return link;
}
