/* SPDX-License-Identifier: Apache-2.0 */
/* The workstation between fakes: what an agent can do in each state, and what becomes of it when
 * backend, desk or screen go away. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

static const enum hold_state all_states[] = {HOLD_NONE, HOLD_OFFERED, HOLD_PREVIEW, HOLD_CALL,
                                             HOLD_ACW,  HOLD_OVERDUE, HOLD_DONE};
#define STATES (sizeof all_states / sizeof all_states[0])

static void the_fixture_reaches_every_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATES; i++) {
        struct fixture *fx = fx_in(all_states[i]);
        assert_int_equal(fx->view->offer.state, all_states[i]);
        assert_int_equal(fx->view->login, WS_SIGNED_IN);
        assert_int_equal(fx->bad_dials, 0);
        fx_free(fx);
    }
}

/* --- each command in each state --- */

enum command {
    SIGN_OUT,
    ACCEPT,
    SKIP,
    DIAL,
    CHOOSE_PHONE,
    END_CALL,
    MUTE,
    HOLD,
    DTMF,
    REVEAL,
    ANSWER,
    SUBMIT,
    WRAPUP,
    END_PREVIEW,
};
#define COMMANDS (END_PREVIEW + 1)

static enum err_code run(struct fixture *fx, enum command command)
{
    const struct workstation_commands *c = &fx->cmd;
    switch (command) {
    case SIGN_OUT:
        return c->sign_out(c->arg, NULL);
    case ACCEPT:
        return c->accept(c->arg, NULL);
    case SKIP:
        return (c->skip)(c->arg, "known", NULL); /* cmocka has a macro of that name */
    case DIAL:
        return c->dial(c->arg, 0, NULL);
    case CHOOSE_PHONE:
        return c->choose_phone(c->arg, 1, NULL);
    case END_CALL:
        return c->end_call(c->arg, NULL);
    case MUTE:
        return c->mute(c->arg, true, NULL);
    case HOLD:
        return c->hold(c->arg, true, NULL);
    case DTMF:
        return c->dtmf(c->arg, "12#", NULL);
    case REVEAL:
        return c->reveal_niss(c->arg, true, NULL);
    case ANSWER:
        return fx_answer(fx, true, NULL);
    case SUBMIT:
        (void)fx_answer(fx, true, NULL);
        return c->submit(c->arg, NULL);
    case WRAPUP:
        return c->wrapup(c->arg, "no_answer", "", 0, NULL);
    case END_PREVIEW:
        return c->end_preview(c->arg, NULL);
    }
    return ERR_INTERNAL;
}

#define IN(s) (1u << HOLD_##s)
#define RECORD_STATES (IN(CALL) | IN(ACW) | IN(OVERDUE) | IN(DONE))

/* In which states each command is possible: with the backend there, and with it away. */
static const struct {
    unsigned states, away;
} allowed[COMMANDS] = {
    [SIGN_OUT] = {IN(NONE) | IN(OFFERED) | IN(PREVIEW) | IN(OVERDUE) | IN(DONE),
                  IN(NONE) | IN(OFFERED) | IN(PREVIEW) | IN(OVERDUE) | IN(DONE)                                  },
    [ACCEPT] = {IN(OFFERED),                                                   0                               },
    [SKIP] = {IN(OFFERED) | IN(PREVIEW),                                     0                               },
    [DIAL] = {IN(PREVIEW),                                                   IN(PREVIEW)                     },
    [CHOOSE_PHONE] = {IN(PREVIEW),                                                   IN(PREVIEW)                     },
    [END_CALL] = {IN(CALL),                                                      IN(CALL)                        },
    [MUTE] = {IN(CALL),                                                      IN(CALL)                        },
    [HOLD] = {IN(CALL),                                                      IN(CALL)                        },
    [DTMF] = {IN(CALL),                                                      IN(CALL)                        },
    [REVEAL] = {RECORD_STATES,                                                 0                               },
    [ANSWER] = {IN(CALL) | IN(ACW) | IN(OVERDUE),                              IN(CALL) | IN(ACW) | IN(OVERDUE)},
    [SUBMIT] = {IN(CALL) | IN(ACW) | IN(OVERDUE),                              IN(CALL) | IN(ACW) | IN(OVERDUE)},
    [WRAPUP] = {IN(ACW) | IN(OVERDUE),                                         IN(ACW) | IN(OVERDUE)           },
    [END_PREVIEW] = {IN(DONE),                                                      IN(DONE)                        },
};

static void check_all(bool away)
{
    for (size_t i = 0; i < STATES; i++) {
        for (unsigned c = 0; c < COMMANDS; c++) {
            struct fixture *fx = fx_in(all_states[i]);
            if (away)
                fx_backend(fx, false);
            unsigned states = away ? allowed[c].away : allowed[c].states;
            bool possible = states & 1u << all_states[i];
            bool done = run(fx, (enum command)c) == ERR_OK;
            if (done != possible)
                fail_msg("command %u in state %s%s: %s", c, hold_state_name(all_states[i]),
                         away ? ", backend away" : "", done ? "done" : "refused");
            assert_int_equal(fx->bad_dials, 0);
            fx_free(fx);
        }
    }
}

static void each_command_is_possible_exactly_where_it_means_something(void **state)
{
    (void)state;
    check_all(false);
}

static void with_the_backend_away_the_call_goes_on_and_nothing_new_begins(void **state)
{
    (void)state;
    check_all(true);
}

