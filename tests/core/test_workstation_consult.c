/* SPDX-License-Identifier: Apache-2.0 */
/* A second call with an expert, and handing the person on. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

static const struct target expert = {TARGET_NUMBER, "+3222141919"};
static const struct target queue = {TARGET_QUEUE, "WAL_Public-Health"};

static enum err_code consult(struct fixture *fx, const struct target *target)
{
    return fx->cmd.consult(fx->cmd.arg, target, "Dr. Dubois", NULL);
}

static enum err_code transfer(struct fixture *fx, const struct target *target)
{
    return fx->cmd.transfer(fx->cmd.arg, target, "", NULL);
}

static void settle(struct fixture *fx)
{
    fx_settle_journal(fx, true);
    fx_serve(fx);
}

/* In a call, with the expert's call in this state. */
static struct fixture *consulting(enum call_state state)
{
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_serve(fx);
    fx_desk_consult(fx);
    if (state >= CALL_RINGING)
        fx_consult_event(fx, CALL_EV_RING, CALL_END_NONE);
    if (state >= CALL_TALKING)
        fx_consult_event(fx, CALL_EV_ANSWER, CALL_END_NONE);
    if (state == CALL_HELD) {
        fx_consult_event(fx, CALL_EV_HOLD, CALL_END_NONE);
        fx_desk_event(fx, CALL_EV_RESUME, CALL_END_NONE, false);
    }
    settle(fx);
    assert_int_equal(fx->view->offer.consult.call.state, state);
    fx->n_phones = 0;
    return fx;
}

static bool asked_about(const struct fixture *fx, enum ws_phone_op op, const char *call_id)
{
    for (size_t i = 0; i < fx->n_phones; i++)
        if (fx->phones[i].op == op)
            return strcmp(fx->phones[i].call_id, call_id) == 0;
    return false;
}

static void the_expert_is_called_while_the_person_is_on_hold(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(workstation_ear(o), WS_EAR_PERSON);
    assert_false(o->consult.there);
    assert_int_equal(consult(fx, &expert), ERR_OK);
    assert_true(o->consult.pending);
    assert_string_equal(o->consult.name, "Dr. Dubois");
    assert_int_equal(consult(fx, &expert), ERR_STATE); /* once */
    assert_int_equal(transfer(fx, &queue), ERR_STATE);
    assert_int_equal(fx->asked[WS_REQ_CONSULT], 1);
    fx_serve(fx);
    assert_true(asked_about(fx, WS_PHONE_CONSULT, fx->desk_call));
    fx_desk_consult(fx);
    assert_false(o->consult.pending);
    assert_true(o->consult.there);
    assert_int_equal(o->call.state, CALL_HELD);
    assert_int_equal(o->consult.call.state, CALL_DIALLING);
    assert_int_equal(workstation_ear(o), WS_EAR_NOBODY);
    fx_consult_event(fx, CALL_EV_ANSWER, CALL_END_NONE);
    assert_int_equal(workstation_ear(o), WS_EAR_EXPERT);
    settle(fx);
    assert_int_equal(fx_held(fx)->consult.state, CALL_TALKING);
    assert_int_equal(fx_held(fx)->call.state, CALL_HELD);
    assert_int_equal(fx->n_journal, 0);
    assert_int_equal(o->state, HOLD_CALL);
    assert_string_equal(o->consult.target.value, expert.value);
    fx_free(fx);
}

static void commands_are_for_whom_the_agent_hears(void **state)
{
    (void)state;
    static const enum call_state with_expert[] = {CALL_DIALLING, CALL_RINGING, CALL_TALKING};
    for (size_t i = 0; i < 3; i++) {
        struct fixture *fx = consulting(with_expert[i]);
        assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
        assert_true(asked_about(fx, WS_PHONE_END, fx->desk_consult));
        assert_int_equal(fx->cmd.mute(fx->cmd.arg, true, NULL), ERR_OK);
        assert_true(asked_about(fx, WS_PHONE_MUTE, fx->desk_consult));
        assert_int_equal(fx->cmd.dtmf(fx->cmd.arg, "1", NULL),
                         with_expert[i] == CALL_TALKING ? ERR_OK : ERR_STATE);
        fx_free(fx);
    }
    struct fixture *fx = consulting(CALL_HELD);
    assert_int_equal(workstation_ear(&fx->view->offer), WS_EAR_PERSON);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
    assert_true(asked_about(fx, WS_PHONE_END, fx->desk_call));
    fx_free(fx);
}

