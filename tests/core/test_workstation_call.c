/* SPDX-License-Identifier: Apache-2.0 */
/* The call as the desk tells it: twice, out of order, from the beginning, or not at all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/script_tree.h"
#include "tests/harness/script_flat.h"
#include "workstation_fixture.h"

static void tell(struct fixture *fx, size_t i)
{
    workstation_desk_event(fx->ws, fx->desk_call, "sip-1", &fx->desk_events[i]);
}

static void an_event_told_twice_counts_once(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    size_t before = fx->n_journal;
    tell(fx, 0);
    tell(fx, 1);
    tell(fx, 2);
    assert_int_equal(fx->view->offer.call.state, CALL_TALKING);
    assert_int_equal(fx->n_journal, before);
    fx_free(fx);
}

static void a_gap_makes_the_screen_ask_for_the_whole_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, true); /* this one gets lost */
    fx_desk_event(fx, CALL_EV_RESUME, CALL_END_NONE, true);
    tell(fx, 4);
    assert_true(fx_phone_asked(fx, WS_PHONE_CALL));
    struct ws_desk_call call = {.events = fx->desk_events, .n_events = fx->n_desk_events};
    memcpy(call.call_id, fx->desk_call, sizeof call.call_id);
    workstation_desk_call(fx->ws, &call, NULL);
    assert_int_equal(fx->view->offer.call.state, CALL_TALKING);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->last_seq, 5);
    fx_free(fx);
}

static void the_line_is_that_of_the_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    const struct line_quality poor = {LINE_POOR, LINE_FAULT_LOST, 6};
    assert_int_equal(fx->view->offer.line.grade, LINE_UNKNOWN);
    workstation_desk_line(fx->ws, "another", &poor);
    assert_int_equal(fx->view->offer.line.grade, LINE_UNKNOWN);
    workstation_desk_line(fx->ws, fx->desk_call, &poor);
    assert_int_equal(fx->view->offer.line.grade, LINE_POOR);
    assert_int_equal(fx->view->offer.line.value, 6);
    workstation_desk_down(fx->ws, "gone");
    assert_int_equal(fx->view->offer.line.grade, LINE_UNKNOWN); /* nobody knows */
    fx_desk_up(fx, true);
    workstation_desk_line(fx->ws, fx->desk_call, &poor);
    assert_int_equal(fx->view->offer.line.grade, LINE_POOR);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    assert_int_equal(fx->view->offer.line.grade, LINE_UNKNOWN);
    fx_free(fx);
}

static void whether_it_is_encrypted_is_that_of_the_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx->view->offer.media, WS_MEDIA_UNKNOWN);
    workstation_desk_media(fx->ws, "another", WS_MEDIA_ENCRYPTED);
    assert_int_equal(fx->view->offer.media, WS_MEDIA_UNKNOWN);
    workstation_desk_media(fx->ws, fx->desk_call, WS_MEDIA_ENCRYPTED);
    assert_int_equal(fx->view->offer.media, WS_MEDIA_ENCRYPTED);
    workstation_desk_down(fx->ws, "gone");
    assert_int_equal(fx->view->offer.media, WS_MEDIA_UNKNOWN); /* nobody knows */
    struct ws_desk_call call = {
        .events = fx->desk_events, .n_events = fx->n_desk_events, .media = WS_MEDIA_PLAIN};
    memcpy(call.call_id, fx->desk_call, sizeof call.call_id);
    workstation_desk_up(fx->ws, true, &call, NULL);
    assert_int_equal(fx->view->offer.media, WS_MEDIA_PLAIN);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    assert_int_equal(fx->view->offer.media, WS_MEDIA_UNKNOWN);
    fx_free(fx);
}

static void every_order_of_events_ends_in_the_same_state(void **state)
{
    (void)state;
    static const unsigned char orders[][3] = {
        {3, 4, 5},
        {3, 5, 4},
        {4, 3, 5},
        {4, 5, 3},
        {5, 3, 4},
        {5, 4, 3}
    };
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        struct fixture *fx = fx_in(HOLD_CALL);
        fx_desk_event(fx, CALL_EV_MUTE, CALL_END_NONE, true);
        fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, true);
        fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, true);
        for (size_t k = 0; k < 3; k++)
            tell(fx, orders[i][k]);
        struct ws_desk_call call = {.events = fx->desk_events, .n_events = fx->n_desk_events};
        memcpy(call.call_id, fx->desk_call, sizeof call.call_id);
        workstation_desk_call(fx->ws, &call, NULL);
        assert_int_equal(fx->view->offer.call.state, CALL_ENDED);
        assert_int_equal(fx->view->offer.call.end, CALL_END_BY_PERSON);
        assert_int_equal(fx->view->offer.state, HOLD_ACW);
        fx_free(fx);
    }
}

