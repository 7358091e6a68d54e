/* SPDX-License-Identifier: MIT */
/* IPFIX files (RFC 5655): messages of IPFIX one behind the other. A frame is a message, FRAME_MESSAGE. */
#ifndef CAPTURE_MESSAGES_H
#define CAPTURE_MESSAGES_H

#include "capture/reader.h"

extern const struct reader_ops messages_reader;

#endif
