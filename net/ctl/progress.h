/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One line on a terminal that says how far a long job is; nothing when the standard error is no
 * terminal. It is written over in place, never longer than the terminal is wide, and needs no
 * escape sequences. */

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool on; /* the standard error is a terminal */
    int64_t began_ms;
    int64_t shown_ms; /* 0 = not yet */
    int cols_shown;   /* of the line that stands there now */
};

/* Begin to measure. */
void progress_init(struct progress *p);

/* Show the line again, at most ten times a second. what: "reading", already translated. rows:
 * PROGRESS_NO_ROWS when the job has none. done of total: in any unit, for the percentage and the
 * time left; total 0 = nobody knows. */
#define PROGRESS_NO_ROWS UINT64_MAX
void progress_show(struct progress *p, const char *what, uint64_t rows, uint64_t done,
                   uint64_t total);

/* Take the line away: before anything else is written, and at the end. */
void progress_clear(struct progress *p);

/* The text of the line, without padding: for progress_show and its test. elapsed_ms since
 * progress_init. */
#define PROGRESS_SIZE 160
void progress_print(const char *what, uint64_t rows, uint64_t done, uint64_t total,
                    int64_t elapsed_ms, int cols, char ret[PROGRESS_SIZE]);