static void each_event_reaches_the_backend_and_is_acknowledged_once_it_is_durable(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_held(fx)->last_seq, 3);
    fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, false);
    assert_int_equal(fx_held(fx)->last_seq, 3);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->last_seq, 4);
    assert_int_equal(fx->n_journal, 0);
    fx_free(fx);
}

static void a_desk_clock_that_is_an_hour_off_shows_right_durations(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve(fx);
    (void)snprintf(fx->desk_call, sizeof fx->desk_call, "%s", fx_held(fx)->call_id);
    for (unsigned i = 1; i <= 3; i++) {
        struct ws_call_event e = {.seq = i,
                                  .at_utc_s = fx->utc_s - 3600,
                                  .kind = i == 1   ? CALL_EV_DIAL
                                          : i == 2 ? CALL_EV_RING
                                                   : CALL_EV_ANSWER};
        workstation_desk_event(fx->ws, fx->desk_call, "sip-1", &e);
    }
    fx_pass(fx, 90);
    assert_int_equal(fx->view->now_utc_s - fx->view->offer.call.answered_utc_s, 90);
    fx_free(fx);
}

static void a_dead_desk_ends_the_call_as_phone_lost(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_desk_dies(fx);
    assert_int_equal(fx->view->phone, WS_PHONE_NO_DESK);
    assert_int_equal(fx->view->offer.state, HOLD_CALL); /* nobody knows yet */
    fx_pass(fx, 3);
    fx_desk_up(fx, false); /* a new one, which knows nothing */
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    assert_int_equal(fx->view->offer.call.end, CALL_END_PHONE_LOST);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->call.end, CALL_END_PHONE_LOST);
    fx_free(fx);
}

static void a_desk_that_never_comes_back_ends_the_call_too(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_desk_dies(fx);
    fx_pass(fx, 60);
    assert_int_equal(fx->view->offer.state, HOLD_CALL);
    fx_pass(fx, 40);
    assert_int_equal(fx->view->offer.call.end, CALL_END_PHONE_LOST);
    fx_free(fx);
}

static void a_broken_link_to_a_living_desk_changes_nothing(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    workstation_desk_down(fx->ws, "The telephone program does not answer.");
    fx_pass(fx, 5);
    fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, true);
    fx_desk_up(fx, true);
    assert_int_equal(fx->view->offer.state, HOLD_CALL);
    assert_int_equal(fx->view->offer.call.state, CALL_HELD);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->last_seq, 4);
    fx_free(fx);
}

static void a_dial_that_the_desk_refuses_was_never_made(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve(fx);
    struct err err = {0};
    err_set(&err, ERR_STATE, "The telephone is busy.");
    workstation_phone_done(fx->ws, WS_PHONE_DIAL, fx_held(fx)->call_id, ERR_STATE, &err);
    assert_int_equal(fx->view->offer.call.end, CALL_END_NEVER_MADE);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    assert_string_equal(fx->view->notice.text, "The telephone is busy.");
    fx_free(fx);
}

static void a_desk_that_dies_before_it_dialled_leaves_a_call_never_made(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->dials, 1);
    fx_desk_dies(fx);
    workstation_phone_done(fx->ws, WS_PHONE_DIAL, fx_held(fx)->call_id, ERR_UNAVAILABLE, NULL);
    fx_desk_up(fx, false);
    assert_int_equal(fx->view->offer.call.end, CALL_END_NEVER_MADE);
    fx_free(fx);
}

static void a_dial_answered_before_its_first_event_is_no_lost_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve(fx);
    workstation_phone_done(fx->ws, WS_PHONE_DIAL, fx_held(fx)->call_id, ERR_OK, NULL);
    fx_pass(fx, 3);
    assert_int_equal(fx->view->offer.state, HOLD_CALL);
    assert_int_equal(fx->view->offer.call.end, CALL_END_NONE);
    fx_free(fx);
}

/* --- a killed screen --- */

static void a_restarted_screen_shows_the_same_person_answers_and_call(void **state)
{
    (void)state;
    for (int away = 0; away < 2; away++) {
        struct fixture *fx = fx_in(HOLD_CALL);
        assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
        fx_settle_journal(fx, true);
        if (away)
            fx_backend(fx, false);
        fx_restart(fx);
        fx_serve(fx);
        assert_int_equal(fx->view->login, WS_SIGNED_IN);
        assert_int_equal(fx->view->offer.state, HOLD_CALL);
        assert_int_equal(fx->view->offer.call.state, CALL_TALKING);
        assert_string_equal(fx->view->offer.preview.family_name, "Peeters");
        assert_non_null(fx->view->offer.answers);
        assert_true(script_answer(fx->view->offer.answers, 0)->boolean);
        fx_free(fx);
    }
}

