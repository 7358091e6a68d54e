/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/amount.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "view/format.h"

void amount_exact(struct strbuf *out, uint64_t number)
{
    char digits[DIGITS_UNSIGNED];
    size_t n = digits_unsigned(number, digits);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            strbuf_char(out, ' ');
        strbuf_char(out, digits[i]);
    }
}

void amount_octets(struct strbuf *out, uint64_t octets, enum unit_form form)
{
    static const char *const si[] = { "", "k", "M", "G", "T", "P", "E" };
    static const char *const iec[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" };
    double base = form == UNIT_FORM_IEC ? 1024 : 1000, value = (double)octets;
    unsigned power = 0;
    if (form == UNIT_FORM_EXACT || value < base) {
        amount_exact(out, octets);
        return;
    }
    /* 999.6 would be shown as 1000 */
    while (value >= base - 0.5 && power < 6) {
        value /= base;
        power++;
    }
    strbuf_format(out, value < 99.95 ? "%.1f%s" : "%.0f%s", value,
                  form == UNIT_FORM_IEC ? iec[power] : si[power]);
}

static void clock_time(struct strbuf *out, int64_t ns, bool local, bool wide)
{
    struct time_parts parts = time_parts(ns);
    if (local) {
        time_t seconds = (time_t)(ns / TIME_SECOND - (ns % TIME_SECOND < 0));
        struct tm tm;
        if (localtime_r(&seconds, &tm)) {
            parts.hour = (unsigned)tm.tm_hour;
            parts.minute = (unsigned)tm.tm_min;
            parts.second = (unsigned)tm.tm_sec;
        }
    }
    strbuf_format(out, "%02u:%02u:%02u", parts.hour, parts.minute, parts.second);
    if (wide)
        strbuf_format(out, ".%03u", parts.nanosecond / 1000000);
}

/* Seconds with a sign; what 64 bits cannot hold is the most they can. */
static void seconds_between(struct strbuf *out, int64_t from, int64_t to, bool wide)
{
    bool negative = to < from;
    uint64_t ns = negative ? (uint64_t)from - (uint64_t)to : (uint64_t)to - (uint64_t)from;
    strbuf_format(out, wide ? "%s%" PRIu64 ".%03u" : "%s%" PRIu64 ".%01u", negative ? "-" : "",
                  ns / TIME_SECOND, (unsigned)(ns % TIME_SECOND / (wide ? 1000000 : 100000000)));
}

void amount_time(struct strbuf *out, int64_t ns, int64_t base, enum time_form form, bool wide)
{
    if (form == TIME_FORM_RELATIVE)
        seconds_between(out, base, ns, wide);
    else
        clock_time(out, ns, form == TIME_FORM_LOCAL, wide);
}

bool amount_time_is_number(const struct app *app)
{
    return app_forms(app)->time == TIME_FORM_RELATIVE || app_forms(app)->time == TIME_FORM_DELTA;
}

void amount_row_time(struct strbuf *out, int64_t ns, const int64_t *before, const struct app *app, bool wide)
{
    enum time_form form = app_forms(app)->time;
    if (form == TIME_FORM_DELTA)
        seconds_between(out, before ? *before : ns, ns, true);
    else
        amount_time(out, ns, app_zero(app), form, wide);
}

void amount_day(struct strbuf *out, int64_t ns, enum time_form form)
{
    time_t seconds = (time_t)(ns / TIME_SECOND - (ns % TIME_SECOND < 0));
    char text[TIME_TEXT];
    struct tm tm;
    if (form == TIME_FORM_RELATIVE || form == TIME_FORM_DELTA) {
        strbuf_text(out, form == TIME_FORM_DELTA ? "s since the row before" : "s since the first packet");
    } else if (form == TIME_FORM_LOCAL && localtime_r(&seconds, &tm) &&
               strftime(text, sizeof text, "%Y-%m-%d %Z", &tm) > 0) {
        strbuf_clean(out, text, strlen(text));
    } else {
        time_text(ns, 0, text);
        strbuf_format(out, "%.*s UTC", (int)strcspn(text, "T"), text);
    }
}

void amount_duration(struct strbuf *out, int64_t ns, bool wide)
{
    if (ns < 0)
        strbuf_char(out, '-');
    uint64_t length = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns, seconds = length / TIME_SECOND;
    unsigned rest = (unsigned)(length % TIME_SECOND / 1000000);
    if (ns == 0)
        strbuf_char(out, '0');
    else if (seconds >= 3600)
        strbuf_format(out, wide ? "%" PRIu64 ":%02u:%02u" : "%" PRIu64 "h%02u", seconds / 3600,
                      (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    else if (wide || seconds < 10)
        strbuf_format(out, "%" PRIu64 ".%03u", seconds, rest);
    else
        strbuf_format(out, "%" PRIu64 ".%u", seconds, rest / 100);
}

void amount_protocol(struct strbuf *out, uint8_t protocol)
{
    if (protocol == 58)
        strbuf_text(out, "icmp6");
    else
        format_protocol(out, protocol);
}

void amount_endpoint(struct strbuf *out, const struct addr *address, bool port, uint16_t number)
{
    char text[ADDR_TEXT];
    if (address->family == 0) {
        strbuf_char(out, '-');
        return;
    }
    addr_text(address, text);
    strbuf_text(out, text);
    if (port)
        strbuf_format(out, "%c%u", address->family == 6 ? '.' : ':', number);
}
