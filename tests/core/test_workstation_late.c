/* SPDX-License-Identifier: Apache-2.0 */
/* A desk behind a line that tells it things late: a screen that dies then leaves an older picture
 * there than its journal or the backend has. */

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

enum { LONG_S = 15 }; /* the workstation does not wait so long for the desk */

/* Somebody talks, and yes is everywhere. */
static struct fixture *said_yes(void)
{
    struct fixture *fx = fx_in(HOLD_CALL);
    fx->no_is_newer = true;
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    return fx;
}

/* The next screen shows no, and so does the backend in the end. */
static void finds_no(struct fixture *fx)
{
    (void)snprintf(fx->kept_response, sizeof fx->kept_response, "%s", "yes/in-progress");
    fx_restart(fx);
    for (int i = 0; i < 3; i++) {
        fx_settle_journal(fx, true);
        fx_serve(fx);
        fx_pass(fx, 5);
    }
    const struct script_value *v = script_answer(fx->view->offer.answers, 0);
    assert_non_null(v);
    assert_false(v->boolean);
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    assert_int_equal(fx->view->offer.saved, WS_SAVED_BACKEND);
    assert_int_equal(fx->view->unsent, 0);
    /* And it goes on from there. */
    assert_int_equal(fx_answer(fx, true, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "yes/in-progress");
    fx_free(fx);
}

static void what_only_the_journal_has_is_newer_than_what_the_desk_kept(void **state)
{
    (void)state;
    struct fixture *fx = said_yes();
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    finds_no(fx);
}

static void what_the_backend_has_is_newer_than_what_the_desk_kept(void **state)
{
    (void)state;
    struct fixture *fx = said_yes();
    assert_int_equal(fx_answer(fx, false, NULL), ERR_OK);
    fx_settle_journal(fx, true);
    fx_pass(fx, LONG_S);
    fx_serve(fx);
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    finds_no(fx);
}

/* The usual case: the desk was told at once, and the journal was not there. */
static void what_the_desk_kept_last_counts(void **state)
{
    (void)state;
    struct fixture *fx = said_yes();
    fx->no_is_newer = false;
    (void)snprintf(fx->kept_response, sizeof fx->kept_response, "%s", "no/in-progress");
    fx_restart(fx);
    for (int i = 0; i < 3; i++) {
        fx_settle_journal(fx, true);
        fx_serve(fx);
        fx_pass(fx, 5);
    }
    assert_string_equal(fx_held(fx)->response, "no/in-progress");
    fx_free(fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_the_journal_has_is_newer_than_what_the_desk_kept),
        cmocka_unit_test(what_the_backend_has_is_newer_than_what_the_desk_kept),
        cmocka_unit_test(what_the_desk_kept_last_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
