/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/fixture.h"

#include <stdlib.h>

int fixture_begin(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state ? 0 : -1;
}

int fixture_end(void **state)
{
    struct fixture *f = *state;
    f->other = term_close(f->other);
    f->t = term_close(f->t);
    f->w = world_free(f->w);
    free(f);
    return 0;
}

struct fixture *fixture_with(void **state, const char *digits)
{
    struct fixture *f = *state;
    f->w = world_new(digits);
    f->t = world_screen(f->w, "en", 24, 80);
    return f;
}
