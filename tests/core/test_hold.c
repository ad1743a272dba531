/* SPDX-License-Identifier: Apache-2.0 */
/* Every pair of state and event of the table of who holds a person. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hold.h"

/* One letter a state; '-' = the pair is refused. */
static const char letters[] = "NOPCAVD"; /* none offered preview call acw overdue done */

/* Columns: offer accept skip permit call_ended wrapup end_preview deadline gone login sign_out
 * release unreadable another. Written by hand from the rules at the head of core/hold.h, not from
 * its rows. */
static const char *const grid[] = {
    [HOLD_NONE] = "O------------P",    [HOLD_OFFERED] = "-PN----NNNNNN-",
    [HOLD_PREVIEW] = "--NC----NNNN--", [HOLD_CALL] = "----A----A-N--",
    [HOLD_ACW] = "-----D-V-A-N--",     [HOLD_OVERDUE] = "-----D---VVN--",
    [HOLD_DONE] = "------N-NNNN--",
};

static void every_pair_is_as_in_the_grid(void **state)
{
    (void)state;
    for (unsigned s = 0; s < HOLD_STATE_COUNT; s++) {
        for (unsigned e = 0; e < HOLD_EVENT_COUNT; e++) {
            struct hold_change change = {.state = HOLD_DONE, .effects = 0xdead};
            const bool listed = hold_step((enum hold_state)s, (enum hold_event)e, &change);
            const char got = listed ? letters[change.state] : '-';
            if (got != grid[s][e])
                fail_msg("%s + %s: got %c, want %c", hold_state_name((enum hold_state)s),
                         hold_event_name((enum hold_event)e), got, grid[s][e]);
            if (!listed)
                assert_int_equal(change.effects, 0xdead);
        }
    }
}

static void nobody_who_may_have_been_spoken_to_is_returned(void **state)
{
    (void)state;
    const enum hold_state after_permit[] = {HOLD_CALL, HOLD_ACW, HOLD_OVERDUE, HOLD_DONE};
    for (size_t i = 0; i < sizeof after_permit / sizeof after_permit[0]; i++) {
        for (unsigned e = 0; e < HOLD_EVENT_COUNT; e++) {
            struct hold_change change;
            if (hold_step(after_permit[i], (enum hold_event)e, &change))
                assert_int_equal(change.effects & HOLD_FX_RETURN_PERSON, 0);
        }
    }
}

static void time_and_absence_never_end_a_call(void **state)
{
    (void)state;
    struct hold_change change;
    assert_false(hold_step(HOLD_CALL, HOLD_EV_DEADLINE, &change));
    assert_false(hold_step(HOLD_CALL, HOLD_EV_AGENT_GONE, &change));
    assert_false(hold_step(HOLD_CALL, HOLD_EV_SIGN_OUT, &change));
}

static void every_offer_leases_the_numbers(void **state)
{
    (void)state;
    for (unsigned s = 0; s < HOLD_STATE_COUNT; s++) {
        for (unsigned e = 0; e < HOLD_EVENT_COUNT; e++) {
            struct hold_change change;
            if (hold_step((enum hold_state)s, (enum hold_event)e, &change))
                assert_int_equal((change.effects & HOLD_FX_LEASE_NUMBERS) != 0,
                                 e == HOLD_EV_OFFER || e == HOLD_EV_ANOTHER);
        }
    }
}

static void only_a_proved_end_frees_the_number_at_once(void **state)
{
    (void)state;
    for (unsigned s = 0; s < HOLD_STATE_COUNT; s++) {
        for (unsigned e = 0; e < HOLD_EVENT_COUNT; e++) {
            struct hold_change change;
            if (!hold_step((enum hold_state)s, (enum hold_event)e, &change))
                continue;
            const bool leaves_call = s == HOLD_CALL && change.state != HOLD_CALL;
            const bool proved = e == HOLD_EV_CALL_ENDED;
            const bool before_call = s == HOLD_OFFERED || s == HOLD_PREVIEW;
            const bool never_dialled = before_call && change.state == HOLD_NONE;
            assert_int_equal((change.effects & HOLD_FX_FREE_PHONE) != 0,
                             (leaves_call && proved) || never_dialled);
            assert_int_equal((change.effects & HOLD_FX_QUARANTINE_PHONE) != 0,
                             leaves_call && !proved);
        }
    }
}

static void every_way_out_frees_the_agent(void **state)
{
    (void)state;
    for (unsigned s = 0; s < HOLD_STATE_COUNT; s++) {
        for (unsigned e = 0; e < HOLD_EVENT_COUNT; e++) {
            struct hold_change change;
            if (!hold_step((enum hold_state)s, (enum hold_event)e, &change))
                continue;
            assert_int_equal((change.effects & HOLD_FX_FREE_AGENT) != 0, change.state == HOLD_NONE);
        }
    }
}

static void a_code_chosen_in_time_is_not_late_however_late_it_arrives(void **state)
{
    (void)state;
    assert_false(hold_wrapup_is_late(1000, 1000));
    assert_true(hold_wrapup_is_late(1001, 1000));
}

static void state_names_round_trip(void **state)
{
    (void)state;
    for (unsigned s = 0; s < HOLD_STATE_COUNT; s++) {
        enum hold_state back = HOLD_NONE;
        assert_true(hold_state_by_name(hold_state_name((enum hold_state)s), &back));
        assert_int_equal(back, s);
    }
    enum hold_state untouched = HOLD_ACW;
    assert_false(hold_state_by_name("no such state", &untouched));
    assert_int_equal(untouched, HOLD_ACW);
}

static void the_record_is_closed_until_the_call_is_permitted(void **state)
{
    (void)state;
    assert_false(hold_shows_record(HOLD_NONE));
    assert_false(hold_shows_record(HOLD_OFFERED));
    assert_false(hold_shows_record(HOLD_PREVIEW));
    assert_true(hold_shows_record(HOLD_CALL));
    assert_true(hold_shows_record(HOLD_OVERDUE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_as_in_the_grid),
        cmocka_unit_test(nobody_who_may_have_been_spoken_to_is_returned),
        cmocka_unit_test(time_and_absence_never_end_a_call),
        cmocka_unit_test(every_offer_leases_the_numbers),
        cmocka_unit_test(only_a_proved_end_frees_the_number_at_once),
        cmocka_unit_test(every_way_out_frees_the_agent),
        cmocka_unit_test(a_code_chosen_in_time_is_not_late_however_late_it_arrives),
        cmocka_unit_test(state_names_round_trip),
        cmocka_unit_test(the_record_is_closed_until_the_call_is_permitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