static void initial_answers_are_there_once_and_a_draft_has_none_of_its_own(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    fx->well_at_first = true;
    fx_go(fx, HOLD_CALL);
    const struct script_value *well = script_answer(fx->view->offer.answers, 0);
    assert_non_null(well);
    assert_true(well->boolean);
    /* The draft decides from here on, also where it says nothing. */
    const struct script_value none = {0};
    assert_int_equal(fx->cmd.answer(fx->cmd.arg, fx_question(fx), &none, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    fx_restart(fx);
    fx_serve(fx);
    assert_non_null(fx->view->offer.answers);
    assert_null(script_answer(fx->view->offer.answers, 0));
    fx_free(fx);
}

static void an_interview_that_was_begun_goes_on(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    fx->before = "yes/in-progress";
    fx_go(fx, HOLD_CALL);
    assert_non_null(fx->view->offer.answers);
    assert_true(script_answer(fx->view->offer.answers, 0)->boolean);
    assert_int_equal(fx->asked[WS_REQ_DRAFT], 1);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->version, 2);
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    fx_free(fx);
}

static void nobody_asks_for_answers_that_do_not_exist(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_non_null(fx->view->offer.answers);
    assert_int_equal(fx->asked[WS_REQ_DRAFT], 0);
    fx_free(fx);
}

/* Each change is kept as an answer is; what is gone, or does not repeat, is refused. */
static void what_repeats_is_added_moved_and_taken_away(void **state)
{
    (void)state;
    struct err err;
    size_t one;
    struct fixture *fx = fx_at_work();
    fx->repeats = true;
    fx_go(fx, HOLD_CALL);
    const struct script_answers *a = fx->view->offer.answers;
    const size_t first = fx_question(fx);
    const struct script_value no = {.kind = SCRIPT_VALUE_BOOLEAN};
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    assert_int_equal(fx->cmd.repeat(fx->cmd.arg, first, WS_REPEAT_ADD, &one, &err), ERR_OK);
    assert_int_equal(script_node_position(a, one), 1);
    assert_int_equal(fx->cmd.answer(fx->cmd.arg, one, &no, &err), ERR_OK);
    assert_int_equal(fx->cmd.repeat(fx->cmd.arg, one, WS_REPEAT_UP, &one, &err), ERR_OK);
    assert_int_equal(script_node_position(a, first), 1);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "no/in-progress"); /* (it tells the first) */
    assert_int_equal(fx->cmd.repeat(fx->cmd.arg, one, WS_REPEAT_DOWN, &one, &err), ERR_OK);
    size_t left;
    assert_int_equal(fx->cmd.repeat(fx->cmd.arg, one, WS_REPEAT_REMOVE, &left, &err), ERR_OK);
    assert_int_equal(left, first);
    assert_int_equal(fx->cmd.answer(fx->cmd.arg, one, &no, &err), ERR_STATE);
    assert_int_equal(fx->cmd.repeat(fx->cmd.arg, one, WS_REPEAT_ADD, &left, &err), ERR_STATE);
    fx_free(fx);
    fx = fx_in(HOLD_CALL); /* a question that does not repeat */
    assert_int_equal(fx->cmd.repeat(fx->cmd.arg, fx_question(fx), WS_REPEAT_ADD, &one, &err),
                     ERR_STATE);
    fx_free(fx);
}

static void a_restarted_screen_sees_what_happened_meanwhile(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_desk_event(fx, CALL_EV_END, CALL_END_SCREEN_LOST, true);
    fx_restart(fx);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    assert_int_equal(fx->view->offer.call.end, CALL_END_SCREEN_LOST);
    assert_int_equal(fx_held(fx)->call.end, CALL_END_SCREEN_LOST);
    fx_free(fx);
}

static void a_restarted_screen_keeps_the_code_that_was_chosen(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    fx_backend(fx, false);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_restart(fx);
    assert_int_equal(fx->view->offer.state, HOLD_DONE);
    assert_string_equal(fx->view->offer.chosen_code, "no_answer");
    assert_true(fx->view->offer.wrapup_pending);
    fx_settle_journal(fx, true);
    fx_backend(fx, true);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->code, "no_answer");
    assert_false(fx->view->offer.wrapup_pending);
    fx_free(fx);
}

