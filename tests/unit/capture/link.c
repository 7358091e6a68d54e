/* SPDX-License-Identifier: MIT */
#include "capture/link.h"

#include <criterion/criterion.h>
#include <pcap.h>

Test(link, numbers_in_files_are_not_always_libpcaps)
{
    cr_expect_eq(link_from_dlt(DLT_RAW), 101);
    cr_expect_eq(link_from_dlt(DLT_EN10MB), 1);
    cr_expect_eq(link_from_dlt(DLT_LINUX_SLL2), 276);
    cr_expect_eq(link_to_dlt(101), DLT_RAW);
    cr_expect_eq(link_to_dlt(103), DLT_PPP_BSDOS);
    cr_expect_eq(link_to_dlt(228), DLT_IPV4);
    for (int dlt = DLT_LINUX_SLL; dlt < DLT_JUNIPER_VS; dlt++)
        cr_expect_eq(link_to_dlt(link_from_dlt(dlt)), dlt, "DLT %d", dlt);
}