static void nothing_is_possible_before_signing_in(void **state)
{
    (void)state;
    struct fixture *fx = fx_new();
    for (unsigned c = 0; c < COMMANDS; c++)
        assert_int_not_equal(run(fx, (enum command)c), ERR_OK);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, NULL), ERR_UNAUTHENTICATED);
    fx_free(fx);
}

/* --- signing in and out --- */

static void a_refused_login_says_why(void **state)
{
    (void)state;
    struct fixture *fx = fx_new();
    assert_int_equal(fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "wrong", NULL), ERR_OK);
    assert_int_equal(fx->view->login, WS_SIGNING_IN);
    struct err err = {0};
    err_set(&err, ERR_UNAUTHENTICATED, "Name or password is not right.");
    workstation_answered(fx->ws, &(struct ws_answer){.id = fx->asks[0].req.id,
                                                     .kind = WS_REQ_SIGN_IN,
                                                     .code = ERR_UNAUTHENTICATED,
                                                     .err = &err});
    assert_int_equal(fx->view->login, WS_SIGNED_OUT);
    assert_string_equal(fx->view->login_error, "Name or password is not right.");
    fx_free(fx);
}

static void a_login_that_waits_for_its_turn_shows_its_place(void **state)
{
    (void)state;
    struct fixture *fx = fx_new();
    workstation_queued(fx->ws, 9); /* nobody signs in: it says nothing */
    assert_int_equal(fx->view->login_place, 0);
    assert_int_equal(fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "right", NULL), ERR_OK);
    assert_int_equal(fx->view->login_place, 0);
    workstation_queued(fx->ws, 57);
    assert_int_equal(fx->view->login, WS_SIGNING_IN);
    assert_int_equal(fx->view->login_place, 57);
    assert_int_equal(fx->view->backend, WS_BACKEND_OK);
    workstation_queued(fx->ws, 12);
    assert_int_equal(fx->view->login_place, 12);
    struct err err = {0};
    err_set(&err, ERR_UNAUTHENTICATED, "Name or password is not right.");
    workstation_answered(fx->ws, &(struct ws_answer){.id = fx->asks[0].req.id,
                                                     .kind = WS_REQ_SIGN_IN,
                                                     .code = ERR_UNAUTHENTICATED,
                                                     .err = &err});
    assert_int_equal(fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "right", NULL), ERR_OK);
    assert_int_equal(fx->view->login_place, 0);
    fx_free(fx);
}

static void signing_out_during_a_call_names_the_reason(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    struct err err = {0};
    assert_int_equal(fx->cmd.sign_out(fx->cmd.arg, &err), ERR_STATE);
    assert_non_null(strstr(err.sentence, "call"));
    fx_free(fx);
}

static void signing_out_lets_go_of_everything(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_DONE);
    assert_int_equal(fx->cmd.sign_out(fx->cmd.arg, NULL), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->view->login, WS_SIGNED_OUT);
    assert_int_equal(fx->sessions_over, 1);
    workstation_tick(fx->ws);
    assert_true(fx_phone_asked(fx, WS_PHONE_SIGN_OUT));
    assert_null(fx->view->offer.record);
    fx_free(fx);
}

static void each_end_of_a_session_says_what_to_do(void **state)
{
    (void)state;
    static const struct {
        enum ws_end why;
        const char *says;
    } rows[] = {
        {WS_END_TIME,        "log in again"       },
        {WS_END_OTHER_LOGIN, "somewhere else"     },
        {WS_END_OPERATOR,    "operator"           },
        {WS_END_DISABLED,    "Ask your supervisor"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *fx = fx_in(HOLD_PREVIEW);
        workstation_ended(fx->ws, rows[i].why);
        assert_non_null(strstr(fx->view->login_error, rows[i].says));
        assert_int_equal(fx->view->login,
                         rows[i].why == WS_END_OTHER_LOGIN ? WS_TAKEN_OVER : WS_SIGNED_OUT);
        fx_free(fx);
    }
}

static void another_login_locks_the_screen_and_ends_its_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    workstation_ended(fx->ws, WS_END_OTHER_LOGIN);
    assert_int_equal(fx->view->login, WS_TAKEN_OVER);
    assert_true(fx_phone_asked(fx, WS_PHONE_END));
    assert_int_equal(fx_answer(fx, true, NULL), ERR_STATE);
    fx_free(fx);
}

/* Nobody could end the call from the login that is shown then. */
static void a_session_that_is_refused_ends_its_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx->n_phones = 0;
    assert_int_equal(fx->cmd.set_status(fx->cmd.arg, AGENT_BREAK, NULL), ERR_OK);
    const struct ws_request *req = &fx->asks[fx->n_asks - 1].req;
    workstation_answered(
        fx->ws, &(struct ws_answer){.id = req->id, .kind = req->kind, .code = ERR_UNAUTHENTICATED});
    assert_int_equal(fx->view->login, WS_SIGNED_OUT);
    assert_true(fx_phone_asked(fx, WS_PHONE_END));
    fx_free(fx);

    fx = fx_in(HOLD_CALL);
    fx->n_phones = 0;
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    const uint64_t id = fx->sends[fx->n_sends - 1].write.id;
    workstation_sent(fx->ws, id, &(struct ws_write_result){.code = ERR_UNAUTHENTICATED});
    assert_int_equal(fx->view->login, WS_SIGNED_OUT);
    assert_true(fx_phone_asked(fx, WS_PHONE_END));
    assert_int_equal(fx->n_journal, 1); /* for the next login */
    fx_free(fx);
}

