/* SPDX-License-Identifier: MIT */
/*
 * For loops that are run for every packet and set: a function that the compiler would put into its caller takes registers
 * there, which are saved and restored each time, also when it is not called.
 */
#ifndef BASE_APART_H
#define BASE_APART_H

#define APART __attribute__((noinline))       /* called less often than what is around it */
#define RARE  __attribute__((cold, noinline)) /* hardly ever called */

#endif
