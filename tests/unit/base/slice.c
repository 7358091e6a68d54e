/* SPDX-License-Identifier: MIT */
#include "base/slice.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ns; 0: the system has no slices of threads. */
static uint64_t slice_of_thread(void)
{
    uint64_t attributes[6] = { 0 }; /* struct sched_attr; the slice is its fourth word */
    if (syscall(SYS_sched_getattr, 0, attributes, sizeof attributes, 0) != 0)
        return 0;
    return attributes[3];
}

Test(slice, short_ones_are_shorter_and_long_ones_longer)
{
    uint64_t usual = slice_of_thread();
    slice_short();
    uint64_t brief = slice_of_thread();
    slice_long();
    uint64_t ample = slice_of_thread();
    if (usual == 0 || brief == usual) /* they cannot be chosen here */
        cr_assert(brief == usual && ample == usual);
    else
        cr_assert(brief < usual && usual < ample);
}

Test(slice, what_else_is_known_of_the_thread_stays)
{
    errno = 0;
    cr_assert_eq(setpriority(PRIO_PROCESS, 0, 19), 0);
    slice_long();
    cr_assert_eq(getpriority(PRIO_PROCESS, 0), 19);
    slice_short();
    cr_assert_eq(getpriority(PRIO_PROCESS, 0), 19);
    cr_assert_eq(sched_getscheduler(0), SCHED_OTHER);
}