static void a_screen_that_another_replaced_leaves_the_call_alone(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx->n_phones = 0;
    workstation_desk_replaced(fx->ws);
    fx_pass(fx, 3);
    assert_int_equal(fx->view->login, WS_TAKEN_OVER);
    assert_true(fx->view->desk_replaced);
    assert_int_equal(fx->n_phones, 0);
    fx_free(fx);
}

static void a_screen_that_is_replaced_before_signing_in_is_locked_too(void **state)
{
    (void)state;
    struct fixture *fx = fx_new();
    fx_desk_up(fx, false);
    assert_int_equal(fx->cmd.sign_in(fx->cmd.arg, "demo", "secret", NULL), ERR_OK);
    workstation_desk_replaced(fx->ws);
    fx_serve(fx); /* the answer to the login finds nobody */
    assert_int_equal(fx->view->login, WS_TAKEN_OVER);
    assert_true(fx->view->desk_replaced);
    fx_free(fx);
}

/* --- offer, preview, dialling --- */

static void a_new_offer_rings_once(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_OFFERED);
    unsigned seen = fx->view->offers_seen;
    fx_push(fx);
    fx_push(fx);
    assert_int_equal(seen, 1);
    assert_int_equal(fx->view->offers_seen, 1);
    assert_false(fx->view->offer.has_person);
    fx_free(fx);
}

static void an_offer_that_nobody_answered_is_said(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_OFFERED);
    struct ws_work work;
    fx_make_work(fx, &work);
    work.status = AGENT_AWAY;
    work.on_queue = false;
    work.offer = (struct ws_work_offer){0};
    workstation_work(fx->ws, &work);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_WARNING);
    assert_non_null(strstr(fx->view->notice.text, "off queue"));
    fx_free(fx);
}

static void waiting_begins_anew_after_each_person(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_DONE);
    int64_t before = fx->utc_s;
    fx_pass(fx, 100);
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, NULL), ERR_OK);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    assert_int_equal(fx->view->on_queue_since_utc_s, before + 100);
    struct ws_work work;
    fx_make_work(fx, &work);
    work.on_queue_since_utc_s = before - 5000;
    work.offer = (struct ws_work_offer){0};
    workstation_work(fx->ws, &work);
    assert_int_equal(fx->view->on_queue_since_utc_s, before + 100);
    fx_free(fx);
}

static void on_a_break_the_switch_is_refused_at_once(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    struct ws_work work;
    struct err err = {0};
    fx_make_work(fx, &work);
    work.status = AGENT_BREAK;
    work.on_queue = false;
    workstation_work(fx->ws, &work);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, &err), ERR_STATE);
    assert_string_equal(err.sentence, "Choose available first.");
    assert_int_equal(fx_waiting(fx, WS_REQ_SET_ON_QUEUE), 0);
    fx_free(fx);
}

static void the_call_starts_by_itself_at_the_deadline(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    fx_pass(fx, 29);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 0);
    fx_pass(fx, 2);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 1);
    assert_true(fx->view->offer.dial_pending);
    fx_serve(fx);
    assert_int_equal(fx->dials, 1);
    assert_int_equal(fx->bad_dials, 0);
    fx_free(fx);
}

static void without_a_headset_nobody_is_called(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    struct err err = {0};
    workstation_desk_phone(fx->ws, WS_PHONE_NO_SOUND, "There is no sound device.");
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, &err), ERR_STATE);
    assert_non_null(strstr(err.sentence, "headset"));
    fx_pass(fx, 60);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 0);
    assert_false(fx->view->offer.dial_pending);
    /* Plugged in: not at once by itself, it has to reach the agent's ears. */
    workstation_desk_phone(fx->ws, WS_PHONE_READY, "");
    fx_pass(fx, 4);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 0);
    fx_pass(fx, 2);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 1);
    fx_serve(fx);
    assert_int_equal(fx->dials, 1);
    fx_free(fx);
}

static void the_countdown_calls_the_number_that_was_picked(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.choose_phone(fx->cmd.arg, 1, NULL), ERR_OK);
    assert_int_equal(fx->view->offer.phone_index, 1);
    fx_pass(fx, 31);
    assert_int_equal(fx->asks[fx->n_asks - 1].req.phone_index, 1);
    fx_free(fx);
}

static void without_the_backend_the_dial_waits_for_its_permit(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    fx_backend(fx, false);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_pass(fx, 10);
    fx_serve(fx);
    assert_true(fx->view->offer.dial_pending);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_WARNING);
    assert_int_equal(fx->dials, 0);
    fx_backend(fx, true);
    fx_serve(fx);
    assert_int_equal(fx->dials, 1);
    assert_int_equal(fx->bad_dials, 0);
    fx_free(fx);
}

static void a_permit_that_comes_too_late_is_not_dialled(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx->now_ms += 61000;
    fx->utc_s += 61;
    for (size_t i = 0; i < fx->n_asks; i++) /* it was granted at once, long ago */
        if (fx->asks[i].req.kind == WS_REQ_PERMIT) {
            memcpy(fx->keys[fx->n_keys], fx->asks[i].req.key, WS_KEY_SIZE);
            fx->key_first_ms[fx->n_keys++] = fx->now_ms - 61000;
        }
    fx_serve(fx);
    assert_int_equal(fx->dials, 0);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    assert_int_equal(fx->view->offer.call.end, CALL_END_NEVER_MADE);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->state, HOLD_ACW);
    fx_free(fx);
}