static void nobody_on_hold_is_hung_up_on(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_TALKING);
    struct err err = {0};
    fx_consult_event(fx, CALL_EV_END, CALL_END_BY_PERSON);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_WARNING);
    assert_int_equal(fx->view->offer.call.state, CALL_HELD);
    assert_true(fx->view->offer.consult.there); /* and says why it ended */
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, &err), ERR_STATE);
    assert_non_null(strstr(err.sentence, "on hold"));
    assert_false(fx_phone_asked(fx, WS_PHONE_END));
    fx_desk_event(fx, CALL_EV_RESUME, CALL_END_NONE, false);
    assert_false(fx->view->offer.consult.there);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
    assert_true(asked_about(fx, WS_PHONE_END, fx->desk_call));
    fx_free(fx);
    /* Without anybody consulted, whoever was put on hold is ended as before. */
    fx = fx_in(HOLD_CALL);
    fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, false);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
    fx_free(fx);
}

static void a_busy_expert_leaves_the_person_on_hold(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_DIALLING);
    fx_consult_event(fx, CALL_EV_END, CALL_END_BUSY);
    settle(fx);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(o->call.state, CALL_HELD);
    assert_int_equal(o->consult.call.end, CALL_END_BUSY);
    assert_true(o->consult.there);
    assert_int_equal(fx_held(fx)->consult.end, CALL_END_BUSY);
    assert_int_equal(fx_held(fx)->state, HOLD_CALL);
    /* Somebody else is tried, with a permit of its own. */
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->n_consults, 2);
    fx_desk_consult(fx);
    assert_int_equal(o->consult.call.state, CALL_DIALLING);
    assert_int_equal(o->call.state, CALL_HELD);
    fx_free(fx);
}

static void swapping_and_taking_back_name_both_calls(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_RINGING);
    assert_int_equal(fx->cmd.swap(fx->cmd.arg, NULL), ERR_STATE); /* not answered */
    fx_consult_event(fx, CALL_EV_ANSWER, CALL_END_NONE);
    assert_int_equal(fx->cmd.swap(fx->cmd.arg, NULL), ERR_OK);
    assert_true(asked_about(fx, WS_PHONE_SWAP, fx->desk_call));
    assert_string_equal(fx->phones[fx->n_phones - 1].consult_id, fx->desk_consult);
    assert_int_equal(fx->cmd.take_back(fx->cmd.arg, NULL), ERR_OK);
    assert_true(asked_about(fx, WS_PHONE_TAKE_BACK, fx->desk_call));
    fx_consult_event(fx, CALL_EV_END, CALL_END_BY_AGENT);
    assert_int_equal(fx->cmd.swap(fx->cmd.arg, NULL), ERR_STATE);
    fx_free(fx);
    fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.swap(fx->cmd.arg, NULL), ERR_STATE);
    assert_int_equal(fx->cmd.take_back(fx->cmd.arg, NULL), ERR_STATE);
    assert_int_equal(consult(fx, &expert), ERR_STATE);
    assert_int_equal(transfer(fx, &queue), ERR_STATE);
    fx_free(fx);
}

static void the_person_may_hang_up_meanwhile(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_TALKING);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    settle(fx);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(o->state, HOLD_ACW);
    assert_true(o->consult.there);
    assert_int_equal(workstation_ear(o), WS_EAR_EXPERT);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_WARNING);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
    assert_true(asked_about(fx, WS_PHONE_END, fx->desk_consult));
    fx_consult_event(fx, CALL_EV_END, CALL_END_BY_AGENT);
    settle(fx);
    assert_int_equal(fx_held(fx)->consult.end, CALL_END_BY_AGENT);
    fx_free(fx);
}

