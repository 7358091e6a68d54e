/* SPDX-License-Identifier: MIT */
/* Numbers, times and addresses in the few columns that a list has for them; added to a strbuf. */
#ifndef VIEW_TUI_SCREEN_AMOUNT_H
#define VIEW_TUI_SCREEN_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/strbuf.h"
#include "view/tui/screen/app.h"

/* "98.9k", "1.2M" (SI, by 1000), "96.6Ki" (IEC, by 1024), or all digits in groups "98 913". */
void amount_octets(struct strbuf *out, uint64_t octets, enum unit_form form);

/* All digits in groups of three: "4 800 012". */
void amount_exact(struct strbuf *out, uint64_t number);

/* "22:12:26", with `wide` "22:12:26.177"; relative ones are seconds since `base`: "12.345". */
void amount_time(struct strbuf *out, int64_t ns, int64_t base, enum time_form form, bool wide);

/* The same in a row of a list, where times may count from the row before; `before` NULL: it is the first, or has none. */
void amount_row_time(struct strbuf *out, int64_t ns, const int64_t *before, const struct app *app, bool wide);

/* Whether times in rows are numbers of seconds. */
bool amount_time_is_number(const struct app *app);

/* What amount_time() leaves out: "2026-11-20 UTC", the day and zone of local time, or what seconds count from. */
void amount_day(struct strbuf *out, int64_t ns, enum time_form form);

/* Seconds, "0.009", "53.8", "2h03" from an hour on; with `wide` to the millisecond, "2:03:09". */
void amount_duration(struct strbuf *out, int64_t ns, bool wide);

/* As format_protocol(), but short: "icmp6". */
void amount_protocol(struct strbuf *out, uint8_t protocol);

/* "10.0.0.1:53", "2001:db8::1.53": as tcpdump writes IPv6. Without `port` the address alone. */
void amount_endpoint(struct strbuf *out, const struct addr *address, bool port, uint16_t number);

#endif