static void a_lost_permit_is_asked_for_again_under_the_same_key(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    char key[WS_KEY_SIZE];
    memcpy(key, fx->asks[0].req.key, sizeof key);
    fx_serve_deaf(fx); /* granted, but the answer is lost */
    assert_int_equal(fx_held(fx)->state, HOLD_CALL);
    fx_push(fx);
    fx_pass(fx, 3);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 1);
    assert_string_equal(fx->asks[fx->n_asks - 1].req.key, key);
    fx_serve(fx);
    assert_int_equal(fx->dials, 1);
    assert_int_equal(fx->bad_dials, 0);
    fx_free(fx);
}

static void a_lost_permit_that_grew_old_becomes_a_call_never_made(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve_deaf(fx);
    fx_backend(fx, false);
    fx_pass(fx, 70);
    fx_backend(fx, true);
    for (int i = 0; i < 3; i++) {
        fx_settle_journal(fx, true);
        fx_serve(fx);
        fx_pass(fx, 1);
    }
    assert_int_equal(fx->dials, 0);
    assert_int_equal(fx_held(fx)->state, HOLD_ACW);
    assert_int_equal(fx_held(fx)->call.end, CALL_END_NEVER_MADE);
    fx_free(fx);
}

static void refuse_permit(struct fixture *fx)
{
    struct err err = {0};
    err_set(&err, ERR_STATE, "This number is being called from another place.");
    uint64_t id = 0;
    for (size_t i = 0; i < fx->n_asks; i++)
        if (fx->asks[i].req.kind == WS_REQ_PERMIT)
            id = fx->asks[i].req.id;
    fx->n_asks = 0;
    workstation_answered(
        fx->ws,
        &(struct ws_answer){.id = id, .kind = WS_REQ_PERMIT, .code = ERR_STATE, .err = &err});
}

static void a_refused_permit_is_said_and_tried_again_at_the_deadline_only(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    refuse_permit(fx);
    assert_string_equal(fx->view->notice.text, "This number is being called from another place.");
    fx_pass(fx, 20);
    assert_false(fx->view->offer.dial_pending);
    fx_pass(fx, 20);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 1);
    refuse_permit(fx);
    fx_pass(fx, 60);
    assert_false(fx->view->offer.dial_pending);
    fx_free(fx);
}

static void without_a_phone_nobody_goes_on_queue_or_dials(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_PREVIEW);
    fx_desk_dies(fx);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_STATE);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, NULL), ERR_STATE);
    assert_int_equal(fx->view->phone, WS_PHONE_NO_DESK);
    fx_pass(fx, 40);
    assert_int_equal(fx_waiting(fx, WS_REQ_PERMIT), 0);
    fx_desk_up(fx, false);
    fx_serve(fx);
    assert_int_equal(fx->dials, 1);
    fx_free(fx);
}

static void the_record_is_looked_at_once_a_call(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_non_null(fx->view->offer.record);
    assert_string_equal(fx->view->offer.niss_masked, "**.**.**-***.28");
    fx_pass(fx, 30);
    fx_serve(fx);
    fx_push(fx);
    fx_serve(fx);
    assert_int_equal(fx->asked[WS_REQ_RECORD], 1);
    fx_free(fx);
}

static void a_revealed_number_is_hidden_again(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx->cmd.reveal_niss(fx->cmd.arg, true, NULL), ERR_OK);
    fx_serve(fx);
    assert_string_equal(fx->view->offer.niss, "85.07.30-033.28");
    assert_int_equal(fx->cmd.reveal_niss(fx->cmd.arg, false, NULL), ERR_OK);
    assert_string_equal(fx->view->offer.niss, "");
    fx_free(fx);
}

/* --- after-call work --- */

static void a_code_is_proposed_from_the_calls_end(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    assert_int_equal(fx->cmd.submit(fx->cmd.arg, NULL), ERR_OK);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    assert_string_equal(fx->view->offer.proposed_code, "closed_with_data");
    fx_free(fx);
}

static void a_callback_needs_its_time(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    struct err err = {0};
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "rescheduled", "", 0, &err), ERR_INVALID);
    assert_string_equal(err.field, "/callback_at");
    assert_int_equal(
        fx->cmd.wrapup(fx->cmd.arg, "rescheduled", "", fx->view->now_utc_s + 3600, &err), ERR_OK);
    fx_free(fx);
}

static void a_callback_that_was_agreed_counts_in_place_of_a_time(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    const struct callback_wish wish = {
        .date = {2026, 6, 10},
          .minute_of_day = 930
    };
    assert_int_equal(fx->cmd.agree(fx->cmd.arg, &wish, NULL), ERR_OK);
    assert_int_equal(fx->cmd.agree(fx->cmd.arg, NULL, NULL), ERR_OK);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "rescheduled", "", 0, NULL), ERR_INVALID);
    assert_int_equal(fx->cmd.agree(fx->cmd.arg, &wish, NULL), ERR_OK);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "rescheduled", "", 0, NULL), ERR_OK);
    fx_free(fx);
}

static void the_form_of_a_callback_is_kept_as_it_was_typed(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    char long_text[2000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(fx->cmd.form(fx->cmd.arg, "tomorrow\n15", NULL), ERR_OK);
    assert_string_equal(fx->view->offer.form, "tomorrow\n15");
    assert_int_equal(fx->cmd.form(fx->cmd.arg, long_text, NULL), ERR_TOO_LARGE);
    assert_string_equal(fx->view->offer.form, "tomorrow\n15");
    assert_int_equal(fx->cmd.form(fx->cmd.arg, "", NULL), ERR_OK);
    assert_null(fx->view->offer.form);
    fx_free(fx);
}

static void an_unknown_code_or_a_strange_note_is_refused(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "", "", 0, NULL), ERR_INVALID);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "nonsense", "", 0, NULL), ERR_INVALID);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "a\033[2Jb", 0, NULL), ERR_INVALID);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    fx_free(fx);
}

