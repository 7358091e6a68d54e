/* SPDX-License-Identifier: MIT */
/*
 * Whatever libpcap calls a savefile and classic.h does not read: Kuznetzov's variant, old versions, link types with
 * pseudo headers in the writer's byte order or with very long frames. Knows best what is wrong with a header.
 */
#ifndef CAPTURE_SAVEFILE_H
#define CAPTURE_SAVEFILE_H

#include "capture/reader.h"

extern const struct reader_ops savefile_reader;

#endif
