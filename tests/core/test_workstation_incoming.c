/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody calls whom no queue sent: shown off queue with nobody in hand, answered, declined; never
 * in the way of the work, and never the backend's business. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

#define WHO "+32470000321 Commune de Ville-en-Hesbaye"
#define ID "in-1"

static void happens(struct fixture *fx, unsigned seq, enum call_event kind, enum call_end end)
{
    struct ws_call_event event = {
        .seq = seq, .at_utc_s = fx->utc_s, .kind = kind, .end = end, .text = ""};
    if (kind == CALL_EV_INCOMING)
        (void)snprintf(event.text, sizeof event.text, "%s", WHO);
    workstation_desk_event(fx->ws, ID, "sip-1", &event);
}

static struct fixture *off_queue(void)
{
    struct fixture *fx = fx_at_work();
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, false, NULL), ERR_OK);
    fx_serve(fx);
    assert_false(fx->view->on_queue);
    return fx;
}

static const struct fx_phone *last_asked(const struct fixture *fx, enum ws_phone_op op)
{
    for (size_t i = fx->n_phones; i-- > 0;)
        if (fx->phones[i].op == op)
            return &fx->phones[i];
    return NULL;
}

static void who_calls_is_shown_and_answered(void **state)
{
    (void)state;
    struct fixture *fx = off_queue();
    const size_t sends = fx->n_sends, journal = fx->n_journal;
    assert_int_equal(fx->cmd.take_call(fx->cmd.arg, NULL), ERR_STATE);
    happens(fx, 1, CALL_EV_INCOMING, CALL_END_NONE);
    assert_int_equal(fx->view->incoming.call.state, CALL_INCOMING);
    assert_string_equal(fx->view->incoming.from, WHO);
    assert_int_equal(fx->cmd.take_call(fx->cmd.arg, NULL), ERR_OK);
    assert_string_equal(last_asked(fx, WS_PHONE_ANSWER)->call_id, ID);
    happens(fx, 2, CALL_EV_ANSWER, CALL_END_NONE);
    assert_int_equal(fx->view->incoming.call.state, CALL_TALKING);
    assert_int_equal(fx->cmd.take_call(fx->cmd.arg, NULL), ERR_STATE);
    fx_pass(fx, 60);
    fx_push(fx);
    fx_pass(fx, 60);
    assert_false(fx_phone_asked(fx, WS_PHONE_END)); /* it is no stray */
    assert_int_equal(fx->cmd.mute(fx->cmd.arg, true, NULL), ERR_OK);
    assert_string_equal(last_asked(fx, WS_PHONE_MUTE)->call_id, ID);
    assert_int_equal(fx->cmd.hold(fx->cmd.arg, true, NULL), ERR_OK);
    assert_int_equal(fx->cmd.end_call(fx->cmd.arg, NULL), ERR_OK);
    assert_string_equal(last_asked(fx, WS_PHONE_END)->call_id, ID);
    happens(fx, 3, CALL_EV_END, CALL_END_BY_AGENT);
    assert_int_equal(fx->view->incoming.call.end, CALL_END_BY_AGENT);
    /* The desk may forget it; the backend never hears of it. */
    assert_int_equal(fx->acked, 3);
    assert_int_equal(fx->n_sends, sends);
    assert_int_equal(fx->n_journal, journal);
    fx_free(fx);
}

static void nobody_goes_on_queue_or_leaves_in_the_middle_of_it(void **state)
{
    (void)state;
    struct fixture *fx = off_queue();
    happens(fx, 1, CALL_EV_INCOMING, CALL_END_NONE);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, NULL), ERR_STATE);
    assert_int_equal(fx->cmd.sign_out(fx->cmd.arg, NULL), ERR_STATE);
    happens(fx, 2, CALL_EV_END, CALL_END_MISSED);
    assert_int_equal(fx->cmd.set_on_queue(fx->cmd.arg, true, NULL), ERR_OK);
    fx_free(fx);
}

/* On queue, or with somebody in hand, whoever calls is declined and nothing is shown. */
static void the_work_is_not_disturbed(void **state)
{
    (void)state;
    static const enum hold_state states[] = {HOLD_OFFERED, HOLD_PREVIEW, HOLD_ACW};
    for (size_t i = 0; i <= sizeof states / sizeof states[0]; i++) {
        const bool held = i < sizeof states / sizeof states[0];
        struct fixture *fx = held ? fx_in(states[i]) : fx_at_work();
        happens(fx, 1, CALL_EV_INCOMING, CALL_END_NONE);
        assert_int_equal(fx->view->incoming.call.state, CALL_NONE);
        assert_string_equal(last_asked(fx, WS_PHONE_END)->call_id, ID);
        assert_int_equal(fx->cmd.take_call(fx->cmd.arg, NULL), ERR_STATE);
        const size_t asked = fx->n_phones;
        fx_pass(fx, 5);
        happens(fx, 2, CALL_EV_END, CALL_END_BY_AGENT);
        assert_int_equal(fx->view->incoming.call.state, CALL_NONE);
        if (held)
            assert_int_equal(fx->view->offer.state, states[i]);
        assert_int_equal(fx->n_phones, asked); /* told once */
        fx_free(fx);
    }
}

/* Somebody is offered all the same, in the same moment: who talks goes on, and is not pushed out by
 * a dial. */
static void a_dial_waits_for_the_end_of_it(void **state)
{
    (void)state;
    struct fixture *fx = off_queue();
    happens(fx, 1, CALL_EV_INCOMING, CALL_END_NONE);
    happens(fx, 2, CALL_EV_ANSWER, CALL_END_NONE);
    fx_offer(fx);
    assert_int_equal(fx->cmd.accept(fx->cmd.arg, NULL), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->view->incoming.call.state, CALL_TALKING);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 0, NULL), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->asked[WS_REQ_PERMIT], 0);
    happens(fx, 3, CALL_EV_END, CALL_END_BY_PERSON);
    fx_serve(fx);
    assert_int_equal(fx->asked[WS_REQ_PERMIT], 1);
    fx_desk_dial(fx);
    assert_int_equal(fx->view->offer.call.state, CALL_DIALLING);
    assert_int_equal(fx->view->incoming.call.state, CALL_NONE);
    fx_free(fx);
}

static void a_new_screen_finds_it(void **state)
{
    (void)state;
    struct fixture *fx = off_queue();
    struct ws_call_event events[] = {
        {.seq = 1, .at_utc_s = fx->utc_s, .kind = CALL_EV_INCOMING, .text = WHO},
        {.seq = 2,        .at_utc_s = fx->utc_s,                      .kind = CALL_EV_ANSWER                 },
    };
    const struct ws_desk_call call = {.call_id = ID, .events = events, .n_events = 2};
    workstation_desk_down(fx->ws, "");
    workstation_desk_up(fx->ws, true, &call, NULL);
    assert_int_equal(fx->view->incoming.call.state, CALL_TALKING);
    assert_string_equal(fx->view->incoming.from, WHO);
    assert_false(fx_phone_asked(fx, WS_PHONE_END));
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_calls_is_shown_and_answered),
        cmocka_unit_test(nobody_goes_on_queue_or_leaves_in_the_middle_of_it),
        cmocka_unit_test(the_work_is_not_disturbed),
        cmocka_unit_test(a_dial_waits_for_the_end_of_it),
        cmocka_unit_test(a_new_screen_finds_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
