/* SPDX-License-Identifier: Apache-2.0 */
/* What a code does to a person, at every boundary. */

#include "core/wrapup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1774681509)
#define NEXT_DAY (NOW + 50000)

static const struct wrapup_code closing = {.id = "closing", .final = true};
static const struct wrapup_code again = {
    .id = "again", .requeue_after_s = 3600, .max_attempts_total = 5, .max_attempts_per_day = 3};
static const struct wrapup_code at_once = {.id = "at_once"};
static const struct wrapup_code next_number = {
    .id = "next_number", .requeue_after_s = 60, .next_phone = SERVICE_PHONE_NEXT};
static const struct wrapup_code wrong_number = {.id = "wrong_number",
                                                .requeue_after_s = 60,
                                                .next_phone = SERVICE_PHONE_DROP,
                                                .data_quality = true};
static const struct wrapup_code promised = {.id = "promised", .needs_callback = true};

static struct wrapup_input person(int attempts, int attempts_today, bool rang)
{
    return (struct wrapup_input){.attempts = attempts,
                                 .attempts_today = attempts_today,
                                 .rang = rang,
                                 .n_phones = 1,
                                 .now_utc_s = NOW,
                                 .next_day_utc_s = NEXT_DAY};
}

static struct wrapup_outcome apply(const struct wrapup_code *code, const struct wrapup_input *in)
{
    struct wrapup_outcome out;
    assert_int_equal(wrapup_apply(code, in, &out, NULL), ERR_OK);
    return out;
}

static void an_attempt_counts_when_it_rang(void **state)
{
    (void)state;
    struct wrapup_input in = person(1, 1, false);
    struct wrapup_outcome out = apply(&again, &in);
    assert_int_equal(out.attempts, 1);
    assert_int_equal(out.attempts_today, 1);
    in.rang = true;
    out = apply(&again, &in);
    assert_int_equal(out.attempts, 2);
    assert_int_equal(out.attempts_today, 2);
}

static void a_final_code_closes(void **state)
{
    (void)state;
    const struct wrapup_input in = person(0, 0, true);
    const struct wrapup_outcome out = apply(&closing, &in);
    assert_int_equal(out.state, PERSON_CLOSED);
    assert_int_equal(out.due_utc_s, 0);
    assert_int_equal(out.attempts, 1);
    assert_false(out.not_reached);
    assert_false(out.data_quality);
}

static void a_code_that_is_not_final_rests_for_its_delay(void **state)
{
    (void)state;
    const struct wrapup_input in = person(0, 0, true);
    struct wrapup_outcome out = apply(&again, &in);
    assert_int_equal(out.state, PERSON_RESTING);
    assert_int_equal(out.due_utc_s, NOW + 3600);
    out = apply(&at_once, &in);
    assert_int_equal(out.state, PERSON_WAITING);
    assert_int_equal(out.due_utc_s, 0);
}

static void the_last_attempt_of_the_day_rests_until_the_next(void **state)
{
    (void)state;
    struct wrapup_input in = person(2, 1, true);
    assert_int_equal(apply(&again, &in).due_utc_s, NOW + 3600);
    in = person(2, 2, true);
    assert_int_equal(apply(&again, &in).due_utc_s, NEXT_DAY);
    in = person(2, 2, false); /* it did not ring: one is left */
    assert_int_equal(apply(&again, &in).due_utc_s, NOW + 3600);
    in = person(2, 3, false); /* used up before */
    assert_int_equal(apply(&again, &in).due_utc_s, NEXT_DAY);
    in = person(2, 2, true);
    in.next_day_utc_s = 0;
    assert_int_equal(apply(&again, &in).due_utc_s, NOW + 86400);
    in.next_day_utc_s = NOW + 60; /* opens before the delay is over */
    assert_int_equal(apply(&again, &in).due_utc_s, NOW + 3600);
}

static void the_last_attempt_of_all_closes_as_not_reached(void **state)
{
    (void)state;
    struct wrapup_input in = person(3, 0, true);
    assert_int_equal(apply(&again, &in).state, PERSON_RESTING);
    in = person(4, 0, false);
    assert_int_equal(apply(&again, &in).state, PERSON_RESTING);
    in = person(4, 0, true);
    const struct wrapup_outcome out = apply(&again, &in);
    assert_int_equal(out.state, PERSON_CLOSED);
    assert_true(out.not_reached);
    assert_int_equal(out.due_utc_s, 0);
    in = person(400, 400, true);
    assert_int_equal(apply(&at_once, &in).state, PERSON_WAITING); /* no limit, no end */
}

