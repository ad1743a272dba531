/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/overload.h"

static const bool contacts[PERSON_KIND_COUNT] = {[PERSON_CONTACT] = true};

static void who_gets_an_sms_is_not_called_while_it_is_on(void **state)
{
    (void)state;
    static const bool nobody[PERSON_KIND_COUNT] = {false};
    static const bool both[PERSON_KIND_COUNT] = {true, true};
    static const bool index_cases[PERSON_KIND_COUNT] = {[PERSON_INDEX] = true};
    for (int rank = 0; rank < PERSON_RANK_COUNT; rank++) {
        assert_false(overload_flags_for_sms(false, both, rank));
        assert_false(overload_flags_for_sms(true, nobody, rank));
        assert_int_equal(overload_flags_for_sms(true, contacts, rank), rank == RANK_CONTACT);
        assert_int_equal(overload_flags_for_sms(true, both, rank), rank == RANK_CONTACT);
        assert_false(overload_flags_for_sms(true, index_cases, rank)); /* they come first */
        assert_true(overload_may_offer(false, both, rank));
        assert_int_equal(overload_may_offer(true, contacts, rank), rank != RANK_CONTACT);
    }
}

static void the_effect_is_told_in_hours_of_the_agents_on_queue(void **state)
{
    (void)state;
    /* Ten agents at 12 an hour: 120 people an hour. */
    const struct overload_figures f = {
        .waiting = {10, 230, 960},
        .sms = {false,  true},
        .agents_on_queue = 10,
        .offers_accepted = 120,
        .agent_s = 36000
    };
    const struct overload_effect e = overload_reckon(&f);
    assert_true(e.is_measured);
    assert_int_equal(e.per_agent_hour_tenths, 120);
    assert_int_equal(e.flagged, 960);
    assert_int_equal(e.called, 240);
    assert_int_equal(e.hours_tenths_off, 100);
    assert_int_equal(e.hours_tenths_on, 20);
}

static void too_little_measured_is_reckoned_with_the_standard_pace(void **state)
{
    (void)state;
    struct overload_figures f = {
        .waiting = {0, 30,   1},
        .sms = {false, true},
        .agents_on_queue = 1,
        .offers_accepted = 1,
        .agent_s = 60,
        .standard_per_hour = 6
    };
    struct overload_effect e = overload_reckon(&f);
    assert_false(e.is_measured);
    assert_int_equal(e.hours_tenths_on, 50);
    assert_int_equal(e.hours_tenths_off, 52); /* 5.17, rounded up */
    f.standard_per_hour = 0;
    assert_int_equal(overload_reckon(&f).per_agent_hour_tenths, 150);
}

static void without_agents_it_never_ends_and_without_people_it_is_over(void **state)
{
    (void)state;
    struct overload_figures f = {
        .waiting = {0, 1, 1}
    };
    assert_int_equal(overload_reckon(&f).hours_tenths_off, -1);
    f = (struct overload_figures){.agents_on_queue = 0};
    assert_int_equal(overload_reckon(&f).hours_tenths_off, 0);
    f = (struct overload_figures){
        .waiting = {0, 0,    INT64_C(10000000)},
        .sms = {false, true},
        .agents_on_queue = 1,
        .standard_per_hour = 1
    };
    assert_int_equal(overload_reckon(&f).hours_tenths_off, INT64_C(100000000));
    assert_int_equal(overload_reckon(&f).hours_tenths_on, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_gets_an_sms_is_not_called_while_it_is_on),
        cmocka_unit_test(the_effect_is_told_in_hours_of_the_agents_on_queue),
        cmocka_unit_test(too_little_measured_is_reckoned_with_the_standard_pace),
        cmocka_unit_test(without_agents_it_never_ends_and_without_people_it_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
