/* SPDX-License-Identifier: Apache-2.0 */
/* An offer that rang out while the backend was away. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workstation_fixture.h"

/* Long enough for any offer to ring out. */
enum { RUNG_OUT_S = 60 };

static void accepted_unheard_it_comes_back_as_what_it_is(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    fx_offer(fx);
    assert_int_equal(fx->cmd.accept(fx->cmd.arg, NULL), ERR_OK);
    fx_serve_deaf(fx); /* kept, and the answer is lost */
    fx_backend(fx, false);
    fx_pass(fx, RUNG_OUT_S);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    fx_backend(fx, true);
    assert_int_equal(fx_held(fx)->state, HOLD_PREVIEW);
    assert_int_equal(fx->view->offer.state, HOLD_PREVIEW);
    assert_string_equal(fx->view->offer.offer_id, fx_held(fx)->offer_id);
    fx_free(fx);
}

static void not_accepted_it_does_not_ring_again(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    fx_offer(fx);
    fx_backend(fx, false);
    fx_pass(fx, RUNG_OUT_S);
    const unsigned seen = fx->view->offers_seen;
    fx_backend(fx, true); /* the first snapshot is from before the backend looked at the clock */
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    assert_int_equal(fx->view->offers_seen, seen);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_unheard_it_comes_back_as_what_it_is),
        cmocka_unit_test(not_accepted_it_does_not_ring_again),
    };
    return cmocka_run_group_tests_name("workstation_lapse", tests, NULL, NULL);
}
