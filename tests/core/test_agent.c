/* SPDX-License-Identifier: Apache-2.0 */
/* An agent's status: every pair of state and event, written out. */

#include "core/agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* One letter a state, as in `letters`; '-' = refused. */
static const char letters[] = "OVBAKMGTQ";

/* Rows: states in the order of the enum. Columns: events likewise:
 * sign_in, available, busy, away, break, meal, meeting, training, on, off, not_answered, gone,
 * sign_out. */
static const char *const expected[AGENT_STATE_COUNT] = {
    [AGENT_STATE_SIGNED_OUT] = "V----------OO", [AGENT_STATE_AVAILABLE] = "VVBAKMGTQVAAO",
    [AGENT_STATE_BUSY] = "BVBAKMGT-BBBO",       [AGENT_STATE_AWAY] = "AVBAKMGTQAAAO",
    [AGENT_STATE_BREAK] = "KVBAKMGT-KKKO",      [AGENT_STATE_MEAL] = "MVBAKMGT-MMMO",
    [AGENT_STATE_MEETING] = "GVBAKMGT-GGGO",    [AGENT_STATE_TRAINING] = "TVBAKMGT-TTTO",
    [AGENT_STATE_ON_QUEUE] = "QQBAKMGTQVAAO",
};

static void every_pair_does_what_the_table_says(void **state)
{
    (void)state;
    for (unsigned s = 0; s < AGENT_STATE_COUNT; s++) {
        assert_int_equal(strlen(expected[s]), AGENT_EVENT_COUNT);
        for (unsigned e = 0; e < AGENT_EVENT_COUNT; e++) {
            enum agent_state now = (enum agent_state)s;
            const bool accepted = agent_step(&now, (enum agent_event)e);
            const char *why = agent_refusal((enum agent_state)s, (enum agent_event)e);
            assert_int_equal(accepted, expected[s][e] != '-');
            assert_int_equal(accepted, why[0] == '\0');
            assert_int_equal(letters[now], accepted ? expected[s][e] : letters[s]);
        }
    }
}

static void a_refusal_says_what_to_do(void **state)
{
    (void)state;
    assert_string_equal(agent_refusal(AGENT_STATE_MEAL, AGENT_EV_ON_QUEUE),
                        "Choose available first.");
    assert_string_equal(agent_refusal(AGENT_STATE_SIGNED_OUT, AGENT_EV_ON_QUEUE), "Sign in first.");
}

static void only_one_state_is_on_queue(void **state)
{
    (void)state;
    for (unsigned s = 0; s < AGENT_STATE_COUNT; s++)
        assert_int_equal(agent_state_on_queue((enum agent_state)s), s == AGENT_STATE_ON_QUEUE);
    assert_int_equal(agent_state_status(AGENT_STATE_ON_QUEUE), AGENT_AVAILABLE);
    assert_int_equal(agent_state_status(AGENT_STATE_SIGNED_OUT), AGENT_AWAY);
}

static void the_parts_of_a_state_give_it_back(void **state)
{
    (void)state;
    for (unsigned s = AGENT_STATE_AVAILABLE; s < AGENT_STATE_COUNT; s++) {
        const enum agent_state one = (enum agent_state)s;
        assert_int_equal(agent_state_of(agent_state_status(one), agent_state_on_queue(one)), one);
    }
    assert_int_equal(agent_state_of(AGENT_BREAK, true), AGENT_STATE_BREAK);
}

static void choosing_a_status_leads_to_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < AGENT_STATUS_COUNT; i++) {
        enum agent_state now = AGENT_STATE_MEETING;
        assert_true(agent_step(&now, agent_choose((enum agent_status)i)));
        assert_int_equal(agent_state_status(now), i);
        assert_false(agent_state_on_queue(now));
    }
}

static void names_are_found_again_and_are_all_different(void **state)
{
    (void)state;
    for (unsigned i = 0; i < AGENT_STATUS_COUNT; i++) {
        enum agent_status back;
        assert_true(agent_status_by_name(agent_status_name((enum agent_status)i), &back));
        assert_int_equal(back, i);
        assert_true(agent_status_text(back)[0]);
        assert_int_equal(strncmp(agent_status_role(back), "status_", 7), 0);
    }
    for (unsigned i = 0; i < AGENT_STATE_COUNT; i++) {
        enum agent_state back;
        assert_true(agent_state_by_name(agent_state_name((enum agent_state)i), &back));
        assert_int_equal(back, i);
    }
    for (unsigned i = 0; i < AGENT_EVENT_COUNT; i++)
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(agent_event_name((enum agent_event)i),
                                    agent_event_name((enum agent_event)k));
    enum agent_status status = AGENT_MEAL;
    assert_false(agent_status_by_name("lunch", &status));
    assert_int_equal(status, AGENT_MEAL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_does_what_the_table_says),
        cmocka_unit_test(a_refusal_says_what_to_do),
        cmocka_unit_test(only_one_state_is_on_queue),
        cmocka_unit_test(the_parts_of_a_state_give_it_back),
        cmocka_unit_test(choosing_a_status_leads_to_it),
        cmocka_unit_test(names_are_found_again_and_are_all_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
