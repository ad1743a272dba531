/* SPDX-License-Identifier: Apache-2.0 */
/* An offer that went while nobody could tell the screen: it rang out while the backend was away, or
 * was taken away while the screen was started again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

static void taken_away_before_the_journal_is_read_it_takes_its_words_along(void **state)
{
    (void)state;
    struct fixture *before = fx_in(HOLD_ACW);
    struct fixture *fx = fx_new();
    struct ws_work work;
    fx_make_work(before, &work);
    const struct ws_kept kept = {.work = &work, .words = {.response = "yes/in-progress"}};
    workstation_resume(fx->ws, &kept);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    fx_release(before);
    fx_make_work(before, &work);
    workstation_work(fx->ws, &work);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    workstation_restore_writes(fx->ws, NULL, 0); /* does not look for what is gone */
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
    fx_free(before);
}

/* A snapshot from before the offer, held up on the stream, overtaken by the answers to requests. */
static void an_old_snapshot_does_not_make_a_call_that_is_being_dialled_never_made(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    struct ws_work old;
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve(fx);
    assert_true(fx_phone_asked(fx, WS_PHONE_DIAL)); /* the desk has not answered yet */
    fx_make_work(fx, &old);
    memset(&old.offer, 0, sizeof old.offer);
    workstation_work(fx->ws, &old);
    fx_push(fx);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->state, HOLD_CALL);
    fx_desk_dial(fx);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->state, HOLD_CALL);
    assert_int_equal(fx->view->offer.state, HOLD_CALL);
    assert_int_equal(fx->view->offer.call.state, CALL_DIALLING);
    assert_false(fx_phone_asked(fx, WS_PHONE_END));
    fx_free(fx);
}

/* The same a moment later: the desk has dialled, it rings, or somebody talks. */
static void an_old_snapshot_ends_no_call(void **state)
{
    (void)state;
    static const enum call_event events[] = {CALL_EV_RING, CALL_EV_ANSWER, CALL_EV_HOLD};
    for (size_t n = 0; n <= sizeof events / sizeof events[0]; n++)
        for (int of_before = 0; of_before < 2; of_before++) {
            struct fixture *fx = fx_in(HOLD_PREVIEW);
            struct ws_work old, preview;
            fx_make_work(fx, &preview);
            old = preview;
            if (of_before)
                (void)snprintf(old.offer.offer_id, sizeof old.offer.offer_id, "%s", "the former");
            else
                memset(&old.offer, 0, sizeof old.offer);
            assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
            fx_serve(fx);
            fx_desk_dial(fx);
            for (size_t i = 0; i < n; i++)
                fx_desk_event(fx, events[i], CALL_END_NONE, false);
            const enum call_state was = fx->view->offer.call.state;
            workstation_work(fx->ws, &old);
            assert_int_equal(fx->view->offer.call.state, was);
            workstation_tick(fx->ws);
            fx_pass(fx, 1);
            workstation_work(fx->ws, &preview);
            fx_pass(fx, 1);
            fx_push(fx);
            fx_pass(fx, 5);
            assert_false(fx_phone_asked(fx, WS_PHONE_END));
            assert_int_equal(fx->view->offer.state, HOLD_CALL);
            assert_int_equal(fx->view->offer.call.state, was);
            fx_free(fx);
        }
}

/* Nor while the permit is asked for: a call is made, or the backend says no. */
static void an_old_snapshot_wastes_no_permit(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    struct ws_work old;
    fx_make_work(fx, &old);
    memset(&old.offer, 0, sizeof old.offer);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    workstation_work(fx->ws, &old);
    fx_serve(fx);
    fx_desk_dial(fx);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->view->offer.call.state, CALL_DIALLING);
    assert_int_equal(fx_held(fx)->state, HOLD_CALL);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_unheard_it_comes_back_as_what_it_is),
        cmocka_unit_test(not_accepted_it_does_not_ring_again),
        cmocka_unit_test(taken_away_before_the_journal_is_read_it_takes_its_words_along),
        cmocka_unit_test(an_old_snapshot_does_not_make_a_call_that_is_being_dialled_never_made),
        cmocka_unit_test(an_old_snapshot_ends_no_call),
        cmocka_unit_test(an_old_snapshot_wastes_no_permit),
    };
    return cmocka_run_group_tests_name("workstation_lapse", tests, NULL, NULL);
}
