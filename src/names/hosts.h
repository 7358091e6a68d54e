/* SPDX-License-Identifier: MIT */
/*
 * What is known about hosts: an open hash by address with the names in an arena, filled from hosts files and
 * from answers. The first name an address gets stays. Names are hostile input and kept clean: at most
 * HOSTS_NAME octets of [A-Za-z0-9._-], every other octet as \xNN.
 *
 * Owner of everything is the struct; names are valid until hosts_free().
 */
#ifndef NAMES_HOSTS_H
#define NAMES_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

#define HOSTS_NAME 255 /* octets of a name, as given and as kept (RFC 1035, section 2.3.4) */

enum hosts_state {
    HOSTS_ABSENT, /* nothing known */
    HOSTS_ASKED,  /* a look-up is under way */
    HOSTS_NONE,   /* the look-up gave no name */
    HOSTS_NAMED,
};

struct hosts;

struct hosts *hosts_new(size_t max_entries);
void hosts_free(struct hosts *hosts);

/* Reads a file in the form of hosts(5), broken lines skipped; false with errno set where it cannot be read.
 */
bool hosts_load(struct hosts *hosts, const char *path);

/* State of an address; *name is its name where HOSTS_NAMED, else NULL. */
enum hosts_state hosts_find(const struct hosts *hosts, const struct addr *address, const char **name);

/* Enters an address as HOSTS_ASKED; false where it is there already or the cache is full. */
bool hosts_ask(struct hosts *hosts, const struct addr *address);

/* Names an address that has no name yet; an empty or too long name leaves it without (HOSTS_NONE). false
 * where nothing was changed: it has a name, or the cache is full. */
bool hosts_answer(struct hosts *hosts, const struct addr *address, const char *name, size_t length);

/* Every address of that name, whatever its case. */
void hosts_each(const struct hosts *hosts, const char *name,
                void (*take)(void *user, const struct addr *address), void *user);

size_t hosts_count(const struct hosts *hosts);

#endif
