/* SPDX-License-Identifier: MIT */
#include "base/slice.h"

#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHORT UINT64_C(500000) /* ns; the usual slice is some 3 ms */
#define LONG  UINT64_C(20000000)

/* As sched_setattr(2) has it; the C library does not know it everywhere. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t slice, deadline, period;
};

/* All else stays as it is. A failure is none: then slices are the usual ones. */
static void set(uint64_t slice)
{
#ifdef SYS_sched_setattr
    struct attributes own = { .size = sizeof own };
    if (syscall(SYS_sched_getattr, 0, &own, sizeof own, 0) != 0 || own.policy != SCHED_OTHER)
        return;
    own.slice = slice;
    (void)syscall(SYS_sched_setattr, 0, &own, 0);
#else
    (void)slice;
#endif
}

void slice_short(void)
{
    set(SHORT);
}

void slice_long(void)
{
    set(LONG);
}
