/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "core/service.h"
#include "net/server/presence.h"

#define START 1000000
#define AGENT 7

static const struct service_times times = {.agent_gone_s = 30, .screen_grace_s = 60};

static struct presence *presence(void)
{
    struct presence *p = presence_new(START);
    assert_non_null(p);
    presence_know(p, AGENT, &times);
    return p;
}

static void after_a_restart_everybody_counts_as_just_seen(void **state)
{
    (void)state;
    struct presence *p = presence();
    assert_true(presence_is_here(p, AGENT, START + 30000));
    assert_false(presence_is_here(p, AGENT, START + 30001));
    assert_true(presence_is_here(p, 99, START + 30000)); /* nobody knows this one's service yet */
    assert_null(presence_free(p));
}

static void a_beat_lasts_as_long_as_the_service_says(void **state)
{
    (void)state;
    struct presence *p = presence();
    const struct service_times short_times = {.agent_gone_s = 2, .screen_grace_s = 1};
    presence_know(p, AGENT, &short_times);
    presence_beat(p, AGENT, START + 50000);
    assert_true(presence_is_here(p, AGENT, START + 52000));
    assert_false(presence_is_here(p, AGENT, START + 52001));
    presence_free(p);
}

static void an_open_stream_is_presence_and_its_end_is_a_beat(void **state)
{
    (void)state;
    struct presence *p = presence();
    presence_stream(p, AGENT, true, START);
    assert_true(presence_is_here(p, AGENT, START + 3600000));
    presence_stream(p, AGENT, false, START + 3600000);
    assert_true(presence_is_here(p, AGENT, START + 3630000));
    assert_false(presence_is_here(p, AGENT, START + 3630001));
    presence_free(p);
}

static void a_newer_stream_outlives_the_end_of_the_older(void **state)
{
    (void)state;
    struct presence *p = presence();
    presence_stream(p, AGENT, true, START);
    presence_stream(p, AGENT, true, START);
    presence_stream(p, AGENT, false, START);
    assert_true(presence_is_here(p, AGENT, START + 3600000));
    presence_free(p);
}

static void absence_is_told_and_told_again_until_the_agent_is_back(void **state)
{
    (void)state;
    struct presence *p = presence();
    assert_int_equal(presence_missed(p, AGENT, START + 30000), PRESENCE_HERE);
    assert_int_equal(presence_missed(p, AGENT, START + 31000), PRESENCE_GONE);
    assert_int_equal(presence_missed(p, AGENT, START + 32000), PRESENCE_HERE);
    assert_int_equal(presence_missed(p, AGENT, START + 41000), PRESENCE_GONE);
    presence_beat(p, AGENT, START + 42000);
    assert_int_equal(presence_missed(p, AGENT, START + 43000), PRESENCE_HERE);
    presence_free(p);
}

static void an_absence_of_grace_and_half_a_minute_is_an_alarm_once(void **state)
{
    (void)state;
    struct presence *p = presence();
    assert_int_equal(presence_missed(p, AGENT, START + 89999), PRESENCE_GONE);
    assert_int_equal(presence_missed(p, AGENT, START + 99999), PRESENCE_ALARM);
    assert_int_equal(presence_missed(p, AGENT, START + 109999), PRESENCE_GONE);
    presence_beat(p, AGENT, START + 110000);
    assert_int_equal(presence_missed(p, AGENT, START + 200001), PRESENCE_ALARM);
    presence_beat(p, AGENT, START + 300000);
    assert_int_equal(presence_missed(p, AGENT, START + 300001), PRESENCE_BACK);
    assert_int_equal(presence_missed(p, AGENT, START + 300002), PRESENCE_HERE);
    presence_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_restart_everybody_counts_as_just_seen),
        cmocka_unit_test(a_beat_lasts_as_long_as_the_service_says),
        cmocka_unit_test(an_open_stream_is_presence_and_its_end_is_a_beat),
        cmocka_unit_test(a_newer_stream_outlives_the_end_of_the_older),
        cmocka_unit_test(absence_is_told_and_told_again_until_the_agent_is_back),
        cmocka_unit_test(an_absence_of_grace_and_half_a_minute_is_an_alarm_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
