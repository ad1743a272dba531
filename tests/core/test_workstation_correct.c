/* SPDX-License-Identifier: Apache-2.0 */
/* A code is corrected later in the day: kept like a code, also while the backend is away, or it is
 * said that it was not corrected. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

/* Of the fixture's service; needs no callback. */
#define OTHER "closed_with_data"

static const struct callback_wish tomorrow = {
    .date = {2030, 1, 2},
      .minute_of_day = 600, .phone = "+32475999888", .route_to_me = true
};

static struct ws_interaction *today(struct fixture *fx)
{
    struct workstation_view *v = (struct workstation_view *)(uintptr_t)fx->view;
    v->n_interactions = 1;
    v->interactions[0] = (struct ws_interaction){.offer_id = "o-9", .code = "no_answer"};
    return &v->interactions[0];
}

static enum err_code correct_to(struct fixture *fx, const char *id, const char *code,
                                const struct callback_wish *callback, struct err *err)
{
    return fx->cmd.correct(fx->cmd.arg, id, code, callback, err);
}

static enum err_code correct(struct fixture *fx, const char *id, const char *code)
{
    struct err err;
    return correct_to(fx, id, code, NULL, &err);
}

static void deliver(struct fixture *fx)
{
    fx_settle_journal(fx, true);
    fx_serve(fx);
}

static void it_is_kept_delivered_and_said(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    today(fx);
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_OK);
    assert_int_equal(fx->view->unsent, 1);
    fx_settle_journal(fx, true);
    assert_non_null(strstr(fx->view->notice.text, "is kept"));
    fx_serve(fx);
    assert_string_equal(fx->corrected, "o-9 " OTHER " -");
    assert_string_equal(fx->view->notice.text, "The code is corrected.");
    assert_int_equal(fx->view->unsent, 0);
    assert_int_equal(fx->n_journal, 0);
    fx_free(fx);
}

/* What was agreed goes with it. The code may be the one that the call has: another time, say. */
static void a_code_that_needs_a_callback_takes_what_was_agreed(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_at_work();
    struct ws_interaction *in = today(fx);
    assert_int_equal(correct_to(fx, "o-9", "rescheduled", NULL, &err), ERR_INVALID);
    assert_string_equal(err.field, "/callback");
    assert_int_equal(fx->view->unsent, 0);
    assert_int_equal(correct_to(fx, "o-9", "rescheduled", &tomorrow, &err), ERR_OK);
    deliver(fx);
    assert_string_equal(fx->corrected, "o-9 rescheduled +32475999888");
    in = today(fx);
    (void)snprintf(in->code, sizeof in->code, "%s", "rescheduled");
    assert_int_equal(correct_to(fx, "o-9", "rescheduled", &tomorrow, &err), ERR_OK);
    deliver(fx);
    assert_int_equal(fx->n_corrected, 2);
    today(fx); /* a code that needs none takes none along */
    assert_int_equal(correct_to(fx, "o-9", OTHER, &tomorrow, &err), ERR_OK);
    deliver(fx);
    assert_string_equal(fx->corrected, "o-9 " OTHER " -");
    fx_free(fx);
}

static void it_outlives_backend_and_screen(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_at_work();
    today(fx);
    fx_backend(fx, false);
    assert_int_equal(correct_to(fx, "o-9", "rescheduled", &tomorrow, &err), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->n_corrected, 0);
    assert_int_equal(fx->view->unsent, 1);
    fx_restart(fx);
    fx_backend(fx, true);
    deliver(fx);
    assert_string_equal(fx->corrected, "o-9 rescheduled +32475999888");
    assert_int_equal(fx->n_corrected, 1);
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

/* The journal gives back in any order what its disk failed at for a while. */
static void it_waits_for_code_and_end_of_its_offer(void **state)
{
    (void)state;
    static const enum ws_write_kind wanted[] = {WS_WRITE_WRAPUP, WS_WRITE_END, WS_WRITE_CORRECT};
    struct fixture *fx = fx_in(HOLD_ACW);
    struct ws_write left[] = {
        {.kind = WS_WRITE_CORRECT, .code = OTHER},
        {.kind = WS_WRITE_END    },
        {.kind = WS_WRITE_WRAPUP,     .code = "no_answer"             },
    };
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(left[i].offer_id, sizeof left[i].offer_id, "%s", fx->view->offer.offer_id);
        left[i].fence = fx->view->offer.fence;
        left[i].key[0] = (char)('a' + i);
    }
    fx_settle_journal(fx, true);
    workstation_restore_writes(fx->ws, left, 3);
    for (size_t i = 0; i < 3; i++) {
        fx_settle_journal(fx, true);
        assert_int_equal(fx->n_sends, 1);
        assert_int_equal(fx->sends[0].write.kind, wanted[i]);
        struct ws_write_result ok = {.code = ERR_OK};
        const uint64_t id = fx->sends[0].write.id;
        ws_write_deinit(&fx->sends[0].write);
        fx->n_sends = 0;
        workstation_sent(fx->ws, id, &ok);
    }
    fx_free(fx);
}

