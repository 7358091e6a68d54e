/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/shared_filter.h"

#include <stdlib.h>

struct shared_filter *shared_filter_hold(struct shared_filter *filter)
{
    if (filter)
        filter->holders++;
    return filter;
}

void shared_filter_drop(struct shared_filter *filter)
{
    if (!filter || --filter->holders > 0)
        return;
    filter_free(filter->filter);
    free(filter);
}
