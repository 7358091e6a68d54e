/* SPDX-License-Identifier: MIT */
/*
 * For functions that are loops over whole columns: compiled twice, and the wider one is taken where the processor has
 * such vectors. Not under sanitizers, which are not ready yet when the loader asks which one to take.
 */
#ifndef BASE_VECTORS_H
#define BASE_VECTORS_H

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define VECTORS_SANITIZED
#endif
#elif defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define VECTORS_SANITIZED
#endif

#if defined __x86_64__ && defined __GLIBC__ && defined __has_attribute && !defined VECTORS_SANITIZED
#if __has_attribute(target_clones)
#define WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#endif
#endif

#ifndef WIDE_VECTORS
#define WIDE_VECTORS
#endif

#endif
