/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The interviews that come with the product (scripts/interviews), loaded for a test. */

#include <stddef.h>

#include "core/script.h"

#define INTERVIEW_COUNT 2
extern const char *const interview_names[INTERVIEW_COUNT]; /* "tracing-index", "tracing-contact" */

struct interview {
    struct script s;
    struct script_answers *a; /* none yet; their texts are looked at by regular expressions */
    size_t n_warnings;
};

/* cmocka fixtures: *state is an array of INTERVIEW_COUNT interviews, in the order of the names. A
 * file that does not load fails the test. */
int interviews_load(void **state);
int interviews_free(void **state);

/* Give the one question of a linkId its answer, as words that a table can hold: "yes" and "no", a
 * code, several codes of a question that repeats ("food medicine"), a figure, a date, a text. A
 * question that is not asked now, or an answer that it does not take, fails the test. */
void interview_answer(struct interview *v, const char *link_id, const char *value);

/* Complete; and the same again after the way through a completed response. Fails the test. */
void interview_assert_complete(struct interview *v);