static void an_answer_that_only_the_desk_knows_is_sent_after_a_restart(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    fx_backend(fx, false);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK); /* dies before the journal has it */
    fx_restart(fx);
    assert_int_not_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    fx_settle_journal(fx, true);
    assert_int_equal(fx->view->offer.saved, WS_SAVED_JOURNAL);
    fx_backend(fx, true);
    fx_serve(fx);
    fx_pass(fx, 20);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_int_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    fx_free(fx);
}

static void no_answer_goes_to_the_backend_before_the_desk_has_it(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_settle_journal(fx, true);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    workstation_journaled(fx->ws, fx->journal[fx->n_journal - 1].write.id, true);
    assert_int_equal(fx->view->offer.saved, WS_SAVED_JOURNAL);
    assert_int_equal(fx->n_sends, 0);
    fx_kept(fx);
    assert_int_equal(fx->n_sends, 1);
    fx_free(fx);
}

static void a_note_begun_outlives_its_screen_and_not_its_person(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    assert_int_equal(fx->cmd.note(fx->cmd.arg, "Ring the bell tw", NULL), ERR_OK);
    fx_pass(fx, 2);
    assert_int_equal(fx->cmd.note(fx->cmd.arg, "a\033[2Jb", NULL), ERR_INVALID);
    fx_restart(fx);
    assert_string_equal(fx->view->offer.note, "Ring the bell tw");
    fx_settle_journal(fx, true);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, NULL), ERR_OK);
    assert_null(fx->view->offer.note);
    fx_free(fx);
}

static void a_newer_word_of_the_desk_goes_after_that_of_the_journal(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_backend(fx, false);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_restart(fx);
    fx_settle_journal(fx, true);
    fx_backend(fx, true);
    fx_serve(fx);
    fx_pass(fx, 20);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

static void a_restarted_screen_does_not_show_a_person_who_was_closed(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_DONE);
    fx_backend(fx, false);
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_restart(fx);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    fx_settle_journal(fx, true);
    fx_backend(fx, true);
    fx_serve(fx);
    assert_null(fx_held(fx));
    fx_free(fx);
}

static void a_permit_whose_screen_died_becomes_a_call_never_made(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve_deaf(fx);
    fx_push(fx);
    fx_restart(fx);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->dials, 0);
    assert_int_equal(fx_held(fx)->call.end, CALL_END_NEVER_MADE);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_told_twice_counts_once),
        cmocka_unit_test(a_gap_makes_the_screen_ask_for_the_whole_call),
        cmocka_unit_test(the_line_is_that_of_the_call),
        cmocka_unit_test(whether_it_is_encrypted_is_that_of_the_call),
        cmocka_unit_test(every_order_of_events_ends_in_the_same_state),
        cmocka_unit_test(each_event_reaches_the_backend_and_is_acknowledged_once_it_is_durable),
        cmocka_unit_test(a_desk_clock_that_is_an_hour_off_shows_right_durations),
        cmocka_unit_test(a_dead_desk_ends_the_call_as_phone_lost),
        cmocka_unit_test(a_desk_that_never_comes_back_ends_the_call_too),
        cmocka_unit_test(a_broken_link_to_a_living_desk_changes_nothing),
        cmocka_unit_test(a_dial_that_the_desk_refuses_was_never_made),
        cmocka_unit_test(a_desk_that_dies_before_it_dialled_leaves_a_call_never_made),
        cmocka_unit_test(a_dial_answered_before_its_first_event_is_no_lost_call),
        cmocka_unit_test(a_restarted_screen_shows_the_same_person_answers_and_call),
        cmocka_unit_test(an_interview_that_was_begun_goes_on),
        cmocka_unit_test(nobody_asks_for_answers_that_do_not_exist),
        cmocka_unit_test(initial_answers_are_there_once_and_a_draft_has_none_of_its_own),
        cmocka_unit_test(what_repeats_is_added_moved_and_taken_away),
        cmocka_unit_test(a_restarted_screen_sees_what_happened_meanwhile),
        cmocka_unit_test(a_restarted_screen_keeps_the_code_that_was_chosen),
        cmocka_unit_test(an_answer_that_only_the_desk_knows_is_sent_after_a_restart),
        cmocka_unit_test(no_answer_goes_to_the_backend_before_the_desk_has_it),
        cmocka_unit_test(a_note_begun_outlives_its_screen_and_not_its_person),
        cmocka_unit_test(a_newer_word_of_the_desk_goes_after_that_of_the_journal),
        cmocka_unit_test(a_restarted_screen_does_not_show_a_person_who_was_closed),
        cmocka_unit_test(a_permit_whose_screen_died_becomes_a_call_never_made),
    };
    return cmocka_run_group_tests_name("workstation_call", tests, NULL, NULL);
}
