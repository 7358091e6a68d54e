/* SPDX-License-Identifier: MIT */
/* Everything of the decoder library at once, for programs that use it. */
#ifndef NFDEC_NFDEC_H
#define NFDEC_NFDEC_H

#include "nfdec/announced.h"
#include "nfdec/columns.h"
#include "nfdec/decoder.h"
#include "nfdec/diagnostic.h"
#include "nfdec/element.h"
#include "nfdec/record.h"
#include "nfdec/status.h"
#include "nfdec/template.h"

#endif
