/* SPDX-License-Identifier: Apache-2.0 */
/* A wish not to be called again is recorded: never lost, before the code and after it, and for
 * nobody else than the person whom the agent was asked about. */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

static enum err_code wish_of(struct fixture *fx, const char *offer_id, enum ws_wish wish)
{
    struct err err;
    return fx->cmd.wish(fx->cmd.arg, offer_id, wish, &err);
}

static enum err_code wish(struct fixture *fx, enum ws_wish what)
{
    return wish_of(fx, fx->view->offer.offer_id, what);
}

static void deliver(struct fixture *fx)
{
    fx_settle_journal(fx, true);
    fx_serve(fx);
}

static void it_is_possible_from_the_call_to_the_end_of_the_preview(void **state)
{
    (void)state;
    static const bool possible[HOLD_STATE_COUNT] = {
        [HOLD_CALL] = true, [HOLD_ACW] = true, [HOLD_OVERDUE] = true, [HOLD_DONE] = true};
    for (unsigned s = HOLD_OFFERED; s < HOLD_STATE_COUNT; s++) {
        struct fixture *fx = fx_in((enum hold_state)s);
        assert_int_equal(fx->view->offer.state, s);
        const enum err_code code = wish(fx, WS_WISH_NUMBER);
        deliver(fx);
        assert_int_equal(code, possible[s] ? ERR_OK : ERR_STATE);
        assert_int_equal(fx_held(fx)->n_wishes, possible[s] ? 1 : 0);
        assert_int_equal(fx->view->offer.wish, possible[s] ? WS_WISH_NUMBER : WS_WISH_NONE);
        assert_int_equal(fx->view->unsent, 0);
        fx_free(fx);
    }
    struct fixture *fx = fx_at_work();
    assert_int_equal(wish(fx, WS_WISH_ANY), ERR_STATE);
    fx_free(fx);
    fx = fx_new();
    assert_int_not_equal(wish(fx, WS_WISH_ANY), ERR_OK);
    fx_free(fx);
}

/* Who wants no call at all is promised none: said where it is chosen, not by the backend later. */
static void nobody_is_called_back_against_the_wish(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_in(HOLD_ACW);
    const struct callback_wish when = {
        .date = {2030, 1, 2},
          .minute_of_day = 600
    };
    assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK); /* another number may be left */
    assert_int_equal(fx->cmd.agree(fx->cmd.arg, &when, &err), ERR_OK);
    assert_int_equal(wish(fx, WS_WISH_ANY), ERR_OK);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "rescheduled", "", 0, &err), ERR_INVALID);
    assert_string_equal(err.field, "/code");
    assert_int_equal(fx->cmd.agree(fx->cmd.arg, &when, &err), ERR_STATE);
    assert_int_equal(fx->cmd.agree(fx->cmd.arg, NULL, &err), ERR_OK);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, &err), ERR_OK);
    deliver(fx);
    assert_string_equal(fx->view->offer.chosen_code, "no_answer");
    fx_free(fx);
}

static void it_marks_the_number_or_all_of_them(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(o->preview.unwanted_phones, 0);
    assert_string_equal(o->call_phone, o->preview.phones[0]);
    assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK);
    assert_int_equal(o->preview.unwanted_phones, 1);
    assert_true(o->wish_pending);
    deliver(fx);
    assert_false(o->wish_pending);
    assert_int_equal(o->preview.unwanted_phones, 1);
    assert_string_equal(fx->view->notice.text, "Recorded: this number is not called again.");
    assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_STATE); /* once is enough */
    assert_int_equal(wish(fx, WS_WISH_ANY), ERR_OK);       /* the wider one is another */
    assert_int_equal(o->preview.unwanted_phones, 3);
    deliver(fx);
    assert_string_equal(fx->view->notice.text, "Recorded: this person is not called again.");
    assert_int_equal(fx_held(fx)->wish, WS_WISH_ANY);
    assert_int_equal(fx_held(fx)->n_wishes, 2);
    assert_int_equal(wish(fx, WS_WISH_ANY), ERR_STATE);
    assert_int_equal(wish(fx, WS_WISH_NONE), ERR_INVALID);
    fx_free(fx);
}

/* The backend says it of an earlier call, before anybody is rung. */
static void what_the_backend_knows_is_marked_too(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    struct ws_work work;
    fx_make_work(fx, &work);
    work.offer.person.unwanted_phones = 2;
    workstation_work(fx->ws, &work);
    assert_int_equal(fx->view->offer.preview.unwanted_phones, 2);
    assert_int_equal(fx->view->offer.wish, WS_WISH_NONE);
    fx_free(fx);
}