/* Nobody could see or end it any more. */
static void an_expert_left_on_the_line_is_ended_with_the_preview(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_TALKING);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    settle(fx);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "closed_with_data", "", 0, NULL), ERR_OK);
    settle(fx);
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, NULL), ERR_OK);
    settle(fx);
    fx->n_phones = 0;
    fx_pass(fx, 3);
    assert_true(asked_about(fx, WS_PHONE_END, fx->desk_consult));
    fx_free(fx);
}

static void a_new_screen_finds_both_calls(void **state)
{
    (void)state;
    static const enum call_state states[] = {CALL_DIALLING, CALL_RINGING, CALL_TALKING, CALL_HELD};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct fixture *fx = consulting(states[i]);
        const enum call_state person = fx->view->offer.call.state;
        fx_restart(fx);
        settle(fx);
        const struct ws_offer *o = &fx->view->offer;
        assert_int_equal(o->call.state, person);
        assert_int_equal(o->consult.call.state, states[i]);
        assert_true(o->consult.there);
        assert_string_equal(o->consult.target.value, expert.value);
        assert_false(fx_phone_asked(fx, WS_PHONE_END));
        assert_false(fx_phone_asked(fx, WS_PHONE_CONSULT));
        fx_consult_event(fx, CALL_EV_END, CALL_END_BY_PERSON);
        settle(fx);
        assert_int_equal(fx_held(fx)->consult.state, CALL_ENDED);
        fx_free(fx);
    }
}

static void a_desk_that_died_takes_both_calls_along(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_TALKING);
    fx_desk_dies(fx);
    fx_desk_up(fx, false);
    settle(fx);
    assert_int_equal(fx_held(fx)->consult.end, CALL_END_PHONE_LOST);
    assert_int_equal(fx_held(fx)->call.end, CALL_END_PHONE_LOST);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    fx_free(fx);
}

static void a_permit_without_a_call_is_told(void **state)
{
    (void)state;
    /* The desk refuses. */
    struct fixture *fx = fx_in(HOLD_CALL);
    struct err err = {0};
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_serve(fx);
    err_set(&err, ERR_STATE, "The permit is too old.");
    workstation_phone_done(fx->ws, WS_PHONE_CONSULT, fx_held(fx)->consult_id, ERR_STATE, &err);
    settle(fx);
    assert_int_equal(fx_held(fx)->consult.end, CALL_END_NEVER_MADE);
    assert_int_equal(fx->view->offer.call.state, CALL_TALKING);
    assert_false(fx->view->offer.consult.there);
    fx_free(fx);
    /* The answer is lost: nobody is called, and the agent is told. */
    fx = fx_in(HOLD_CALL);
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_serve_deaf(fx);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
    assert_false(fx->view->offer.consult.pending);
    settle(fx);
    assert_false(fx_phone_asked(fx, WS_PHONE_CONSULT));
    /* The person hung up while the backend thought about it. */
    fx_free(fx);
    fx = fx_in(HOLD_CALL);
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    fx_serve(fx);
    settle(fx);
    assert_false(fx_phone_asked(fx, WS_PHONE_CONSULT));
    assert_int_equal(fx_held(fx)->consult.end, CALL_END_NEVER_MADE);
    fx_free(fx);
    /* An answer that took more than a minute. */
    fx = fx_in(HOLD_CALL);
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_pass(fx, 61);
    fx_serve(fx);
    assert_false(fx_phone_asked(fx, WS_PHONE_CONSULT));
    fx_free(fx);
}

