/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Decimal numbers as strings of digits: 37.50 keeps its digits and still equals 37.5.
 * The grammar is JSON's (RFC 8259 section 6), which is also that of FHIR's decimal. */

#include <stdbool.h>

#define DECIMAL_MAX 60 /* most characters of a literal */

/* Is it such a number, of at most DECIMAL_MAX characters? */
bool decimal_is_valid(const char *text);

/* Is it a whole number without point and exponent that fits 32 bits (FHIR integer)? */
bool decimal_is_integer(const char *text);

/* Compare two valid ones by value, exactly: < 0, 0, > 0. */
int decimal_compare(const char *a, const char *b);