static void numbers_take_turns(void **state)
{
    (void)state;
    struct wrapup_input in = person(0, 0, true);
    assert_int_equal(apply(&next_number, &in).phone, 0);
    in.n_phones = 3;
    assert_int_equal(apply(&next_number, &in).phone, 1);
    in.phone = 2;
    assert_int_equal(apply(&next_number, &in).phone, 0);
    in.dropped_phones = 1U << 0;
    assert_int_equal(apply(&next_number, &in).phone, 1);
    in.dropped_phones = 1U << 0 | 1U << 1;
    assert_int_equal(apply(&next_number, &in).phone, 2);
    assert_int_equal(apply(&again, &in).phone, 2);
}

static void a_wrong_number_is_dropped_and_listed(void **state)
{
    (void)state;
    struct wrapup_input in = person(0, 0, false);
    in.n_phones = 2;
    struct wrapup_outcome out = apply(&wrong_number, &in);
    assert_int_equal(out.state, PERSON_RESTING);
    assert_int_equal(out.phone, 1);
    assert_int_equal(out.dropped_phones, 1U << 0);
    assert_true(out.data_quality);
    assert_false(out.not_reached);

    in.phone = out.phone;
    in.dropped_phones = out.dropped_phones;
    out = apply(&wrong_number, &in);
    assert_int_equal(out.state, PERSON_CLOSED);
    assert_true(out.not_reached);
    assert_true(out.data_quality);
    assert_int_equal(out.dropped_phones, 3U);
}

static void a_person_without_any_number_is_closed(void **state)
{
    (void)state;
    struct wrapup_input in = person(0, 0, false);
    in.n_phones = 0;
    assert_int_equal(apply(&wrong_number, &in).state, PERSON_CLOSED);
    assert_int_equal(apply(&next_number, &in).state, PERSON_CLOSED);
}

static void a_callback_is_due_when_promised(void **state)
{
    (void)state;
    struct wrapup_input in = person(4, 3, true);
    in.callback_utc_s = NOW + 7200;
    struct wrapup_outcome out = apply(&promised, &in);
    assert_int_equal(out.state, PERSON_RESTING);
    assert_int_equal(out.due_utc_s, NOW + 7200);
    assert_true(out.callback);
    /* A promise comes before the limits of another code, too. */
    out = apply(&again, &in);
    assert_int_equal(out.state, PERSON_RESTING);
    assert_int_equal(out.due_utc_s, NOW + 7200);
    assert_true(out.callback);
    in.callback_utc_s = NOW;
    out = apply(&promised, &in);
    assert_int_equal(out.state, PERSON_WAITING);
    assert_true(out.callback);
}

static void a_missing_or_senseless_callback_is_an_error(void **state)
{
    (void)state;
    struct wrapup_input in = person(0, 0, true);
    struct wrapup_outcome out = {.attempts = 77};
    struct err err = {0};
    assert_int_equal(wrapup_apply(&promised, &in, &out, &err), ERR_INVALID);
    assert_string_equal(err.field, "callback_at");
    in.callback_utc_s = NOW + 1;
    err = (struct err){0};
    assert_int_equal(wrapup_apply(&closing, &in, &out, &err), ERR_INVALID);
    assert_string_equal(err.field, "callback_at");
    assert_int_equal(out.attempts, 77);
}

static void time_that_ran_out_leaves_a_person_unresolved(void **state)
{
    (void)state;
    const struct wrapup_input in = person(1, 0, true);
    struct wrapup_outcome out;
    wrapup_expire(&in, &out);
    assert_int_equal(out.state, PERSON_UNRESOLVED);
    assert_int_equal(out.due_utc_s, 0);
    assert_int_equal(out.attempts, 2);
    assert_int_equal(out.attempts_today, 1);
}

static void a_corrected_code_is_simply_applied_again(void **state)
{
    (void)state;
    const struct wrapup_input in = person(1, 1, true);
    const struct wrapup_outcome first = apply(&closing, &in);
    const struct wrapup_outcome corrected = apply(&again, &in);
    assert_int_equal(first.attempts, corrected.attempts);
    assert_int_equal(corrected.state, PERSON_RESTING);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attempt_counts_when_it_rang),
        cmocka_unit_test(a_final_code_closes),
        cmocka_unit_test(a_code_that_is_not_final_rests_for_its_delay),
        cmocka_unit_test(the_last_attempt_of_the_day_rests_until_the_next),
        cmocka_unit_test(the_last_attempt_of_all_closes_as_not_reached),
        cmocka_unit_test(numbers_take_turns),
        cmocka_unit_test(a_wrong_number_is_dropped_and_listed),
        cmocka_unit_test(a_person_without_any_number_is_closed),
        cmocka_unit_test(a_callback_is_due_when_promised),
        cmocka_unit_test(a_missing_or_senseless_callback_is_an_error),
        cmocka_unit_test(time_that_ran_out_leaves_a_person_unresolved),
        cmocka_unit_test(a_corrected_code_is_simply_applied_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
