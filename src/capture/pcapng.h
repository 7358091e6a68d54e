/* SPDX-License-Identifier: MIT */
/*
 * pcapng files. Read here and not by libpcap, which refuses interfaces whose link types or snapshot lengths
 * differ. Sections in either byte order; what is no packet and no interface is skipped by its length.
 */
#ifndef CAPTURE_PCAPNG_H
#define CAPTURE_PCAPNG_H

#include "capture/reader.h"

extern const struct reader_ops pcapng_reader;

#endif
