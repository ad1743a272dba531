/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk decides by itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/desk_rule.h"

/* A call that came so far. */
static struct call call_after(const enum call_event *events, size_t n)
{
    struct call c = {0};
    for (size_t i = 0; i < n; i++)
        assert_true(call_step(&c, events[i], CALL_END_BY_PERSON, 1000));
    return c;
}

static const enum call_event way[] = {CALL_EV_DIAL, CALL_EV_RING, CALL_EV_ANSWER, CALL_EV_HOLD,
                                      CALL_EV_END};
enum { NONE, DIALLING, RINGING, TALKING, HELD, ENDED, STATES };

/* clang-format off */
static const struct {
    enum call_end ends[STATES];
    bool hang_up;
} expected[DESK_BLOW_COUNT] = {
    [DESK_BLOW_AGENT]      = {{CALL_END_NONE, CALL_END_BY_AGENT, CALL_END_BY_AGENT, CALL_END_BY_AGENT, CALL_END_BY_AGENT, CALL_END_NONE}, true},
    [DESK_BLOW_RING_LIMIT] = {{CALL_END_NONE, CALL_END_FAILED, CALL_END_NO_ANSWER, CALL_END_NONE, CALL_END_NONE, CALL_END_NONE}, true},
    [DESK_BLOW_GRACE]      = {{CALL_END_NONE, CALL_END_SCREEN_LOST, CALL_END_SCREEN_LOST, CALL_END_SCREEN_LOST, CALL_END_SCREEN_LOST, CALL_END_NONE}, true},
    [DESK_BLOW_PHONE]      = {{CALL_END_NONE, CALL_END_PHONE_LOST, CALL_END_PHONE_LOST, CALL_END_PHONE_LOST, CALL_END_PHONE_LOST, CALL_END_NONE}, false},
};
/* clang-format on */

static void each_blow_in_each_state(void **state)
{
    (void)state;
    for (enum desk_blow blow = 0; blow < DESK_BLOW_COUNT; blow++)
        for (size_t n = 0; n < STATES; n++) {
            const struct call c = call_after(way, n);
            const struct desk_verdict v = desk_rule_blow(blow, &c, CALL_END_NONE);
            assert_int_equal(v.end, expected[blow].ends[n]);
            assert_int_equal(v.hang_up, v.end != CALL_END_NONE && expected[blow].hang_up);
            assert_true(*desk_blow_name(blow));
        }
}

/* The first reason stays; a telephone that dies while it hangs up has hung up for that reason. */
static void a_call_that_is_being_ended_keeps_its_reason(void **state)
{
    (void)state;
    for (size_t n = DIALLING; n < ENDED; n++) {
        const struct call c = call_after(way, n);
        for (enum desk_blow blow = 0; blow < DESK_BLOW_COUNT; blow++) {
            const struct desk_verdict v = desk_rule_blow(blow, &c, CALL_END_SCREEN_LOST);
            assert_int_equal(v.end, blow == DESK_BLOW_PHONE ? CALL_END_SCREEN_LOST : CALL_END_NONE);
            assert_false(v.hang_up);
        }
        assert_int_equal(desk_rule_end("local", 0, &c, CALL_END_NO_ANSWER), CALL_END_NO_ANSWER);
        assert_int_equal(desk_rule_end("peer", 0, &c, CALL_END_BY_AGENT), CALL_END_BY_AGENT);
    }
}

static void the_modules_words_mean_an_end(void **state)
{
    (void)state;
    static const struct {
        const char *cause;
        int status;
        enum call_end before, after;
    } rows[] = {
        {"local",                     0,   CALL_END_BY_AGENT,   CALL_END_BY_AGENT   },
        {"peer",                      0,   CALL_END_FAILED,     CALL_END_BY_PERSON  },
        {"rtp",                       0,   CALL_END_LINE_LOST,  CALL_END_LINE_LOST  },
        {"line",                      0,   CALL_END_FAILED,     CALL_END_FAILED     },
        {"transferred",               0,   CALL_END_FAILED,     CALL_END_TRANSFERRED},
        {"sip",                       486, CALL_END_BUSY,       CALL_END_FAILED     },
        {"sip",                       404, CALL_END_BAD_NUMBER, CALL_END_FAILED     },
        {"a word of a later version", 0,   CALL_END_FAILED,     CALL_END_BY_PERSON  },
    };
    const struct call before = call_after(way, RINGING), after = call_after(way, TALKING);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(desk_rule_end(rows[i].cause, rows[i].status, &before, CALL_END_NONE),
                         rows[i].before);
        assert_int_equal(desk_rule_end(rows[i].cause, rows[i].status, &after, CALL_END_NONE),
                         rows[i].after);
    }
}

static void whoever_calls_and_stops_was_missed(void **state)
{
    (void)state;
    static const enum call_event rung[] = {CALL_EV_INCOMING};
    static const char *const causes[] = {"peer", "line", "sip", "rtp"};
    const struct call c = call_after(rung, 1);
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        assert_int_equal(desk_rule_end(causes[i], 487, &c, CALL_END_NONE), CALL_END_MISSED);
    assert_int_equal(desk_rule_end("local", 0, &c, CALL_END_BY_AGENT), CALL_END_BY_AGENT);
    assert_int_equal(desk_rule_blow(DESK_BLOW_AGENT, &c, CALL_END_NONE).end, CALL_END_BY_AGENT);
}

static void one_of_both_tells_the_backend(void **state)
{
    (void)state;
    assert_int_equal(desk_rule_teller(true, true), DESK_TELLER_SCREEN);
    assert_int_equal(desk_rule_teller(false, true), DESK_TELLER_DESK);
    assert_int_equal(desk_rule_teller(true, false), DESK_TELLER_NOBODY);
    assert_int_equal(desk_rule_teller(false, false), DESK_TELLER_NOBODY);
}

static void it_leaves_with_no_call_and_nothing_untold(void **state)
{
    (void)state;
    assert_true(desk_rule_patience_s(true) > desk_rule_patience_s(false));
    for (int told = 0; told < 2; told++) {
        assert_false(desk_rule_may_leave(true, true, told));
        assert_false(desk_rule_may_leave(true, false, told));
        assert_true(desk_rule_may_leave(false, false, told));
        assert_int_equal(desk_rule_may_leave(false, true, told), told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_blow_in_each_state),
        cmocka_unit_test(a_call_that_is_being_ended_keeps_its_reason),
        cmocka_unit_test(the_modules_words_mean_an_end),
        cmocka_unit_test(whoever_calls_and_stops_was_missed),
        cmocka_unit_test(one_of_both_tells_the_backend),
        cmocka_unit_test(it_leaves_with_no_call_and_nothing_untold),
    };
    return cmocka_run_group_tests_name("desk_rule", tests, NULL, NULL);
}
