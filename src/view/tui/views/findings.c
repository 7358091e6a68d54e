/* SPDX-License-Identifier: MIT */
#include "view/tui/views/findings.h"

#include <inttypes.h>
#include <string.h>

#define INDENT 4 /* columns in front of a sentence */

void findings_of(struct findings *findings, const struct health *health, size_t first, size_t count)
{
    findings->health = health;
    findings->first = first;
    findings->count = health ? count : 0;
    if (findings->cursor >= findings->count)
        findings->cursor = findings->count ? findings->count - 1 : 0;
}

static const struct health_finding *finding_at(const struct findings *findings, size_t index)
{
    return health_at(findings->health, findings->first + index);
}

const struct health_finding *findings_current(const struct findings *findings)
{
    return findings->cursor < findings->count ? finding_at(findings, findings->cursor) : NULL;
}

/* --- lines --- */

/* Octets of the next line of text that is at most `width` columns wide; all of it is ASCII but for what escapes. */
static size_t line_length(const struct cells *cells, const char *text, int width)
{
    size_t length = strlen(text), last = 0;
    char line[512];
    if (cells_width(cells, text) <= width)
        return length;
    for (size_t i = 0; i < length && i < sizeof line; i++) {
        if (text[i] != ' ' ||
            (i >= 5 && (!memcmp(text + i - 3, "→", 3) || !memcmp(text + i - 5, "frame", 5))))
            continue; /* what leads to a packet stays together */
        memcpy(line, text, i);
        line[i] = '\0';
        if (cells_width(cells, line) > width)
            break;
        last = i;
    }
    return last ? last : (size_t)width < length ? (size_t)width : length;
}

/* Draws text over as many lines as it takes from `y` on; those outside the area are only counted. */
static int put_lines(struct cells *cells, struct area area, int y, enum role role, const char *text)
{
    int lines = 0, width = area.width - INDENT > 8 ? area.width - INDENT : 8;
    while (*text) {
        size_t n = line_length(cells, text, width);
        if (y + lines >= 0 && y + lines < area.height)
            cells_put_n(cells, area, y + lines, INDENT, role, text, n);
        lines++;
        text += n;
        while (*text == ' ')
            text++;
    }
    return lines;
}

static enum role role_of(enum health_severity severity)
{
    return severity >= HEALTH_WARNING ? ROLE_PROBLEM : severity == HEALTH_OK ? ROLE_GOOD : ROLE_NORMAL;
}

/* Draws a finding from line `y` on; returns the lines it takes. */
static int draw_finding(const struct findings *findings, struct cells *cells, struct area area, int y,
                        size_t index)
{
    const struct health_finding *f = finding_at(findings, index);
    enum health_severity severity = health_severity_of(f->code);
    bool current = findings->focus && index == findings->cursor;
    struct strbuf text = { 0 };
    strbuf_text(&text, "");
    health_sentence(f, &text);
    if (f->packet)
        strbuf_format(&text, " → frame %" PRIu64, ledger_frame(f->packet));
    int lines = put_lines(cells, area, y, current ? ROLE_CURSOR : role_of(severity), text.data);
    if (y >= 0 && y < area.height) {
        cells_put(cells, area, y, 0, current ? ROLE_CURSOR : ROLE_NORMAL, current ? ">" : " ");
        cells_put(cells, area, y, 2, role_of(severity),
                  severity >= HEALTH_WARNING ? "!"
                  : severity == HEALTH_OK    ? "+"
                                             : "·");
    }
    if (current && *health_advice(f->code))
        lines += put_lines(cells, area, y + lines, ROLE_DIM, health_advice(f->code));
    strbuf_release(&text);
    return lines;
}

/* Lines that the first `count` findings take: drawn outside of everything. */
static int lines_of(const struct findings *findings, struct cells *cells, struct area area, size_t count)
{
    struct area nowhere = { .top = area.top, .left = area.left, .height = 0, .width = area.width };
    int lines = 0;
    for (size_t i = 0; i < count; i++)
        lines += draw_finding(findings, cells, nowhere, lines, i);
    return lines;
}

void findings_draw(struct findings *findings, struct cells *cells, struct area area)
{
    findings->area = area;
    if (findings->count == 0)
        return;
    int begin = lines_of(findings, cells, area, findings->cursor);
    int end = lines_of(findings, cells, area, findings->cursor + 1);
    int all = lines_of(findings, cells, area, findings->count), y;
    if (!findings->focus)
        findings->top = 0;
    if (findings->top > begin)
        findings->top = begin;
    if (end > findings->top + area.height)
        findings->top = end - area.height;
    if (findings->top > all - area.height)
        findings->top = all > area.height ? all - area.height : 0;
    y = -findings->top;
    for (size_t i = 0; i < findings->count && y < area.height; i++)
        y += draw_finding(findings, cells, area, y, i);
}

/* --- keys --- */

bool findings_act(struct findings *findings, enum request request, const struct event *event)
{
    size_t last = findings->count ? findings->count - 1 : 0, by = 1;
    size_t page = findings->area.height > 2 ? (size_t)findings->area.height / 2 : 1;
    if (event && event->count > 0 && event->count < findings->count)
        by = (size_t)event->count;
    switch (request) {
    case REQUEST_PAGE_UP:
    case REQUEST_HALF_UP:
        by = page;
        /* fallthrough */
    case REQUEST_UP:
        findings->cursor = findings->cursor > by ? findings->cursor - by : 0;
        return true;
    case REQUEST_PAGE_DOWN:
    case REQUEST_HALF_DOWN:
        by = page;
        /* fallthrough */
    case REQUEST_DOWN:
        findings->cursor = by < last - findings->cursor ? findings->cursor + by : last;
        return true;
    case REQUEST_FIRST:
        findings->cursor = 0;
        return true;
    case REQUEST_LAST:
        findings->cursor = last;
        return true;
    default:
        return false;
    }
}

bool findings_mouse(struct findings *findings, const struct event *event)
{
    int y = event->row - findings->area.top, x = event->column - findings->area.left;
    struct cells cells = { .height = 0 };
    if (y < 0 || y >= findings->area.height || x < 0 || x >= findings->area.width)
        return false;
    if (event->kind == EVENT_WHEEL)
        return findings_act(findings, event->delta < 0 ? REQUEST_UP : REQUEST_DOWN, NULL);
    for (size_t i = 0; i < findings->count; i++) {
        if (y + findings->top >= lines_of(findings, &cells, findings->area, i + 1))
            continue;
        findings->cursor = i;
        return true;
    }
    return true;
}

bool findings_problem(struct findings *findings, bool forward)
{
    for (size_t i = findings->cursor; forward ? ++i < findings->count : i-- > 0;) {
        if (health_severity_of(finding_at(findings, i)->code) < HEALTH_WARNING)
            continue;
        findings->cursor = i;
        return true;
    }
    return false;
}
