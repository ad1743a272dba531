/* SPDX-License-Identifier: Apache-2.0 */
/* Every pair of state and event, every name, every SIP answer that means something. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/call.h"

#define NO (-1)

/* The whole machine, written down a second time: rows are states, columns events.
 * NO = refused. */
/* clang-format off */
#define D CALL_DIALLING
#define R CALL_RINGING
#define T CALL_TALKING
#define H CALL_HELD
#define X CALL_TRANSFERRING
#define E CALL_ENDED
#define I CALL_INCOMING
static const int expected[CALL_STATE_COUNT][CALL_EVENT_COUNT] = {
/*                     dial rin ans hol res mut unm p_h p_r dtm lin tra tra_f inc end */
[CALL_NONE]         = { D, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,  I,  E},
[CALL_DIALLING]     = {NO,  R,  T, NO, NO,  D,  D, NO, NO, NO, NO, NO, NO, NO,  E},
[CALL_RINGING]      = {NO,  R,  T, NO, NO,  R,  R, NO, NO, NO, NO, NO, NO, NO,  E},
[CALL_TALKING]      = {NO, NO, NO,  H, NO,  T,  T,  T,  T,  T,  T, NO, NO, NO,  E},
[CALL_HELD]         = {NO, NO, NO, NO,  T,  H,  H,  H,  H, NO, NO,  X, NO, NO,  E},
[CALL_ENDED]        = {NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO},
[CALL_TRANSFERRING] = {NO, NO, NO, NO, NO,  X,  X,  X,  X, NO, NO, NO,  H, NO,  E},
[CALL_INCOMING]     = {NO, NO,  T, NO, NO,  I,  I, NO, NO, NO, NO, NO, NO, NO,  E},
};
#undef D
#undef R
#undef T
#undef H
#undef X
#undef E
#undef I
/* clang-format on */

static void every_pair_does_what_the_grid_says(void **state)
{
    (void)state;
    for (int from = 0; from < CALL_STATE_COUNT; from++)
        for (int ev = 0; ev < CALL_EVENT_COUNT; ev++) {
            struct call call = {.state = (enum call_state)from, .dialled_utc_s = 5};
            const struct call before = call;
            const bool taken = call_step(&call, (enum call_event)ev, CALL_END_BUSY, 9);
            const int want = expected[from][ev];
            assert_int_equal(taken, want != NO);
            if (taken)
                assert_int_equal(call.state, want);
            else
                assert_memory_equal(&call, &before, sizeof call);
        }
}

static void a_whole_call_leaves_its_times(void **state)
{
    (void)state;
    struct call call = {0};
    assert_true(call_step(&call, CALL_EV_DIAL, CALL_END_NONE, 10));
    assert_false(call.rang);
    assert_true(call_step(&call, CALL_EV_RING, CALL_END_NONE, 12));
    assert_true(call_step(&call, CALL_EV_RING, CALL_END_NONE, 14));
    assert_true(call_step(&call, CALL_EV_ANSWER, CALL_END_NONE, 20));
    assert_true(call_step(&call, CALL_EV_END, CALL_END_BY_PERSON, 80));
    assert_true(call.rang);
    assert_int_equal(call.dialled_utc_s, 10);
    assert_int_equal(call.rang_utc_s, 12);
    assert_int_equal(call.answered_utc_s, 20);
    assert_int_equal(call.ended_utc_s, 80);
    assert_int_equal(call.end, CALL_END_BY_PERSON);
}

static void an_answer_without_ringing_counts_as_an_attempt(void **state)
{
    (void)state;
    struct call call = {.state = CALL_DIALLING};
    assert_true(call_step(&call, CALL_EV_ANSWER, CALL_END_NONE, 3));
    assert_true(call.rang);
    assert_int_equal(call.rang_utc_s, 0);
}

static void a_word_of_the_network_about_the_number_counts_as_an_attempt(void **state)
{
    (void)state;
    static const bool counts[CALL_END_COUNT] = {
        [CALL_END_BUSY] = true,
        [CALL_END_NO_ANSWER] = true,
        [CALL_END_DECLINED] = true,
        [CALL_END_UNAVAILABLE] = true,
    };
    for (unsigned end = CALL_END_NONE + 1; end < CALL_END_COUNT; end++) {
        struct call call = {.state = CALL_DIALLING};
        assert_true(call_step(&call, CALL_EV_END, (enum call_end)end, 3));
        assert_int_equal(call.rang, counts[end]);
        assert_int_equal(call.rang_utc_s, 0);
    }
}

static void flags_follow_their_events_and_go_with_the_call(void **state)
{
    (void)state;
    struct call call = {.state = CALL_TALKING};
    assert_true(call_step(&call, CALL_EV_MUTE, CALL_END_NONE, 1));
    assert_true(call_step(&call, CALL_EV_PEER_HOLD, CALL_END_NONE, 1));
    assert_true(call.muted && call.peer_holds);
    assert_true(call_step(&call, CALL_EV_UNMUTE, CALL_END_NONE, 2));
    assert_true(call_step(&call, CALL_EV_PEER_RESUME, CALL_END_NONE, 2));
    assert_false(call.muted || call.peer_holds);
    assert_true(call_step(&call, CALL_EV_MUTE, CALL_END_NONE, 3));
    assert_true(call_step(&call, CALL_EV_END, CALL_END_BY_AGENT, 4));
    assert_false(call.muted);
}

