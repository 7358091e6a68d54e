/* SPDX-License-Identifier: MIT */
/* Why reading an input ended early: half a sentence that goes behind "read 17 packets, then". */
#ifndef CAPTURE_TROUBLE_H
#define CAPTURE_TROUBLE_H

#define TROUBLE_LINE 512 /* room for a whole line on what is wrong */

enum trouble_kind {
    TROUBLE_NONE,
    TROUBLE_CUT,     /* octets are missing at the end */
    TROUBLE_DAMAGED, /* octets are wrong, or cannot be read */
    TROUBLE_GONE,    /* an interface or a socket gives nothing any more */
};

struct trouble {
    enum trouble_kind kind;
    char text[240];
};

void trouble_set(struct trouble *trouble, enum trouble_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
