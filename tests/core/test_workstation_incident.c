/* SPDX-License-Identifier: Apache-2.0 */
/* An incident is reported: never lost, and nobody waits for it. */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

static enum err_code report(struct fixture *fx, const char *what, int64_t at, bool about)
{
    struct err err;
    return fx->cmd.report_incident(fx->cmd.arg, what, at, about, &err);
}

static void it_reaches_the_backend_with_its_words(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    const int64_t then = fx->utc_s - 600;
    assert_int_equal(report(fx, "  A list went astray. ", then, true), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->n_incidents, 1);
    assert_string_equal(fx->incident, "A list went astray.");
    assert_string_equal(fx->incident_about, fx_held(fx)->offer_id);
    assert_true(fx->incident_utc_s == then);
    assert_int_equal(fx->view->unsent, 0);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_INFO);
    fx_free(fx);
}

static void it_needs_no_person_and_no_time(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    assert_int_equal(report(fx, "Somebody looked over my shoulder.", 0, true), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_string_equal(fx->incident_about, "");
    assert_true(fx->incident_utc_s > 0);
    assert_int_equal(report(fx, "It will happen.", fx->utc_s + 3600, false), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_true(fx->incident_utc_s <= fx->utc_s);
    fx_free(fx);
}

static void words_are_needed_and_somebody_who_is_signed_in(void **state)
{
    (void)state;
    char longest[WS_INCIDENT_CHARS + 2];
    struct fixture *fx = fx_at_work();
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(report(fx, "", 0, false), ERR_INVALID);
    assert_int_equal(report(fx, " \t ", 0, false), ERR_INVALID);
    assert_int_equal(report(fx, longest, 0, false), ERR_TOO_LARGE);
    longest[WS_INCIDENT_CHARS] = '\0';
    assert_int_equal(report(fx, longest, 0, false), ERR_OK);
    fx_free(fx);
    fx = fx_new();
    assert_int_not_equal(report(fx, "x", 0, false), ERR_OK);
    fx_free(fx);
}

/* Kept by the journal, it goes out when the backend is back, also from another process. */
static void it_outlives_backend_and_screen(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_backend(fx, false);
    assert_int_equal(report(fx, "A list went astray.", 0, true), ERR_OK);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_NONE); /* not kept yet: nothing is said */
    fx_settle_journal(fx, true);
    assert_non_null(strstr(fx->view->notice.text, "is kept"));
    fx_serve(fx);
    assert_int_equal(fx->n_incidents, 0);
    assert_int_equal(fx->view->unsent, 1);
    fx_restart(fx);
    fx_settle_journal(fx, true);
    fx_backend(fx, true);
    fx_pass(fx, 30);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->n_incidents, 1);
    assert_string_equal(fx->incident, "A list went astray.");
    fx_free(fx);
}

/* What its answer was nobody knows: the same key goes again, and the backend knows it. */
static void a_lost_answer_is_asked_for_again(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    assert_int_equal(report(fx, "A list went astray.", 0, false), ERR_OK);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_reaches_the_backend_with_its_words),
        cmocka_unit_test(it_needs_no_person_and_no_time),
        cmocka_unit_test(words_are_needed_and_somebody_who_is_signed_in),
        cmocka_unit_test(it_outlives_backend_and_screen),
        cmocka_unit_test(a_lost_answer_is_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
