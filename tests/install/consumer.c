/* SPDX-License-Identifier: MIT */
/*
 * A program on the installed libnfdec: makes a NetFlow v5 message of one record and prints its fields with the
 * loop that decoder.h shows (usage.inc is that comment, taken out by check.sh).
 */
#include <nfdec/nfdec.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { HEADER = 24, RECORD = 48 };

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static void make_message(uint8_t octets[HEADER + RECORD])
{
    uint8_t *record = octets + HEADER;
    memset(octets, 0, HEADER + RECORD);
    put16(octets, 5);
    put16(octets + 2, 1);                /* records */
    put32(octets + 4, 60000);            /* uptime, ms */
    put32(octets + 8, 1700000000);       /* clock, s */
    put32(record, UINT32_C(0x0a000001)); /* 10.0.0.1 to 10.0.0.2 */
    put32(record + 4, UINT32_C(0x0a000002));
    put32(record + 16, 7);     /* packets */
    put32(record + 20, 4200);  /* octets */
    put32(record + 24, 50000); /* first and last, ms of uptime */
    put32(record + 28, 59000);
    put16(record + 32, 40000); /* ports */
    put16(record + 34, 443);
    record[38] = 6; /* TCP */
}

int main(void)
{
    uint8_t octets[HEADER + RECORD];
    size_t n = sizeof octets;
    make_message(octets);
#include "usage.inc"
    return 0;
}
