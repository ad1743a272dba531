/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A screen beside the one that was once looked at and found right: tests/golden/NAME.txt.
 *
 * The file holds the rows as they are read; with GOLDEN_ATTRIBUTES also the runs of cells that are
 * not plain ("3: 0-79 reverse, 10-14 bold fg=1") and the cursor. PUPITRE_GOLDEN=write writes the
 * files afresh: look at the diff before committing it. */

#include <stdbool.h>

struct term;

enum {
    GOLDEN_ATTRIBUTES = 1, /* colours, attributes and cursor too */
    GOLDEN_CURSOR = 2,     /* where the cursor stands, and on what: "cursor: 9,3 Yes (y)" */
};

/* Wait until the screen equals the golden file, or fail the cmocka test with a readable diff.
 * volatile_regex (POSIX extended, NULL = none): within what it matches digits count as '0' on both
 * sides, for clocks and durations: "[0-9]+:[0-9]{2}". */
#define assert_golden(t, name, flags)                                                              \
    golden_assert_(t, name, flags, (const char *)0, __FILE__, __LINE__)
#define assert_golden_but(t, name, flags, volatile_regex)                                          \
    golden_assert_(t, name, flags, volatile_regex, __FILE__, __LINE__)

void golden_assert_(struct term *t, const char *name, int flags, const char *volatile_regex,
                    const char *file, int line);

/* The same text as the file would hold (malloc). */
char *golden_picture(struct term *t, int flags);

/* The lines that differ, "-" wanted and "+" seen, with row numbers; NULL if none (malloc). */
char *golden_diff(const char *wanted, const char *seen);
