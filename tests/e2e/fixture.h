/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What each scenario stands on: a world of programs and an agent's screen, fresh for each test. */

#include "tests/e2e/world.h"

struct fixture {
    struct world *w;
    struct term *t;
    struct term *other; /* a second screen, where a test opens one */
};

/* For cmocka: nothing is started yet; at the end everything is stopped. */
int fixture_begin(void **state);
int fixture_end(void **state);

/* Start a world whose people answer by these last digits, and an English screen of 80x24. */
struct fixture *fixture_with(void **state, const char *digits);
