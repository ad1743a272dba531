/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A table of fixed size for what is remembered of strangers: names, addresses, tokens. It is direct
 * mapped with four ways, so that looking up and forgetting cost the same whatever somebody sends,
 * and keys are kept as keyed hashes only. Where all four are taken the one that was used longest
 * ago is forgotten, one that is worth keeping last of all. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELLS_WAYS 4

struct cell {
    uint8_t hash[16];
    bool is_taken;
    bool is_worth;   /* known to be somebody of ours */
    int64_t used_ms; /* monotonic, of the last cells_take */
    int64_t at_ms;   /* the owner's */
    int64_t value;   /* the owner's */
};

struct cells;

/* n: a multiple of CELLS_WAYS. NULL: out of memory. sodium_init must have been called. */
struct cells *cells_new(size_t n);
struct cells *cells_free(struct cells *c);

/* What is remembered of this kind and these texts (either may be ""); NULL = nothing. */
struct cell *cells_find(struct cells *c, char kind, const char *a, const char *b);
/* The same, and a fresh one (at_ms = now_ms, value = 0) where there was none. Valid until the next
 * call. */
struct cell *cells_take(struct cells *c, char kind, const char *a, const char *b, int64_t now_ms);
