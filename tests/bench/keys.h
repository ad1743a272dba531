/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Keys pressed one after another on a program's terminal, each when the one before is answered. */

#include <stddef.h>

#include "tests/harness/term.h"

#define KEYS_MAX 1000

struct keys_figures {
    double first_byte_s; /* median, from the key to the first byte of its answer */
    double bytes;        /* a key, on average */
    double cpu_s;        /* a key, on average: the program's own time */
    size_t unanswered;   /* keys that brought no byte within a second */
};

/* Press `n` keys, down and up in turn; n <= KEYS_MAX. */
struct keys_figures keys_press(struct term *t, const char *down, const char *up, size_t n);
