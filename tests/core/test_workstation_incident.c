/* SPDX-License-Identifier: Apache-2.0 */
/* An incident is reported: never lost, and nobody waits for it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
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

/* --- the supervisor's side --- */

static const struct fx_ask *asked(const struct fixture *fx, enum ws_request_kind kind)
{
    for (size_t i = 0; i < fx->n_asks; i++)
        if (fx->asks[i].req.kind == kind)
            return &fx->asks[i];
    fail_msg("request %d was not asked", (int)kind);
    return NULL;
}

static void answer_incidents(struct fixture *fx, uint64_t id, const char *incident_id)
{
    static struct ws_incident rows[2];
    (void)snprintf(rows[0].incident_id, sizeof rows[0].incident_id, "%s", "i1");
    (void)snprintf(rows[1].incident_id, sizeof rows[1].incident_id, "%s", incident_id);
    (void)snprintf(rows[1].what, sizeof rows[1].what, "%s", "A list went astray.");
    workstation_answered(
        fx->ws, &(struct ws_answer){
                    .id = id, .kind = WS_REQ_INCIDENTS, .incidents = rows, .n_incidents = 2});
}

/* The list is asked for while it is looked at, again with each change, and then no more. */
static void alarms_are_asked_for_while_somebody_looks(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_at_work();
    const struct ws_alarm rows[] = {
        {.alarm_id = "a1", .kind = ALARM_INCIDENT}
    };
    workstation_alarms(fx->ws, 1, 0);
    assert_int_equal(fx->asked[WS_REQ_ALARMS], 0);
    assert_int_equal(fx->cmd.watch_alarms(fx->cmd.arg, true, &err), ERR_OK);
    const uint64_t id = asked(fx, WS_REQ_ALARMS)->req.id;
    assert_false(fx->view->alarms_known);
    workstation_answered(
        fx->ws,
        &(struct ws_answer){.id = id, .kind = WS_REQ_ALARMS, .alarms = rows, .n_alarms = 1});
    assert_true(fx->view->alarms_known);
    assert_int_equal(fx->view->n_alarms, 1);
    workstation_alarms(fx->ws, 2, 0);
    assert_int_not_equal(asked(fx, WS_REQ_ALARMS)->req.id, 0);
    assert_int_equal(fx->cmd.watch_alarms(fx->cmd.arg, false, &err), ERR_OK);
    assert_int_equal(fx->view->n_alarms, 0);
    assert_false(fx->view->alarms_known);
    fx_serve(fx); /* comes too late: nobody looks */
    assert_int_equal(fx->view->n_alarms, 0);
    fx_free(fx);
}

static void a_report_is_here_only_while_it_is_read(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_at_work();
    assert_int_equal(fx->cmd.watch_alarms(fx->cmd.arg, true, &err), ERR_OK);
    assert_int_equal(fx->cmd.read_incident(fx->cmd.arg, "i7", &err), ERR_OK);
    uint64_t id = asked(fx, WS_REQ_INCIDENTS)->req.id;
    answer_incidents(fx, id, "i7");
    assert_string_equal(fx->view->incident.what, "A list went astray.");
    assert_int_equal(fx->cmd.watch_alarms(fx->cmd.arg, true, &err), ERR_OK); /* back to the list */
    assert_string_equal(fx->view->incident.what, "");
    answer_incidents(fx, id, "i7"); /* once more, and nobody waits for it */
    assert_string_equal(fx->view->incident.what, "");
    assert_string_equal(fx->view->incident.incident_id, "");
    fx_free(fx);
}

static void a_report_that_is_too_old_is_missing(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_at_work();
    assert_int_equal(fx->cmd.read_incident(fx->cmd.arg, "i0", &err), ERR_OK);
    answer_incidents(fx, asked(fx, WS_REQ_INCIDENTS)->req.id, "i7");
    assert_true(fx->view->incident_missing);
    assert_string_equal(fx->view->incident.what, "");
    fx_free(fx);
}

static void setting_free_needs_a_reason_and_the_backend(void **state)
{
    (void)state;
    struct err err;
    char longest[202];
    struct fixture *fx = fx_at_work();
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(fx->cmd.release(fx->cmd.arg, "o1", " ", &err), ERR_INVALID);
    assert_int_equal(fx->cmd.release(fx->cmd.arg, "o1", longest, &err), ERR_TOO_LARGE);
    assert_int_equal(fx->cmd.release(fx->cmd.arg, "o1", " Away. ", &err), ERR_OK);
    const struct fx_ask *a = asked(fx, WS_REQ_RELEASE);
    assert_string_equal(a->offer_id, "o1");
    assert_string_equal(a->text, "Away.");
    assert_int_equal(fx->cmd.release(fx->cmd.arg, "o1", "Away.", &err), ERR_STATE);
    fx_serve(fx);
    assert_non_null(strstr(fx->view->notice.text, "set free"));
    fx_backend(fx, false);
    assert_int_equal(fx->cmd.release(fx->cmd.arg, "o1", "Away.", &err), ERR_UNAVAILABLE);
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
        cmocka_unit_test(alarms_are_asked_for_while_somebody_looks),
        cmocka_unit_test(a_report_is_here_only_while_it_is_read),
        cmocka_unit_test(a_report_that_is_too_old_is_missing),
        cmocka_unit_test(setting_free_needs_a_reason_and_the_backend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
