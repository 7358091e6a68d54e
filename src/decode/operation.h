/* SPDX-License-Identifier: MIT */
/* What is done with a field to fill a column. */
#ifndef DECODE_OPERATION_H
#define DECODE_OPERATION_H

enum plan_operation {
    /* By load.c: as many as follow each other are run as one. */
    PLAN_NUMBER, /* as it is; an IPv4 address, too */
    PLAN_UPTIME, /* ms since system start, base from the header */
    PLAN_SECONDS,
    PLAN_MILLISECONDS,
    PLAN_DELTA, /* microseconds before the export time */
    PLAN_LAST_ALIKE = PLAN_DELTA,
    /* By themselves. */
    PLAN_IP6,
    PLAN_IP4_IF_NONE, /* where the address that stands first in the record is all zero */
    PLAN_IP6_IF_NONE,
    PLAN_INIT_UPTIME, /* as UPTIME in IPFIX, base from systemInitTimeMilliseconds */
    PLAN_NTP_MICRO,   /* 32.32 fixed point since 1900 */
    PLAN_NTP_NANO,
    PLAN_DURATION_MS, /* added to the start, or taken from the end, already in the other column */
    PLAN_DURATION_US,
    PLAN_ICMP_TYPE, /* the upper octet of the column */
    PLAN_ICMP_CODE, /* the lower one */
    PLAN_DSCP,      /* the upper six bits of the column */
    PLAN_CONSTANT,  /* `offset` itself */
    PLAN_OPERATIONS
};

#endif