static void a_refusal_is_said(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx->target_code = ERR_PHONE;
    assert_int_equal(consult(fx, &expert), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
    assert_false(fx->view->offer.consult.there);
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    assert_true(fx->view->offer.transfer.pending);
    fx_serve(fx);
    assert_false(fx->view->offer.transfer.pending);
    assert_false(fx_phone_asked(fx, WS_PHONE_TRANSFER));
    const struct target me = {TARGET_USER, FX_LOGIN};
    assert_int_equal(consult(fx, &me), ERR_INVALID);
    assert_int_equal(consult(fx, &queue), ERR_INVALID);
    const struct target premium = {TARGET_NUMBER, "+3290012345"};
    assert_int_equal(transfer(fx, &premium), ERR_PHONE);
    fx_backend(fx, false);
    assert_int_equal(consult(fx, &expert), ERR_UNAVAILABLE);
    assert_int_equal(transfer(fx, &queue), ERR_UNAVAILABLE);
    fx_free(fx);
}

static void who_is_transferred_is_gone_when_somebody_answers(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    fx_serve(fx);
    assert_true(asked_about(fx, WS_PHONE_TRANSFER, fx->desk_call));
    assert_string_equal(fx->phones[fx->n_phones - 1].consult_id, "sip:WAL_Public-Health@127.0.0.1");
    assert_true(o->transfer.pending);
    assert_int_equal(transfer(fx, &queue), ERR_STATE); /* once */
    fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, false);
    fx_desk_event(fx, CALL_EV_TRANSFER, CALL_END_NONE, false);
    assert_int_equal(o->call.state, CALL_TRANSFERRING);
    assert_false(o->transfer.pending);
    assert_string_equal(o->transfer.target.value, queue.value);
    assert_int_equal(consult(fx, &expert), ERR_STATE);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_STATE);
    fx_desk_event(fx, CALL_EV_END, CALL_END_TRANSFERRED, false);
    settle(fx);
    assert_int_equal(o->state, HOLD_ACW);
    assert_int_equal(fx_held(fx)->call.end, CALL_END_TRANSFERRED);
    assert_int_equal(fx->asked[WS_REQ_TRANSFER], 1);
    fx_free(fx);
}

static void a_transfer_that_fails_comes_back_and_says_why(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    fx_serve(fx);
    workstation_phone_done(fx->ws, WS_PHONE_TRANSFER, fx->desk_call, ERR_OK, NULL);
    fx_desk_event(fx, CALL_EV_HOLD, CALL_END_NONE, false);
    fx_desk_event(fx, CALL_EV_TRANSFER, CALL_END_NONE, false);
    fx_desk_event(fx, CALL_EV_TRANSFER_FAILED, CALL_END_NONE, true);
    fx->desk_events[fx->n_desk_events - 1].sip_status = 486;
    workstation_desk_event(fx->ws, fx->desk_call, "sip-1", &fx->desk_events[fx->n_desk_events - 1]);
    assert_true(o->transfer.failed);
    assert_string_equal(o->transfer.reason, call_end_text(CALL_END_BUSY));
    assert_int_equal(o->call.state, CALL_HELD);
    fx_desk_event(fx, CALL_EV_RESUME, CALL_END_NONE, false);
    assert_int_equal(o->call.state, CALL_TALKING);
    assert_true(o->transfer.failed); /* still to be read */
    settle(fx);
    assert_int_equal(fx_held(fx)->state, HOLD_CALL);
    /* A new screen says it, too. */
    fx_restart(fx);
    settle(fx);
    assert_true(fx->view->offer.transfer.failed);
    assert_string_equal(fx->view->offer.transfer.reason, call_end_text(CALL_END_BUSY));
    /* What is done next takes its place. */
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    assert_false(fx->view->offer.transfer.failed);
    fx_free(fx);
}

/* In the middle of a consult: the expert's call ends for it, and is no longer what the screen is
 * about. */
