/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Values of answers, options and conditions: copied, freed, compared by FHIR's rules. */

#include <stdbool.h>

#include "core/script.h"

/* Free what the value holds; it is SCRIPT_VALUE_NONE then. */
void script_value_deinit(struct script_value *v);

/* Copy into *ret, which is not read. False: out of memory, *ret is empty then. */
bool script_value_copy(const struct script_value *v, struct script_value *ret) MUSTCHECK;

/* Can an answer of that type have this value, by its form alone? Of a choice: a coding, or a text
 * of the type that it carries. */
bool script_value_fits(enum script_type type, const struct script_value *v);

/* Does one answer fulfil a condition's value, for every operator but EXISTS? NE is true when the
 * two are not equal. Types that do not fit are not equal and have no order. Both carry `type`. */
bool script_value_fulfils(const struct script_value *answer, enum script_op op,
                          const struct script_value *wanted);

/* The same to the letter, but for what a coding is called? */
bool script_value_is_same(const struct script_value *a, const struct script_value *b);
