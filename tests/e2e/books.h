/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the backend has in its books: single values of what pupitrectl exports. */

#include <stdint.h>

#include "tests/e2e/world.h"

/* The value of a column in the newest row of an export about a person (1, 2, … in the order of
 * import), as text without quotes (malloc). A missing row or column fails the test. */
char *books_value(struct world *w, const char *what, int person_id, const char *column);

/* The same as an instant (UTC seconds, 0 = null). */
int64_t books_instant(struct world *w, const char *what, int person_id, const char *column);

/* How many rows of an export about a person hold the text. */
int books_count(struct world *w, const char *what, int person_id, const char *text);

#define assert_books(w, what, person_id, column, value)                                            \
    assert_books_(w, what, person_id, column, value, __FILE__, __LINE__)
void assert_books_(struct world *w, const char *what, int person_id, const char *column,
                   const char *value, const char *file, int line);