/* Told once, and nothing is left that would be tried or counted for ever. */
static void a_refusal_says_that_nothing_changed(void **state)
{
    (void)state;
    static const enum err_code refusals[] = {ERR_CONFLICT, ERR_INVALID, ERR_STATE, ERR_STALE};
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct fixture *fx = fx_at_work();
        today(fx);
        fx->correct_code = refusals[i];
        assert_int_equal(correct(fx, "o-9", OTHER), ERR_OK);
        deliver(fx);
        assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
        assert_non_null(strstr(fx->view->notice.text, "Not corrected:"));
        assert_int_equal(fx->view->unsent, 0);
        assert_int_equal(fx->n_journal, 0);
        fx->correct_code = ERR_OK;
        today(fx);
        assert_int_equal(correct(fx, "o-9", OTHER), ERR_OK);
        deliver(fx);
        assert_int_equal(fx->n_corrected, 1);
        fx_free(fx);
    }
}

/* Whether it was changed nobody knows then: it is asked again with the same key. */
static void a_lost_answer_claims_nothing(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    today(fx);
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve_deaf(fx);
    assert_null(strstr(fx->view->notice.text, "Not corrected"));
    assert_null(strstr(fx->view->notice.text, "corrected"));
    assert_int_equal(fx->view->unsent, 1);
    fx_pass(fx, 120);
    deliver(fx);
    assert_string_equal(fx->view->notice.text, "The code is corrected.");
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

/* One after the other; "already" is said of the newest that was chosen. */
static void who_thinks_again_is_followed_in_order(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    today(fx);
    fx_backend(fx, false);
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_OK);
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_STATE);
    assert_int_equal(correct(fx, "o-9", "no_answer"), ERR_OK);
    fx_settle_journal(fx, true);
    fx_backend(fx, true);
    deliver(fx);
    assert_int_equal(fx->n_corrected, 2);
    assert_string_equal(fx->corrected, "o-9 no_answer -");
    fx_free(fx);
}

static void what_cannot_be_corrected_is_refused_here(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    struct ws_interaction *in = today(fx);
    assert_int_equal(correct(fx, "another", "busy"), ERR_STATE);
    assert_int_equal(correct(fx, "o-9", "no such code"), ERR_INVALID);
    assert_int_equal(correct(fx, "o-9", "no_answer"), ERR_STATE);
    for (unsigned s = HOLD_OFFERED; s < HOLD_STATE_COUNT; s++) {
        in->state = (enum hold_state)s;
        assert_int_equal(correct(fx, "o-9", OTHER), ERR_STATE);
    }
    in->state = HOLD_NONE;
    in->code[0] = '\0';
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_STATE);
    in = today(fx);
    (void)snprintf(in->service_id, sizeof in->service_id, "%s",
                   "another-service"); /* its codes are others */
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_STATE);
    (void)snprintf(in->service_id, sizeof in->service_id, "%s", fx->view->service->id);
    assert_int_equal(correct(fx, "o-9", OTHER), ERR_OK);
    assert_int_equal(fx->view->unsent, 1);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_kept_delivered_and_said),
        cmocka_unit_test(a_code_that_needs_a_callback_takes_what_was_agreed),
        cmocka_unit_test(it_outlives_backend_and_screen),
        cmocka_unit_test(it_waits_for_code_and_end_of_its_offer),
        cmocka_unit_test(a_refusal_says_that_nothing_changed),
        cmocka_unit_test(a_lost_answer_claims_nothing),
        cmocka_unit_test(who_thinks_again_is_followed_in_order),
        cmocka_unit_test(what_cannot_be_corrected_is_refused_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
