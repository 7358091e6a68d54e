/* SPDX-License-Identifier: MIT */
#include "flow/survey.h"

#include "base/vectors.h"

/* Sets are short: four rows at a time, of the last four those behind the end standing for the first row, or for 0. */
#define LANES 4u

typedef uint64_t lanes __attribute__((vector_size(LANES * sizeof(uint64_t))));
typedef int64_t signed_lanes __attribute__((vector_size(LANES * sizeof(int64_t))));

_Static_assert(NFDEC_GAP >= LANES - 1, "there are values behind the last row to be read and not used");

/* Macros, as a function would take vectors that not every processor has. */
typedef lanes loose_lanes __attribute__((aligned(8), may_alias));
#define LOAD(values) (*(const loose_lanes *)(values))

/* The sign bit is set where a value is not from `low` to `high`, which are less than 2^63 apart. */
#define BEYOND(value, low, high) (((value) - (low)) | ((high) - (value)))

/* Per lane, where `mask` is set `a`, else `b`. */
#define CHOOSE(mask, a, b) (((mask) & (a)) | (~(mask) & (b)))

static WIDE_VECTORS void survey_columns(struct survey *survey, const uint64_t *const column[4],
                                        uint32_t count, const struct survey_usual *usual)
{
    const uint64_t *start = column[0], *end = column[1], *bytes = column[2], *packets = column[3];
    const lanes number = { 0, 1, 2, 3 };
    lanes odd = { 0 }, all_bytes = { 0 }, all_packets = { 0 }, ends = { 0 };
    const lanes start_0 = start[0] - odd, end_0 = end[0] - odd;
    signed_lanes first = (signed_lanes)end_0, last = (signed_lanes)end_0;
    for (uint32_t i = 0; i < count; i += LANES) {
        lanes mask = (lanes)(number < (uint64_t)(count - i));
        lanes s = CHOOSE(mask, LOAD(start + i), start_0), e = CHOOSE(mask, LOAD(end + i), end_0);
        odd |= BEYOND(s, (uint64_t)usual->lowest, (uint64_t)usual->highest) |
               BEYOND(e - s, (uint64_t)0, (uint64_t)usual->longest) | ((uint64_t)usual->highest - e);
        signed_lanes at = (signed_lanes)e;
        first = CHOOSE(at < first, at, first);
        last = CHOOSE(at > last, at, last);
        ends += e & mask;
        all_bytes += LOAD(bytes + i) & mask;
        all_packets += LOAD(packets + i) & mask;
    }
    *survey = (struct survey) { .first_end = first[0], .last_end = last[0] };
    for (unsigned i = 0; i < LANES; i++) {
        survey->bytes += all_bytes[i];
        survey->packets += all_packets[i];
        survey->ends += ends[i];
        survey->first_end = first[i] < survey->first_end ? first[i] : survey->first_end;
        survey->last_end = last[i] > survey->last_end ? last[i] : survey->last_end;
        survey->odd |= odd[i] >> 63;
    }
}

static uint64_t sum_of(const struct nfdec_columns *columns, enum nfdec_column column, uint32_t from,
                       uint32_t to)
{
    uint64_t sum = 0;
    if (columns->used >> column & 1)
        for (uint32_t i = from; i < to; i++)
            sum += columns->column[column][i];
    return sum;
}

static const uint64_t *values_of(const struct nfdec_columns *columns, enum nfdec_column column, uint32_t from)
{
    static const uint64_t none[NFDEC_ROWS + NFDEC_GAP];
    return columns->used >> column & 1 ? columns->column[column] + from : none;
}

void survey_rows(struct survey *survey, const struct nfdec_columns *columns, uint32_t from, uint32_t to,
                 const struct survey_usual *usual)
{
    const uint64_t *const column[] = { columns->column[NFDEC_COL_START] + from,
                                       columns->column[NFDEC_COL_END] + from,
                                       values_of(columns, NFDEC_COL_BYTES, from),
                                       values_of(columns, NFDEC_COL_PACKETS, from) };
    survey_columns(survey, column, to - from, usual);
    if (columns->used & (NFDEC_BIT(REVERSE_BYTES) | NFDEC_BIT(REVERSE_PACKETS))) {
        survey->bytes += sum_of(columns, NFDEC_COL_REVERSE_BYTES, from, to);
        survey->packets += sum_of(columns, NFDEC_COL_REVERSE_PACKETS, from, to);
    }
}
