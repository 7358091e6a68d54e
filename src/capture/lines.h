/* SPDX-License-Identifier: MIT */
/* Archives of decoded packets (session/archive/): lines of JSON, usually gzipped. A frame is a line, FRAME_LINE. */
#ifndef CAPTURE_LINES_H
#define CAPTURE_LINES_H

#include "capture/reader.h"

extern const struct reader_ops lines_reader;

#endif
