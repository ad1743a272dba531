/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The byte sequences of keys: those of the terminal's terminfo entry, then those of the usual
 * terminals, for TERM often says something older than what is there. */

#include <stdbool.h>
#include <stddef.h>

#define SEQUENCES_MAX 96

struct sequences {
    struct sequence {
        char bytes[12]; /* begins with Esc */
        int key;        /* KEY_* of curses */
    } items[SEQUENCES_MAX];
    size_t n;
};

/* Call when terminfo is loaded. */
void sequences_learn(struct sequences *s);

/* The key that these bytes are, as KEY_* of curses; 0 when it is none. */
int sequences_find(const struct sequences *s, const char *bytes, size_t len);

/* Do these bytes begin a longer sequence? */
bool sequences_has_begun(const struct sequences *s, const char *bytes, size_t len);