/* A list that was opened for one person is not answered for the next. */
static void it_is_about_the_person_whom_the_agent_saw(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(wish_of(fx, "another", WS_WISH_ANY), ERR_STATE);
    assert_int_equal(wish_of(fx, "", WS_WISH_ANY), ERR_STATE);
    deliver(fx);
    assert_int_equal(fx_held(fx)->n_wishes, 0);
    assert_int_equal(fx->view->offer.preview.unwanted_phones, 0);
    fx_free(fx);
}

/* Kept by the journal, it goes out when the backend is back, also from another process, and that
 * one's screen shows it meanwhile. */
static void it_outlives_backend_and_screen(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    fx_backend(fx, false);
    assert_int_equal(wish(fx, WS_WISH_ANY), ERR_OK);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_NONE); /* not kept yet: nothing is said */
    fx_settle_journal(fx, true);
    assert_non_null(strstr(fx->view->notice.text, "is kept"));
    fx_serve(fx);
    assert_int_equal(fx->view->unsent, 1);
    assert_true(fx->view->offer.wish_pending);
    fx_restart(fx);
    fx_settle_journal(fx, true);
    assert_int_equal(fx->view->offer.wish, WS_WISH_ANY);
    assert_int_equal(fx->view->offer.preview.unwanted_phones, 3);
    assert_int_equal(fx_held(fx)->n_wishes, 0);
    fx_backend(fx, true);
    fx_pass(fx, 30);
    deliver(fx);
    assert_int_equal(fx_held(fx)->n_wishes, 1);
    assert_int_equal(fx_held(fx)->wish, WS_WISH_ANY);
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

/* Call, wish, code and the end of the preview while the backend is away: it takes them in that
 * order, for after the end it would take no wish. */
static void it_goes_out_before_the_end_of_the_preview(void **state)
{
    (void)state;
    for (int before_code = 0; before_code < 2; before_code++) {
        struct fixture *fx = fx_in(HOLD_ACW);
        const struct fx_offer *o = fx_held(fx);
        fx_backend(fx, false);
        if (before_code)
            assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK);
        assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
        if (!before_code)
            assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK);
        assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, NULL), ERR_OK);
        fx_settle_journal(fx, true);
        fx_restart(fx);
        fx_settle_journal(fx, true);
        fx_backend(fx, true);
        for (int i = 0; i < 4; i++) {
            fx_pass(fx, 30);
            deliver(fx);
        }
        assert_int_equal(o->n_wishes, 1);
        assert_int_equal(o->n_wrapups, 1);
        assert_int_equal(o->state, HOLD_NONE);
        assert_int_equal(fx->view->unsent, 0);
        fx_free(fx);
    }
}

/* What its answer was nobody knows: the same key goes again, and the backend knows it. */
static void a_lost_answer_to_it_is_asked_for_again(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK);
    fx_settle_journal(fx, true);
    char key[WS_KEY_SIZE];
    assert_int_equal(fx->n_sends, 1);
    memcpy(key, fx->sends[0].write.key, sizeof key);
    fx_serve_deaf(fx);
    fx_pass(fx, 60);
    assert_int_equal(fx->n_sends, 1);
    assert_string_equal(fx->sends[0].write.key, key);
    fx_free(fx);
}

/* Nothing is shown as recorded that is not. */
static void a_refused_one_is_said_and_unmarked(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_held(fx)->refuses_wishes = true;
    assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK);
    deliver(fx);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
    assert_int_equal(fx->view->offer.wish, WS_WISH_NONE);
    assert_int_equal(fx->view->offer.preview.unwanted_phones, 0);
    fx_held(fx)->refuses_wishes = false;
    assert_int_equal(wish(fx, WS_WISH_NUMBER), ERR_OK);
    deliver(fx);
    assert_int_equal(fx_held(fx)->n_wishes, 1);
    fx_free(fx);
}

/* A disk that is full keeps nothing from the backend. */
static void without_a_journal_it_is_sent_all_the_same(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(wish(fx, WS_WISH_ANY), ERR_OK);
    fx_settle_journal(fx, false);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_NONE);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->n_wishes, 1);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_possible_from_the_call_to_the_end_of_the_preview),
        cmocka_unit_test(nobody_is_called_back_against_the_wish),
        cmocka_unit_test(it_marks_the_number_or_all_of_them),
        cmocka_unit_test(what_the_backend_knows_is_marked_too),
        cmocka_unit_test(it_is_about_the_person_whom_the_agent_saw),
        cmocka_unit_test(it_outlives_backend_and_screen),
        cmocka_unit_test(it_goes_out_before_the_end_of_the_preview),
        cmocka_unit_test(a_lost_answer_to_it_is_asked_for_again),
        cmocka_unit_test(a_refused_one_is_said_and_unmarked),
        cmocka_unit_test(without_a_journal_it_is_sent_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
