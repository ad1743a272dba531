/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms: every pair of state and event, and the tables' names. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/alarm.h"

static void alarms_step_as_the_table_says_for_every_pair(void **state)
{
    (void)state;
    /* [state][event]: the next state, -1 = refused; see, close, settle, again */
    static const int want[ALARM_STATE_COUNT][ALARM_EVENT_COUNT] = {
        [ALARM_RAISED] = {ALARM_SEEN, ALARM_CLOSED, ALARM_CLOSED, ALARM_RAISED},
        [ALARM_SEEN] = {ALARM_SEEN, ALARM_CLOSED, ALARM_CLOSED, ALARM_SEEN  },
        [ALARM_CLOSED] = {-1,         -1,           -1,           -1          },
    };
    for (int s = 0; s < ALARM_STATE_COUNT; s++) {
        for (int e = 0; e < ALARM_EVENT_COUNT; e++) {
            enum alarm_state to = (enum alarm_state)77;
            const bool ok = alarm_step((enum alarm_state)s, (enum alarm_event)e, &to);
            assert_int_equal(ok, want[s][e] >= 0);
            assert_int_equal((int)to, ok ? want[s][e] : 77);
        }
    }
}

static void alarm_names_lead_back(void **state)
{
    (void)state;
    for (int k = 0; k < ALARM_KIND_COUNT; k++) {
        enum alarm_kind kind = (enum alarm_kind)77;
        assert_true(alarm_kind_by_name(alarm_kind_name((enum alarm_kind)k), &kind));
        assert_int_equal(kind, k);
        assert_true(strlen(alarm_title((enum alarm_kind)k)) > 0);
        assert_true((unsigned)alarm_about((enum alarm_kind)k) <= ALARM_ABOUT_INCIDENT);
    }
    for (int s = 0; s < ALARM_STATE_COUNT; s++) {
        enum alarm_state back = (enum alarm_state)77;
        assert_true(alarm_state_by_name(alarm_state_name((enum alarm_state)s), &back));
        assert_int_equal(back, s);
    }
    enum alarm_kind kind = ALARM_INCIDENT;
    enum alarm_state st = ALARM_SEEN;
    assert_false(alarm_kind_by_name("", &kind));
    assert_false(alarm_state_by_name("open", &st));
    assert_int_equal(kind, ALARM_INCIDENT);
    assert_int_equal(st, ALARM_SEEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarms_step_as_the_table_says_for_every_pair),
        cmocka_unit_test(alarm_names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