static void a_whole_hour_without_backend_loses_nothing(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    struct fx_offer *o = fx_held(fx);
    fx_backend(fx, false);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    assert_int_equal(fx->cmd.submit(fx->cmd.arg, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    assert_int_equal(fx->view->offer.saved, WS_SAVED_JOURNAL);
    fx_pass(fx, 600);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_AGENT, false);
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    assert_int_equal(fx->view->offer.deadline_utc_s, fx->utc_s + 60);
    fx_pass(fx, 30);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "closed_with_data", "fine", 0, NULL), ERR_OK);
    int64_t chosen = fx->utc_s;
    assert_false(fx->view->offer.wrapup_kept); /* nothing is called kept before it is on disk */
    fx_settle_journal(fx, true);
    assert_int_equal(fx->view->offer.state, HOLD_DONE);
    assert_true(fx->view->offer.wrapup_pending);
    assert_true(fx->view->offer.wrapup_kept);
    assert_false(fx->view->offer.late);
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    fx_pass(fx, 3000);
    assert_true(fx->view->unsent > 0);
    for (size_t i = 0; i < fx->n_journal; i++)
        if (fx->journal[i].write.kind == WS_WRITE_WRAPUP)
            assert_int_equal(fx->journal[i].write.chosen_utc_s, chosen);
    fx_backend(fx, true);
    assert_int_equal(fx->view->offer.state, HOLD_NONE); /* no flicker back */
    fx_serve(fx);
    assert_string_equal(o->code, "closed_with_data");
    assert_string_equal(o->response, "yes/completed");
    assert_int_equal(o->state, HOLD_NONE);
    assert_int_equal(fx->view->unsent, 0);
    assert_int_equal(fx->n_journal, 0);
    fx_free(fx);
}

static void time_that_runs_out_marks_late_and_still_takes_the_code(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    fx_backend(fx, false);
    fx_pass(fx, 70);
    assert_int_equal(fx->view->offer.state, HOLD_OVERDUE);
    assert_true(fx->view->offer.late);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
    assert_true(fx->view->offer.late);
    fx_free(fx);
}

static void a_wrapup_refused_for_good_is_taken_back_and_said(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    assert_int_equal(fx->n_sends, 1);
    struct err err = {0};
    err_set(&err, ERR_INVALID, "No such code.");
    workstation_sent(fx->ws, fx->sends[0].write.id,
                     &(struct ws_write_result){.code = ERR_INVALID, .err = &err});
    assert_int_equal(fx->view->offer.state, HOLD_ACW);
    assert_string_equal(fx->view->offer.chosen_code, "");
    assert_string_equal(fx->view->notice.text, "No such code.");
    assert_int_equal(fx->n_journal, 1); /* kept for a look at it */
    fx_free(fx);
}

/* --- answers --- */

static void an_incomplete_script_cannot_be_submitted(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx->cmd.submit(fx->cmd.arg, NULL), ERR_STATE);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    assert_int_equal(fx->cmd.submit(fx->cmd.arg, NULL), ERR_OK);
    assert_true(fx->view->offer.submitted);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_STATE);
    fx_free(fx);
}

/* The status bar would flicker at every answer. */
static void only_a_write_that_waits_for_a_second_is_said_to_be_slow(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    assert_int_equal(fx->view->unsent, 1);
    assert_false(fx->view->sending_is_slow);
    fx_settle_journal(fx, true);
    assert_false(fx->view->sending_is_slow);
    fx_pass(fx, 1);
    assert_true(fx->view->sending_is_slow);
    fx_serve(fx);
    assert_int_equal(fx->view->unsent, 0);
    assert_false(fx->view->sending_is_slow);
    fx_free(fx);
}

static void a_newer_draft_replaces_those_that_were_not_sent(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_backend(fx, false);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(fx_answer(fx, i % 2, NULL), ERR_OK);
        fx_settle_journal(fx, true);
    }
    assert_int_equal(fx->view->unsent, 1);
    assert_int_equal(fx->n_journal, 1);
    fx_backend(fx, true);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_int_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    fx_free(fx);
}

static void a_draft_whose_acceptance_was_lost_is_sent_on_the_newer_version(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve_deaf(fx);
    assert_int_equal(fx_held(fx)->version, 1);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_pass(fx, 20);
    fx_serve(fx);
    fx_pass(fx, 20);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

static void a_journal_that_cannot_write_is_said_and_the_answer_sent_all_the_same(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, false);
    assert_true(fx->view->journal_fails);
    assert_int_equal(fx->view->offer.saved, WS_SAVING);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_int_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    assert_false(fx->view->journal_fails);
    fx_free(fx);
}

/* Without backend nothing is called saved; when there is room again it is kept after all. */
static void what_the_journal_could_not_keep_goes_there_when_there_is_room_again(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx_backend(fx, false);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    fx_settle_journal(fx, false);
    assert_true(fx->view->journal_fails);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, false);
    assert_int_equal(fx->view->offer.saved, WS_SAVING);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
    fx_settle_journal(fx, true); /* the code is kept, and what it needs follows */
    assert_false(fx->view->journal_fails);
    fx_settle_journal(fx, true);
    fx_settle_journal(fx, true);
    fx_restart(fx);
    fx_backend(fx, true);
    for (int i = 0; i < 4; i++) {
        fx_settle_journal(fx, true);
        fx_serve(fx);
        fx_pass(fx, 20);
    }
    assert_int_equal(fx_held(fx)->n_wrapups, 1); /* the end of the call came before its code */
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

