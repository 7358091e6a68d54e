/* SPDX-License-Identifier: MIT */
/* Classic pcap files, read by libpcap: both byte orders, micro- and nanoseconds, Kuznetzov's variant. */
#ifndef CAPTURE_CLASSIC_H
#define CAPTURE_CLASSIC_H

#include "capture/reader.h"

extern const struct reader_ops classic_reader;

#endif
