/* SPDX-License-Identifier: MIT */
/* The pcap files that are about: version 2.4 in both byte orders, micro- and nanoseconds. */
#ifndef CAPTURE_CLASSIC_H
#define CAPTURE_CLASSIC_H

#include "capture/reader.h"

extern const struct reader_ops classic_reader;

#endif