static void a_disk_that_hangs_keeps_nothing_from_the_backend(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_kept(fx);
    fx_pass(fx, 5);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "");
    fx_kept(fx);
    fx_pass(fx, 6);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_true(fx->view->journal_fails);
    assert_int_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    fx_free(fx);
}

/* --- clocks --- */

static void assert_counts_down(const struct fixture *fx, int64_t at_least_s, int64_t at_most_s)
{
    const int64_t left = fx->view->offer.deadline_utc_s - fx->view->now_utc_s;
    assert_in_range(fx->view->now_utc_s, fx->utc_s - 1, fx->utc_s + 2);
    assert_in_range(left, at_least_s, at_most_s);
}

static void a_pc_whose_clock_is_wrong_shows_the_right_time_to_go(void **state)
{
    (void)state;
    static const int64_t wrong_s[] = {-3600, 3600, 86400 * 365};
    for (size_t i = 0; i < sizeof wrong_s / sizeof wrong_s[0]; i++) {
        struct fixture *fx = fx_in(HOLD_PREVIEW);
        const int64_t left = fx->view->offer.deadline_utc_s - fx->view->now_utc_s;
        fx->pc_ahead_s = wrong_s[i]; /* in the midst of it */
        fx_pass(fx, 2);
        assert_counts_down(fx, left - 3, left - 1);
        workstation_ended(fx->ws, WS_END_TIME);
        (void)fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "secret", NULL); /* and from the beginning */
        fx_serve(fx);
        fx_backend(fx, true);
        fx_pass(fx, 1);
        assert_in_range(fx->view->now_utc_s, fx->utc_s - 1, fx->utc_s + 2);
        fx_free(fx);
    }
}

static void a_desk_whose_clock_is_wrong_reports_the_right_instants(void **state)
{
    (void)state;
    static const int64_t wrong_s[] = {-3600, 3600};
    for (size_t i = 0; i < sizeof wrong_s / sizeof wrong_s[0]; i++) {
        struct fixture *fx = fx_in(HOLD_CALL);
        fx->desk_ahead_s = wrong_s[i];
        fx_backend(fx, false); /* nobody but the screen knows how long there is to go */
        fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
        assert_int_equal(fx->view->offer.state, HOLD_ACW);
        assert_counts_down(fx, 50, 62);
        const struct ws_write *w = &fx->journal[fx->n_journal - 1].write;
        assert_int_equal(w->kind, WS_WRITE_CALL_EVENT);
        assert_in_range(w->event.at_utc_s, fx->utc_s - 2, fx->utc_s + 2);
        fx_free(fx);
    }
}

static void a_backend_whose_clock_is_moved_is_followed(void **state)
{
    (void)state;
    static const int64_t steps_s[] = {-3600, 3600};
    for (size_t i = 0; i < sizeof steps_s / sizeof steps_s[0]; i++) {
        struct fixture *fx = fx_in(HOLD_PREVIEW);
        const int64_t left = fx->view->offer.deadline_utc_s - fx->view->now_utc_s;
        fx->utc_s += steps_s[i];
        fx_held(fx)->deadline += steps_s[i];
        fx_pass(fx, 1);
        assert_in_range(fx->view->offer.deadline_utc_s - fx->view->now_utc_s, left - 2, left);
        fx_push(fx); /* the backend says it anew */
        assert_counts_down(fx, left - 3, left);
        fx_free(fx);
    }
}

/* --- what the backend fails at --- */

static void fail_newest(struct fixture *fx, enum err_code code, int64_t retry_after_s)
{
    struct ws_write *w = &fx->sends[--fx->n_sends].write;
    const uint64_t id = w->id;
    ws_write_deinit(w);
    workstation_sent(fx->ws, id,
                     &(struct ws_write_result){.code = code, .retry_after_s = retry_after_s});
}

static void a_write_that_always_fails_holds_up_its_own_person_only(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    static char event_offer[] = "another";
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    assert_int_equal(fx->n_sends, 1);
    fail_newest(fx, ERR_INTERNAL, 0);
    assert_true(fx->view->store_fails);
    struct ws_write other = {.kind = WS_WRITE_END, .key = "0123456789abcdef0123456789abcdef"};
    memcpy(other.offer_id, event_offer, sizeof event_offer);
    workstation_restore_writes(fx->ws, &other, 1);
    fx_settle_journal(fx, true);
    fx_pass(fx, 2);
    /* The restored one is older, so it goes first, and does not wait for the other's pause. */
    assert_string_equal(fx->sends[fx->n_sends - 1].write.offer_id, event_offer);
    fx_free(fx);
}

