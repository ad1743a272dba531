/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a process uses, from /proc. A program that closes its /proc to its own user (pupitre and its
 * desk hold secrets) is read by root only: then everything is 0 and usage_memory is false. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct usage_memory {
    double private_b; /* Private_Clean + Private_Dirty (+ hugetlb) of smaps_rollup */
    double rss_b;
    double pss_b;
    double anonymous_b; /* of its own making: no file behind it, so nobody else changes it */
};

bool usage_memory(pid_t pid, struct usage_memory *ret);

/* Bytes that it has caused to be written to a disk. */
double usage_written_b(pid_t pid);

/* Processor time of all its threads since its start, in seconds, to the nanosecond. */
double usage_cpu_s(pid_t pid);