static void a_transfer_out_of_a_consult_is_told_as_one(void **state)
{
    (void)state;
    struct fixture *fx = consulting(CALL_TALKING);
    const struct ws_offer *o = &fx->view->offer;
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    fx_serve(fx);
    workstation_phone_done(fx->ws, WS_PHONE_TRANSFER, fx->desk_call, ERR_OK, NULL);
    fx_consult_event(fx, CALL_EV_END, CALL_END_BY_AGENT);
    fx_desk_event(fx, CALL_EV_TRANSFER, CALL_END_NONE, false);
    assert_int_equal(o->call.state, CALL_TRANSFERRING);
    assert_false(o->consult.there);
    struct err err = {0};
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, &err), ERR_STATE);
    assert_string_equal(err.sentence, "The person is being transferred.");
    fx_desk_event(fx, CALL_EV_TRANSFER_FAILED, CALL_END_NONE, false);
    fx_desk_event(fx, CALL_EV_RESUME, CALL_END_NONE, false);
    assert_true(o->transfer.failed);
    assert_false(o->consult.there);
    assert_int_equal(workstation_ear(o), WS_EAR_PERSON);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
    fx_free(fx);
}

static void a_transfer_that_was_permitted_long_ago_is_not_made(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx->n_phones = 0;
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    fx_pass(fx, HOLD_PERMIT_MAX_AGE_S + 1);
    fx_serve(fx);
    assert_false(fx_phone_asked(fx, WS_PHONE_TRANSFER));
    assert_false(fx->view->offer.transfer.pending);
    assert_int_equal(fx->view->offer.call.state, CALL_TALKING);
    fx_free(fx);
}

static void the_desk_refuses_a_transfer(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    struct err err = {0};
    assert_int_equal(transfer(fx, &queue), ERR_OK);
    fx_serve(fx);
    err_set(&err, ERR_STATE, "Another request is being carried out.");
    workstation_phone_done(fx->ws, WS_PHONE_TRANSFER, fx->desk_call, ERR_STATE, &err);
    assert_false(fx->view->offer.transfer.pending);
    assert_string_equal(fx->view->notice.text, err.sentence);
    assert_int_equal(fx->view->offer.call.state, CALL_TALKING);
    fx_free(fx);
}

static void one_search_is_under_way_at_a_time(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx->cmd.search(fx->cmd.arg, "", NULL), ERR_OK);
    assert_int_equal(fx->cmd.search(fx->cmd.arg, "d", NULL), ERR_OK);
    assert_int_equal(fx->cmd.search(fx->cmd.arg, "du", NULL), ERR_OK);
    assert_int_equal(fx->asked[WS_REQ_DIRECTORY], 1);
    fx_serve(fx);
    assert_int_equal(fx->asked[WS_REQ_DIRECTORY], 2);
    assert_string_equal(fx->view->directory.typed, "du");
    assert_string_equal(fx->view->directory.users[0].login, "found-du");
    assert_true(fx->view->directory.known);
    fx_backend(fx, false);
    assert_int_equal(fx->cmd.search(fx->cmd.arg, "x", NULL), ERR_OK);
    assert_true(fx->view->directory.fails);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_expert_is_called_while_the_person_is_on_hold),
        cmocka_unit_test(commands_are_for_whom_the_agent_hears),
        cmocka_unit_test(nobody_on_hold_is_hung_up_on),
        cmocka_unit_test(a_busy_expert_leaves_the_person_on_hold),
        cmocka_unit_test(swapping_and_taking_back_name_both_calls),
        cmocka_unit_test(the_person_may_hang_up_meanwhile),
        cmocka_unit_test(an_expert_left_on_the_line_is_ended_with_the_preview),
        cmocka_unit_test(a_new_screen_finds_both_calls),
        cmocka_unit_test(a_desk_that_died_takes_both_calls_along),
        cmocka_unit_test(a_permit_without_a_call_is_told),
        cmocka_unit_test(a_refusal_is_said),
        cmocka_unit_test(who_is_transferred_is_gone_when_somebody_answers),
        cmocka_unit_test(a_transfer_that_fails_comes_back_and_says_why),
        cmocka_unit_test(a_transfer_out_of_a_consult_is_told_as_one),
        cmocka_unit_test(a_transfer_that_was_permitted_long_ago_is_not_made),
        cmocka_unit_test(the_desk_refuses_a_transfer),
        cmocka_unit_test(one_search_is_under_way_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