static void an_end_needs_a_reason(void **state)
{
    (void)state;
    struct call call = {.state = CALL_TALKING};
    assert_false(call_step(&call, CALL_EV_END, CALL_END_NONE, 1));
    assert_false(call_step(&call, CALL_EV_END, (enum call_end)CALL_END_COUNT, 1));
    assert_int_equal(call.state, CALL_TALKING);
}

static void every_name_leads_back_to_its_value(void **state)
{
    (void)state;
    for (int i = 0; i < CALL_EVENT_COUNT; i++) {
        enum call_event event = CALL_EVENT_COUNT;
        assert_true(call_event_by_name(call_event_name((enum call_event)i), &event));
        assert_int_equal(event, i);
    }
    for (int i = 0; i < CALL_END_COUNT; i++) {
        enum call_end end = CALL_END_COUNT;
        assert_true(call_end_by_name(call_end_name((enum call_end)i), &end));
        assert_int_equal(end, i);
        assert_true(strlen(call_end_text((enum call_end)i)) > 0);
    }
    for (int i = 0; i < CALL_STATE_COUNT; i++) {
        assert_true(strlen(call_state_name((enum call_state)i)) > 0);
        assert_true(strlen(call_state_text((enum call_state)i)) > 0);
    }
}

static void an_unknown_name_changes_nothing(void **state)
{
    (void)state;
    enum call_event event = CALL_EV_DTMF;
    enum call_end end = CALL_END_BUSY;
    assert_false(call_event_by_name("explode", &event));
    assert_false(call_end_by_name("", &end));
    assert_int_equal(event, CALL_EV_DTMF);
    assert_int_equal(end, CALL_END_BUSY);
}

static void a_failed_transfer_leaves_the_person_on_hold(void **state)
{
    (void)state;
    struct call call = {.state = CALL_HELD, .answered_utc_s = 3};
    assert_true(call_step(&call, CALL_EV_TRANSFER, CALL_END_NONE, 5));
    assert_false(call_step(&call, CALL_EV_RESUME, CALL_END_NONE, 6));
    assert_false(call_step(&call, CALL_EV_TRANSFER, CALL_END_NONE, 6));
    assert_true(call_step(&call, CALL_EV_TRANSFER_FAILED, CALL_END_NONE, 7));
    assert_int_equal(call.state, CALL_HELD);
    assert_int_equal(call.end, CALL_END_NONE);
    assert_true(call_step(&call, CALL_EV_TRANSFER, CALL_END_NONE, 8));
    assert_true(call_step(&call, CALL_EV_END, CALL_END_TRANSFERRED, 9));
    assert_int_equal(call.end, CALL_END_TRANSFERRED);
}

static void the_numbers_that_stand_in_databases_stay(void **state)
{
    (void)state;
    assert_int_equal(CALL_NONE, 0);
    assert_int_equal(CALL_HELD, 4);
    assert_int_equal(CALL_ENDED, 5);
    assert_int_equal(CALL_TRANSFERRING, 6);
}

static void sip_answers_become_ends(void **state)
{
    (void)state;
    static const struct {
        int status;
        bool answered;
        enum call_end end;
    } cases[] = {
        {486, false, CALL_END_BUSY       },
        {600, false, CALL_END_BUSY       },
        {404, false, CALL_END_BAD_NUMBER },
        {410, false, CALL_END_BAD_NUMBER },
        {484, false, CALL_END_BAD_NUMBER },
        {604, false, CALL_END_BAD_NUMBER },
        {408, false, CALL_END_NO_ANSWER  },
        {487, false, CALL_END_NO_ANSWER  },
        {603, false, CALL_END_DECLINED   },
        {403, false, CALL_END_DECLINED   },
        {607, false, CALL_END_DECLINED   },
        {480, false, CALL_END_UNAVAILABLE},
        {0,   false, CALL_END_FAILED     },
        {500, false, CALL_END_FAILED     },
        {503, false, CALL_END_FAILED     },
        {401, false, CALL_END_FAILED     },
        {300, false, CALL_END_UNAVAILABLE},
        {301, false, CALL_END_UNAVAILABLE},
        {302, false, CALL_END_UNAVAILABLE},
        {305, false, CALL_END_UNAVAILABLE},
        {380, false, CALL_END_UNAVAILABLE},
        {200, true,  CALL_END_BY_PERSON  },
        {0,   true,  CALL_END_BY_PERSON  },
        {481, true,  CALL_END_FAILED     },
        {486, true,  CALL_END_FAILED     },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(call_end_of_sip(cases[i].status, cases[i].answered), cases[i].end);
}

static void a_call_is_up_until_it_has_ended(void **state)
{
    (void)state;
    for (int i = 0; i < CALL_STATE_COUNT; i++) {
        const struct call call = {.state = (enum call_state)i};
        assert_int_equal(call_is_up(&call), i != CALL_NONE && i != CALL_ENDED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_does_what_the_grid_says),
        cmocka_unit_test(a_whole_call_leaves_its_times),
        cmocka_unit_test(an_answer_without_ringing_counts_as_an_attempt),
        cmocka_unit_test(a_word_of_the_network_about_the_number_counts_as_an_attempt),
        cmocka_unit_test(flags_follow_their_events_and_go_with_the_call),
        cmocka_unit_test(an_end_needs_a_reason),
        cmocka_unit_test(every_name_leads_back_to_its_value),
        cmocka_unit_test(an_unknown_name_changes_nothing),
        cmocka_unit_test(a_failed_transfer_leaves_the_person_on_hold),
        cmocka_unit_test(the_numbers_that_stand_in_databases_stay),
        cmocka_unit_test(sip_answers_become_ends),
        cmocka_unit_test(a_call_is_up_until_it_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
