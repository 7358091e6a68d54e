/* SPDX-License-Identifier: MIT */
/* The value of -z: a report, and its keys with commas between them. */
#ifndef COMMAND_REPORTS_H
#define COMMAND_REPORTS_H

#include <stdbool.h>

#include "command/complaint.h"
#include "command/take.h"
#include "view/batch/report.h"

/* "talkers,unit=packets,top=20". False: the complaint says what is wrong, with a caret under it. */
bool report_take(enum batch_report *report, struct report_options *options, const struct place *place,
                 struct complaint *complaint);

const char *report_word(enum batch_report report);

#endif
