/* SPDX-License-Identifier: MIT */
/* Inputs that are network interfaces, through libpcap; and which there are. */
#ifndef CAPTURE_DEVICE_H
#define CAPTURE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/input.h"

#define DEVICE_SNAPLEN 262144 /* libpcap's most, and its usual one */

struct device_config {
    const char *name; /* of the interface, or its number in the list */
    bool no_promiscuous;
    uint32_t snaplen;      /* 0: DEVICE_SNAPLEN */
    size_t buffer;         /* octets that the kernel is to hold */
    const char *link_type; /* as libpcap calls it, "EN10MB"; NULL: the interface's first */
    const char *filter;    /* BPF, applied in the kernel; NULL: none */
};

enum device_fault {
    DEVICE_FINE,
    DEVICE_UNKNOWN,   /* no interface of this name or number */
    DEVICE_FORBIDDEN, /* we may not capture */
    DEVICE_LINK_TYPE, /* the interface has no such link type */
    DEVICE_FILTER,    /* the filter is wrong for this interface's link type */
    DEVICE_FAILED,
};

/* Captures from now on. Otherwise one line in `error`; input_release() either way. */
enum device_fault device_open(struct input *input, const struct device_config *config,
                              char error[TROUBLE_LINE]);

/* Calls tell(user, number from 1, name, description or "", state) for each interface; false and a line in `error`. */
bool device_list(void (*tell)(void *user, unsigned number, const char *name, const char *description,
                              const char *state),
                 void *user, char error[TROUBLE_LINE]);

/* Calls tell(user, name, description) for the link types that an interface can give. */
enum device_fault device_link_types(const struct device_config *config,
                                    void (*tell)(void *user, const char *name, const char *description),
                                    void *user, char error[TROUBLE_LINE]);

#endif
