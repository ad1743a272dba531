/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number after a call: only once its code is with the backend, and never to the
 * loss of what was done before. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

static const struct party mother = {PARTY_PARENT, "Marie", "+32470000109", 0, false};

static enum err_code call(struct fixture *fx, struct err *err)
{
    return fx->cmd.call_party(fx->cmd.arg, &mother, err);
}

static void deliver(struct fixture *fx)
{
    fx_settle_journal(fx, true);
    fx_serve(fx);
}

static void the_next_offer_comes_in_its_preview_and_is_dialled_as_any(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_in(HOLD_DONE);
    char first[WS_ID_MAX];
    (void)snprintf(first, sizeof first, "%s", fx->view->offer.offer_id);
    const unsigned rung = fx->view->offers_seen;
    assert_int_equal(call(fx, &err), ERR_OK);
    assert_true(fx->view->another_pending);
    assert_int_equal(call(fx, &err), ERR_STATE); /* once is enough */
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, &err), ERR_STATE);
    deliver(fx);
    assert_false(fx->view->another_pending);
    assert_string_not_equal(fx->view->offer.offer_id, first);
    assert_int_equal(fx->view->offer.state, HOLD_PREVIEW);
    assert_string_equal(fx->view->offer.chosen_code, "");
    assert_int_equal(fx->view->offer.call.state, CALL_NONE);
    assert_int_equal(fx->view->offers_seen, rung); /* nobody is offered: no bell */
    assert_int_equal(fx->view->notice.kind == WS_NOTICE_WARNING, 0);
    assert_int_equal(fx->cmd.dial(fx->cmd.arg, 1, &err), ERR_OK);
    deliver(fx);
    fx_desk_dial(fx);
    assert_int_equal(fx->view->offer.state, HOLD_CALL);
    assert_int_equal(fx->bad_dials, 0);
    fx_free(fx);
}

static void it_waits_for_the_code_and_for_the_backend(void **state)
{
    (void)state;
    struct err err;
    for (unsigned s = HOLD_OFFERED; s < HOLD_DONE; s++) {
        struct fixture *fx = fx_in((enum hold_state)s);
        assert_int_equal(call(fx, &err), ERR_STATE);
        assert_int_equal(fx->cmd.list_contacts(fx->cmd.arg, &err), ERR_STATE);
        fx_free(fx);
    }
    struct fixture *fx = fx_at_work();
    assert_int_equal(call(fx, &err), ERR_STATE);
    fx_free(fx);
    fx = fx_new();
    assert_int_not_equal(call(fx, &err), ERR_OK);
    fx_free(fx);
    /* Chosen, and not there yet. */
    fx = fx_in(HOLD_ACW);
    assert_int_equal(fx->cmd.wrapup(fx->cmd.arg, "no_answer", "", 0, &err), ERR_OK);
    assert_int_equal(fx->view->offer.state, HOLD_DONE);
    assert_int_equal(call(fx, &err), ERR_STATE);
    assert_non_null(strstr(err.sentence, "on its way"));
    deliver(fx);
    assert_int_equal(call(fx, &err), ERR_OK);
    fx_free(fx);
    /* The backend is away: said, and nothing is lost. */
    fx = fx_in(HOLD_DONE);
    fx_backend(fx, false);
    assert_int_equal(call(fx, &err), ERR_UNAVAILABLE);
    assert_int_equal(fx->view->offer.state, HOLD_DONE);
    fx_backend(fx, true);
    assert_int_equal(call(fx, &err), ERR_OK);
    fx_free(fx);
}

static void what_the_backend_refuses_is_said_and_the_preview_stays(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_in(HOLD_DONE);
    fx->refuses_another = true;
    assert_int_equal(call(fx, &err), ERR_OK);
    deliver(fx);
    assert_int_equal(fx->view->offer.state, HOLD_DONE);
    assert_int_not_equal(fx->view->notice.kind, WS_NOTICE_NONE);
    assert_false(fx->view->another_pending);
    fx->refuses_another = false;
    assert_int_equal(fx->cmd.end_preview(fx->cmd.arg, &err), ERR_OK);
    deliver(fx);
    assert_int_equal(fx->view->offer.state, HOLD_NONE);
    fx_free(fx);
}

/* The answer gets lost, or the screen dies: the snapshot tells that there is another offer. */
static void a_lost_answer_or_a_killed_screen_loses_neither_call(void **state)
{
    (void)state;
    struct err err;
    for (int killed = 0; killed < 2; killed++) {
        struct fixture *fx = fx_in(HOLD_DONE);
        assert_int_equal(call(fx, &err), ERR_OK);
        fx_settle_journal(fx, true);
        fx_serve_deaf(fx);
        if (killed)
            fx_restart(fx);
        fx_backend(fx, true);
        deliver(fx);
        assert_int_equal(fx->view->offer.state, HOLD_PREVIEW);
        assert_string_equal(fx->view->offer.offer_id, "offer-2");
        assert_string_equal(fx->offers[0].code, "no_answer");
        fx_free(fx);
    }
}

static void contacts_are_listed_until_the_preview_ends(void **state)
{
    (void)state;
    struct err err;
    struct fixture *fx = fx_in(HOLD_DONE);
    fx->contacts[0] = (struct ws_contact){.person_id = "7", .name = "Jan", .refusal = ANOTHER_HELD};
    fx->contacts[1] = (struct ws_contact){.person_id = "8", .name = "Piet"};
    fx->n_contacts = 2;
    assert_false(fx->view->contacts_known);
    assert_int_equal(fx->cmd.list_contacts(fx->cmd.arg, &err), ERR_OK);
    deliver(fx);
    assert_true(fx->view->contacts_known);
    assert_int_equal(fx->view->n_contacts, 2);
    assert_int_equal(fx->cmd.call_contact(fx->cmd.arg, "7", &err), ERR_STATE);
    assert_string_equal(err.sentence, another_refusal_text(ANOTHER_HELD));
    assert_int_equal(fx->cmd.call_contact(fx->cmd.arg, "8", &err), ERR_OK);
    deliver(fx);
    assert_int_equal(fx->view->offer.state, HOLD_PREVIEW);
    assert_int_equal(fx->view->n_contacts, 0);
    assert_false(fx->view->contacts_known);
    assert_string_equal(fx->view->contacts[1].name, "");
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_offer_comes_in_its_preview_and_is_dialled_as_any),
        cmocka_unit_test(it_waits_for_the_code_and_for_the_backend),
        cmocka_unit_test(what_the_backend_refuses_is_said_and_the_preview_stays),
        cmocka_unit_test(a_lost_answer_or_a_killed_screen_loses_neither_call),
        cmocka_unit_test(contacts_are_listed_until_the_preview_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
