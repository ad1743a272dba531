/* SPDX-License-Identifier: Apache-2.0 */
/* A code is corrected later in the day, or it is said that it was not. */

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workstation_fixture.h"

static struct ws_interaction *today(struct fixture *fx)
{
    struct workstation_view *v = (struct workstation_view *)(uintptr_t)fx->view;
    v->n_interactions = 1;
    v->interactions[0] = (struct ws_interaction){.offer_id = "o-9", .code = "no_answer"};
    return &v->interactions[0];
}

static enum err_code correct(struct fixture *fx, const char *id, const char *code)
{
    struct err err;
    return fx->cmd.correct(fx->cmd.arg, id, code, &err);
}

static const char *other_code(const struct fixture *fx, bool needs_callback)
{
    const struct service *s = fx->view->service;
    for (size_t i = 0; i < s->n_codes; i++)
        if (strcmp(s->codes[i].id, "no_answer") != 0 &&
            s->codes[i].needs_callback == needs_callback)
            return s->codes[i].id;
    return NULL;
}

static void it_is_asked_for_and_said(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    const char *code = other_code(fx, false);
    assert_non_null(code);
    today(fx);
    assert_int_equal(correct(fx, "o-9", code), ERR_OK);
    assert_int_not_equal(correct(fx, "o-9", code), ERR_OK); /* one at a time */
    fx_serve(fx);
    assert_non_null(strstr(fx->corrected, "o-9 "));
    assert_non_null(strstr(fx->corrected, code));
    assert_string_equal(fx->view->notice.text, "The code is corrected.");
    fx_free(fx);
}

static void a_refusal_says_that_nothing_changed(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    today(fx);
    fx->correct_code = ERR_CONFLICT;
    assert_int_equal(correct(fx, "o-9", other_code(fx, false)), ERR_OK);
    fx_serve(fx);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
    assert_non_null(strstr(fx->view->notice.text, "The code was not changed."));
    fx_free(fx);
}

/* Whether it was changed nobody knows then. */
static void a_lost_answer_claims_nothing(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    today(fx);
    assert_int_equal(correct(fx, "o-9", other_code(fx, false)), ERR_OK);
    fx_serve_deaf(fx);
    assert_int_equal(fx->view->notice.kind, WS_NOTICE_ERROR);
    assert_null(strstr(fx->view->notice.text, "not changed"));
    assert_null(strstr(fx->view->notice.text, "corrected"));
    fx_free(fx);
}

static void what_cannot_be_corrected_is_refused_here(void **state)
{
    (void)state;
    struct fixture *fx = fx_at_work();
    struct ws_interaction *in = today(fx);
    const char *code = other_code(fx, false);
    assert_int_equal(correct(fx, "another", code), ERR_STATE);
    assert_int_equal(correct(fx, "o-9", "no such code"), ERR_INVALID);
    assert_int_equal(correct(fx, "o-9", "no_answer"), ERR_STATE);
    if (other_code(fx, true))
        assert_int_equal(correct(fx, "o-9", other_code(fx, true)), ERR_INVALID);
    for (unsigned s = HOLD_OFFERED; s < HOLD_STATE_COUNT; s++) {
        in->state = (enum hold_state)s;
        assert_int_equal(correct(fx, "o-9", code), ERR_STATE);
    }
    in->state = HOLD_NONE;
    in->code[0] = '\0';
    assert_int_equal(correct(fx, "o-9", code), ERR_STATE);
    today(fx);
    fx_backend(fx, false);
    assert_int_equal(correct(fx, "o-9", code), ERR_UNAVAILABLE);
    assert_int_equal(fx_waiting(fx, WS_REQ_CORRECT), 0);
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_asked_for_and_said),
        cmocka_unit_test(a_refusal_says_that_nothing_changed),
        cmocka_unit_test(a_lost_answer_claims_nothing),
        cmocka_unit_test(what_cannot_be_corrected_is_refused_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
