/* SPDX-License-Identifier: MIT */
#include "base/now.h"

#include <time.h>

int64_t now_monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int64_t now_milliseconds(void)
{
    return now_monotonic() / 1000000;
}
