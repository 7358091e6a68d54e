/* SPDX-License-Identifier: MIT */
/* Link types: the numbers in files (LINKTYPE_) and those of this system's libpcap (DLT_) are mostly equal. */
#ifndef CAPTURE_LINK_H
#define CAPTURE_LINK_H

#include <stdint.h>

uint16_t link_from_dlt(int dlt);
int link_to_dlt(uint16_t link);

#endif
