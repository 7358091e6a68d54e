/* SPDX-License-Identifier: MIT */
/* The built-in table of well-known services (services.def). */
#ifndef NAMES_SERVICES_H
#define NAMES_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Name of a port of a transport protocol (6, 17, 33, 132); NULL where none. */
const char *services_name(uint16_t port, uint8_t protocol);

/* Ports of a service, whatever the protocol: number `index`, 0 ..., until false. Case does not count. */
bool services_port(const char *name, size_t index, uint16_t *port);

#endif
