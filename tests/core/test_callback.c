/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks: every pair of state and event, names, and times as they are typed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/callback.h"

static void callbacks_step_as_the_table_says_for_every_pair(void **state)
{
    (void)state;
    enum { NO = -1, OPEN = CALLBACK_OPEN, DUE, MISSED, SERVED, CANCELLED };
    /* [state][event]: time, miss, rang, move, cancel, restore */
    static const int want[CALLBACK_STATE_COUNT][CALLBACK_EVENT_COUNT] = {
        [CALLBACK_OPEN] = {DUE,    MISSED, OPEN,   OPEN, CANCELLED, NO  },
        [CALLBACK_DUE] = {DUE,    MISSED, SERVED, OPEN, CANCELLED, NO  },
        [CALLBACK_MISSED] = {MISSED, MISSED, SERVED, OPEN, CANCELLED, NO  },
        [CALLBACK_SERVED] = {NO,     NO,     NO,     NO,   NO,        NO  },
        [CALLBACK_CANCELLED] = {NO,     NO,     NO,     NO,   NO,        OPEN},
    };
    for (int s = 0; s < CALLBACK_STATE_COUNT; s++) {
        for (int e = 0; e < CALLBACK_EVENT_COUNT; e++) {
            enum callback_state to = (enum callback_state)77;
            const bool ok = callback_step((enum callback_state)s, (enum callback_event)e, &to);
            assert_int_equal(ok, want[s][e] != NO);
            assert_int_equal((int)to, ok ? want[s][e] : 77);
        }
    }
}

static void a_promise_lives_until_it_is_served_or_cancelled(void **state)
{
    (void)state;
    for (int s = 0; s < CALLBACK_STATE_COUNT; s++) {
        enum callback_state to;
        bool goes_on = false;
        for (int e = 0; e < CALLBACK_EV_RESTORE; e++) {
            goes_on = callback_step((enum callback_state)s, (enum callback_event)e, &to) || goes_on;
        }
        assert_int_equal(callback_lives((enum callback_state)s), goes_on);
    }
}

static void callback_names_lead_back(void **state)
{
    (void)state;
    for (int s = 0; s < CALLBACK_STATE_COUNT; s++) {
        enum callback_state back = (enum callback_state)77;
        assert_true(callback_state_by_name(callback_state_name((enum callback_state)s), &back));
        assert_int_equal(back, s);
    }
    for (int y = 0; y < CALLBACK_WHY_COUNT; y++) {
        enum callback_why back = (enum callback_why)77;
        assert_true(callback_why_by_name(callback_why_name((enum callback_why)y), &back));
        assert_int_equal(back, y);
    }
    enum callback_state st = CALLBACK_DUE;
    assert_false(callback_state_by_name("", &st));
    assert_int_equal(st, CALLBACK_DUE);
}

static void times_are_typed_in_many_ways(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        int minutes; /* -1 = none */
    } cases[] = {
        {"15:30",   930 },
        {"15.30",   930 },
        {"15h30",   930 },
        {"15h",     900 },
        {"1530",    930 },
        {"930",     570 },
        {"9:05",    545 },
        {" 08:00 ", 480 },
        {"00:00",   0   },
        {"23:59",   1439},
        {"24:00",   -1  },
        {"12:60",   -1  },
        {"",        -1  },
        {"15",      -1  },
        {"15:",     -1  },
        {"15:3",    -1  },
        {":30",     -1  },
        {"15:300",  -1  },
        {"12345",   -1  },
        {"15:30x",  -1  },
        {"-1:00",   -1  },
        {"153:0",   -1  },
        {"9h5",     -1  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int got = -1;
        callback_time_typed(cases[i].typed, &got);
        if (got != cases[i].minutes) {
            fail_msg("\"%s\": %d", cases[i].typed, got);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_step_as_the_table_says_for_every_pair),
        cmocka_unit_test(a_promise_lives_until_it_is_served_or_cancelled),
        cmocka_unit_test(callback_names_lead_back),
        cmocka_unit_test(times_are_typed_in_many_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
