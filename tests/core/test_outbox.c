/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/outbox.h"

#define NO OUTBOX_STATE_COUNT

static void every_pair_of_state_and_event_is_as_written(void **state)
{
    (void)state;
    /* SUBMIT, ACCEPTED, OVERTAKEN, LATER, REFUSED, RETRY */
    static const int wanted[OUTBOX_STATE_COUNT][OUTBOX_EVENT_COUNT] = {
        [OUTBOX_WAITING] = {OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_WAITING, OUTBOX_WAITING,
                            OUTBOX_PARKED,                                                   OUTBOX_WAITING},
        [OUTBOX_SENT] = {OUTBOX_WAITING, NO,          NO,             NO,             NO, NO            },
        [OUTBOX_PARKED] = {OUTBOX_WAITING, NO,          NO,             NO,             NO, OUTBOX_WAITING},
    };
    for (int s = 0; s < OUTBOX_STATE_COUNT; s++) {
        for (int e = 0; e < OUTBOX_EVENT_COUNT; e++) {
            enum outbox_state to = (enum outbox_state)NO;
            const bool done = outbox_step((enum outbox_state)s, (enum outbox_event)e, &to);
            assert_int_equal(to, wanted[s][e]);
            assert_int_equal(done, wanted[s][e] != NO);
        }
    }
}

static void what_may_be_there_is_told_from_what_cannot(void **state)
{
    (void)state;
    static const struct {
        struct outbox_answer answer;
        bool may;
    } cases[] = {
        {{.unsent = true},     false},
        {{0},                  true }, /* it left, and no answer came */
        {{.http_status = 201}, true },
        {{.http_status = 200}, true }, /* whoever said it */
        {{.http_status = 302}, false},
        {{.http_status = 401}, false},
        {{.http_status = 422}, false},
        {{.http_status = 429}, false},
        {{.http_status = 500}, true }, /* perhaps after it was kept */
        {{.http_status = 502}, true },
        {{.http_status = 503}, false},
        {{.http_status = 504}, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(outbox_may_be_there(&cases[i].answer), cases[i].may);
}

static void names_go_both_ways(void **state)
{
    (void)state;
    enum outbox_state s = OUTBOX_WAITING;
    for (int i = 0; i < OUTBOX_STATE_COUNT; i++) {
        assert_true(outbox_state_by_name(outbox_state_name((enum outbox_state)i), &s));
        assert_int_equal(s, i);
    }
    assert_false(outbox_state_by_name("gone", &s));
}

static enum outbox_event judge(int http_status, bool is_ours)
{
    return outbox_judge(&(struct outbox_answer){.http_status = http_status, .is_ours = is_ours});
}

static void only_what_is_about_the_content_is_refused(void **state)
{
    (void)state;
    static const int refused[] = {400, 413, 415, 422};
    static const int later[] = {0,   100, 301, 302, 401, 403, 404, 405, 408, 409, 410,
                                412, 421, 425, 429, 500, 501, 502, 503, 504, 507, 599};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(judge(refused[i], true), OUTBOX_EV_REFUSED);
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
        assert_int_equal(judge(later[i], true), OUTBOX_EV_LATER);
    assert_int_equal(judge(200, true), OUTBOX_EV_ACCEPTED);
    assert_int_equal(judge(201, true), OUTBOX_EV_ACCEPTED);
    assert_int_equal(judge(204, true), OUTBOX_EV_ACCEPTED);
    assert_int_equal(judge(200, false), OUTBOX_EV_LATER); /* a proxy's page */
}

static void pauses_double_up_to_an_hour_and_are_spread(void **state)
{
    (void)state;
    int64_t least_before = 0;
    for (int64_t tries = 1; tries < 200; tries++) {
        const int64_t least = outbox_pause_s(tries, 0, 0);
        int64_t most = 0;
        for (uint32_t dice = 0; dice < 2000; dice++) {
            const int64_t pause = outbox_pause_s(tries, 0, dice);
            assert_true(pause >= least && pause <= OUTBOX_LONGEST_S);
            most = pause > most ? pause : most;
        }
        assert_true(most > least && most <= 2 * least);
        assert_true(least >= least_before);
        least_before = least;
    }
    assert_int_equal(outbox_pause_s(1, 0, 2), OUTBOX_FIRST_S);
    assert_int_equal(outbox_pause_s(INT64_MAX, 0, 1800), OUTBOX_LONGEST_S);
}

static void never_before_what_the_other_side_asked_for(void **state)
{
    (void)state;
    assert_int_equal(outbox_pause_s(1, 120, 7), 121);
    assert_int_equal(outbox_pause_s(1, INT64_MAX, 7), OUTBOX_RETRY_AFTER_MAX_S + 1);
    assert_true(outbox_pause_s(20, 1, 7) > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_state_and_event_is_as_written),
        cmocka_unit_test(what_may_be_there_is_told_from_what_cannot),
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(only_what_is_about_the_content_is_refused),
        cmocka_unit_test(pauses_double_up_to_an_hour_and_are_spread),
        cmocka_unit_test(never_before_what_the_other_side_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
