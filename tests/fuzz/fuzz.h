/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What every fuzz target has: one function that takes any bytes and must come back from them.
 *
 * With -Dfuzz=true (clang) libFuzzer calls it; in every other build replay.c calls it with each
 * file of the corpus, so that a finding stays a test. A broken promise aborts. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Unlike assert() it is there in every build. */
#define FUZZ_HOLDS(promise)                                                                        \
    do {                                                                                           \
        if (!(promise)) {                                                                          \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #promise);           \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* One step of a conversation, as the targets with two ends read their input: a line, whose first
 * byte says who does what; the rest is what is said. */
struct fuzz_step {
    char what; /* 0 = the input is at its end */
    const char *text;
    size_t len;
};

/* Take the next step from *data; its text is borrowed. */
static inline struct fuzz_step fuzz_next(const uint8_t **data, size_t *len)
{
    const char *line = (const char *)*data;
    size_t n = 0;
    while (n < *len && line[n] != '\n')
        n++;
    const size_t used = n < *len ? n + 1 : n;
    *data += used;
    *len -= used;
    if (n == 0)
        return (struct fuzz_step){.what = used ? ' ' : '\0'};
    return (struct fuzz_step){.what = line[0] ? line[0] : ' ', .text = line + 1, .len = n - 1};
}