static void answers_that_always_fail_hold_up_neither_call_nor_code(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fx->sends[fx->n_sends - 1].write.kind, WS_WRITE_RESPONSE);
        fail_newest(fx, ERR_INTERNAL, 0);
        assert_int_equal(fx->n_sends, 0); /* never at once again */
        fx_pass(fx, 60);
    }
    fail_newest(fx, ERR_INTERNAL, 0);
    fx_desk_event(fx, CALL_EV_END, CALL_END_BY_PERSON, false);
    fx_settle_journal(fx, true);
    fx_pass(fx, 16);
    assert_int_equal(fx->n_sends, 1);
    assert_int_equal(fx->sends[0].write.kind, WS_WRITE_CALL_EVENT);
    fx_serve(fx);
    assert_int_equal(fx_held(fx)->state, HOLD_ACW);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    for (int i = 0; i < 4; i++) {
        fx_pass(fx, 2);
        fx_serve(fx);
    }
    assert_int_equal(fx_held(fx)->n_wrapups, 1);
    /* And the answers are not forgotten. */
    fx_pass(fx, 60);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_false(fx->view->store_fails);
    fx_free(fx);
}

/* Another version of the backend knows no such path: the next login tries again. */
static void what_the_backend_does_not_know_stays_in_the_journal(void **state)
{
    (void)state;
    static const enum err_code codes[] = {ERR_NOT_FOUND, ERR_METHOD, ERR_MEDIA_TYPE, ERR_INVALID};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct fixture *fx = fx_in(HOLD_CALL);
        assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
        fx_settle_journal(fx, true);
        fail_newest(fx, codes[i], 0);
        assert_int_equal(fx->n_journal, 1);
        assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
        assert_int_equal(fx->view->offer.saved, WS_SAVED_NOTHING);
        fx_pass(fx, 120);
        assert_int_equal(fx->n_sends, 0);
        fx_free(fx);
    }
}

static void what_the_backend_asks_for_is_waited_within_bounds(void **state)
{
    (void)state;
    static const struct {
        int64_t asked_s, silent_s, then_s;
    } rows[] = {
        {30,      28, 4},
        {1000000, 58, 4}, /* not for days */
        {-5,      0,  2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *fx = fx_in(HOLD_CALL);
        assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
        fx_settle_journal(fx, true);
        fail_newest(fx, ERR_THROTTLED, rows[i].asked_s);
        fx_pass(fx, rows[i].silent_s);
        assert_int_equal(fx->n_sends, 0);
        fx_pass(fx, rows[i].then_s);
        assert_int_equal(fx->n_sends, 1);
        fx_free(fx);
    }
}

/* --- the same agent at another machine before --- */

static struct ws_write old_words(const struct fixture *fx, int64_t fence)
{
    struct ws_write w = {.kind = WS_WRITE_RESPONSE,
                         .key = "fedcba9876543210fedcba9876543210",
                         .fence = fence,
                         .response = strdup("no/in-progress")};
    memcpy(w.offer_id, fx->view->offer.offer_id, sizeof w.offer_id);
    return w;
}

static void words_of_an_earlier_login_never_overwrite_newer_ones(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    struct fx_offer *held = fx_held(fx);
    /* Another machine's words are at the backend, and this one's journal holds older ones. */
    snprintf(held->response, sizeof held->response, "yes/in-progress");
    held->version = 7;
    held->made_fence = 1 + held->fence;
    held->fence += 2;
    workstation_ended(fx->ws, WS_END_TIME);
    struct ws_write old = old_words(fx, 1);
    snprintf(old.offer_id, sizeof old.offer_id, "%s", held->offer_id);
    old.fence = held->fence - 2;
    fx->left = &old;
    fx->n_left = 1;
    (void)fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "secret", NULL);
    for (int i = 0; i < 4; i++) {
        fx_serve(fx);
        fx_pass(fx, 4);
    }
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    assert_non_null(fx->view->offer.answers);
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    fx_free(fx);
}

/* Nobody gave newer ones: what was left is what counts, and what is shown. */
static void words_of_an_earlier_login_count_when_there_are_no_newer_ones(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_ACW);
    struct fx_offer *held = fx_held(fx);
    workstation_ended(fx->ws, WS_END_TIME);
    struct ws_write old = old_words(fx, held->fence++);
    snprintf(old.offer_id, sizeof old.offer_id, "%s", held->offer_id);
    fx->left = &old;
    fx->n_left = 1;
    (void)fx->cmd.sign_in(fx->cmd.arg, FX_LOGIN, "secret", NULL);
    for (int i = 0; i < 4; i++) {
        fx_serve(fx);
        fx_pass(fx, 4);
    }
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    assert_non_null(fx->view->offer.answers);
    assert_int_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    assert_int_equal(fx->view->unsent, 0);
    fx_free(fx);
}

static void nothing_is_sent_before_the_journal_has_it(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_pass(fx, 5);
    assert_int_equal(fx->n_sends, 0);
    assert_int_equal(fx->view->offer.saved, WS_SAVING);
    fx_free(fx);
}

static void a_released_person_leaves_the_screen_and_the_call_ends(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_CALL);
    fx->n_phones = 0;
    fx_release(fx);
    fx_pass(fx, 2);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_WARNING);
    assert_true(fx_phone_asked(fx, WS_PHONE_END));
    fx_free(fx);
}

static void a_released_offer_is_said_too(void **state)
{
    (void)state;
    struct fixture *fx = fx_in(HOLD_OFFERED);
    fx_release(fx);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    assert_string_equal(fx->view->notice.text, "This person is no longer offered to you.");
    fx_free(fx);
}

