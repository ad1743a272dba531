/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tests/tui/fixture_views.h"

/* Put hostile text wherever text from outside can stand: what callers, imports, agents, scripts,
 * services, the backend and the telephone could send. The same seed gives the same text. */
void fixture_hostile(struct fixture *f, unsigned seed);