/* A newer interview is for whoever is offered next; what is being read aloud stays. */
static void a_newer_script_comes_with_the_next_person(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    fx->newest = "1";
    fx_go(fx, HOLD_CALL);
    assert_string_equal(fx->view->offer.script->version, "1");
    fx->newest = "2"; /* nothing is answered yet */
    fx_push(fx);
    fx_serve(fx);
    assert_string_equal(fx->view->offer.script->version, "1");
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_serve(fx);
    assert_string_equal(fx->view->offer.script->version, "1");
    fx_release(fx);
    fx_pass(fx, 2);
    const unsigned asked = fx->asked[WS_REQ_SCRIPT];
    fx_go(fx, HOLD_CALL);
    assert_string_equal(fx->view->offer.script->version, "2");
    assert_int_equal(fx->asked[WS_REQ_SCRIPT], asked + 1);
    fx_release(fx);
    fx_pass(fx, 2);
    fx_go(fx, HOLD_CALL); /* the same again: it is there */
    assert_int_equal(fx->asked[WS_REQ_SCRIPT], asked + 1);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fixture_reaches_every_state),
        cmocka_unit_test(each_command_is_possible_exactly_where_it_means_something),
        cmocka_unit_test(with_the_backend_away_the_call_goes_on_and_nothing_new_begins),
        cmocka_unit_test(nothing_is_possible_before_signing_in),
        cmocka_unit_test(a_refused_login_says_why),
        cmocka_unit_test(a_login_that_waits_for_its_turn_shows_its_place),
        cmocka_unit_test(signing_out_during_a_call_names_the_reason),
        cmocka_unit_test(signing_out_lets_go_of_everything),
        cmocka_unit_test(each_end_of_a_session_says_what_to_do),
        cmocka_unit_test(another_login_locks_the_screen_and_ends_its_call),
        cmocka_unit_test(a_session_that_is_refused_ends_its_call),
        cmocka_unit_test(a_screen_that_another_replaced_leaves_the_call_alone),
        cmocka_unit_test(a_screen_that_is_replaced_before_signing_in_is_locked_too),
        cmocka_unit_test(a_new_offer_rings_once),
        cmocka_unit_test(an_offer_that_nobody_answered_is_said),
        cmocka_unit_test(waiting_begins_anew_after_each_person),
        cmocka_unit_test(on_a_break_the_switch_is_refused_at_once),
        cmocka_unit_test(the_call_starts_by_itself_at_the_deadline),
        cmocka_unit_test(without_a_headset_nobody_is_called),
        cmocka_unit_test(the_countdown_calls_the_number_that_was_picked),
        cmocka_unit_test(without_the_backend_the_dial_waits_for_its_permit),
        cmocka_unit_test(a_permit_that_comes_too_late_is_not_dialled),
        cmocka_unit_test(a_lost_permit_is_asked_for_again_under_the_same_key),
        cmocka_unit_test(a_lost_permit_that_grew_old_becomes_a_call_never_made),
        cmocka_unit_test(a_refused_permit_is_said_and_tried_again_at_the_deadline_only),
        cmocka_unit_test(without_a_phone_nobody_goes_on_queue_or_dials),
        cmocka_unit_test(the_record_is_looked_at_once_a_call),
        cmocka_unit_test(a_revealed_number_is_hidden_again),
        cmocka_unit_test(a_code_is_proposed_from_the_calls_end),
        cmocka_unit_test(a_callback_needs_its_time),
        cmocka_unit_test(a_callback_that_was_agreed_counts_in_place_of_a_time),
        cmocka_unit_test(the_form_of_a_callback_is_kept_as_it_was_typed),
        cmocka_unit_test(an_unknown_code_or_a_strange_note_is_refused),
        cmocka_unit_test(a_whole_hour_without_backend_loses_nothing),
        cmocka_unit_test(time_that_runs_out_marks_late_and_still_takes_the_code),
        cmocka_unit_test(a_wrapup_refused_for_good_is_taken_back_and_said),
        cmocka_unit_test(an_incomplete_script_cannot_be_submitted),
        cmocka_unit_test(only_a_write_that_waits_for_a_second_is_said_to_be_slow),
        cmocka_unit_test(a_newer_draft_replaces_those_that_were_not_sent),
        cmocka_unit_test(a_draft_whose_acceptance_was_lost_is_sent_on_the_newer_version),
        cmocka_unit_test(a_journal_that_cannot_write_is_said_and_the_answer_sent_all_the_same),
        cmocka_unit_test(what_the_journal_could_not_keep_goes_there_when_there_is_room_again),
        cmocka_unit_test(a_disk_that_hangs_keeps_nothing_from_the_backend),
        cmocka_unit_test(a_pc_whose_clock_is_wrong_shows_the_right_time_to_go),
        cmocka_unit_test(a_desk_whose_clock_is_wrong_reports_the_right_instants),
        cmocka_unit_test(a_backend_whose_clock_is_moved_is_followed),
        cmocka_unit_test(a_write_that_always_fails_holds_up_its_own_person_only),
        cmocka_unit_test(answers_that_always_fail_hold_up_neither_call_nor_code),
        cmocka_unit_test(what_the_backend_does_not_know_stays_in_the_journal),
        cmocka_unit_test(what_the_backend_asks_for_is_waited_within_bounds),
        cmocka_unit_test(words_of_an_earlier_login_never_overwrite_newer_ones),
        cmocka_unit_test(words_of_an_earlier_login_count_when_there_are_no_newer_ones),
        cmocka_unit_test(nothing_is_sent_before_the_journal_has_it),
        cmocka_unit_test(a_released_person_leaves_the_screen_and_the_call_ends),
        cmocka_unit_test(a_released_offer_is_said_too),
        cmocka_unit_test(a_newer_script_comes_with_the_next_person),
    };
    return cmocka_run_group_tests_name("workstation", tests, NULL, NULL);
}
