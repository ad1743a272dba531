/* SPDX-License-Identifier: Apache-2.0 */
/* Wrap-up rules against opening hours: nobody rests until an instant at which nobody may be
 * presented, no limit is passed, and whoever wants no call gets none. */

#include "core/wrapup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_hours.h"

#define D0 FAKE_DAY0
#define H(hours) ((int64_t)(hours)*3600)
#define LEAD 50

static const struct service_attempts policy = {
    .max_total = 6,
    .max_per_day = 3,
    .parts = {{"morning", 8 * 3600, 12 * 3600},
              {"evening", 17 * 3600, 20 * 3600},
              {"afternoon", 12 * 3600, 17 * 3600}},
    .n_parts = 3,
};

/* The codes of a service, as different as they can be. */
static const struct wrapup_code codes[] = {
    {.id = "closed",                 .final = true      },
    {.id = "at_once"               },
    {.id = "delay",        .requeue_after_s = 900                   },
    {.id = "long", .requeue_after_s = 30 * 86400},
    {.id = "turns",       .requeue_after_s = 3600,                    .rotate = true, .next_phone = SERVICE_PHONE_NEXT},
    {.id = "few",                              .requeue_after_s = 60,.max_attempts_total = 2, .max_attempts_per_day = 1},
    {.id = "bad",       .requeue_after_s = 300,                                       .next_phone = SERVICE_PHONE_DROP, .data_quality = true},
    {.id = "promise",                    .needs_callback = true              },
};
#define CODES (sizeof codes / sizeof codes[0])

static struct wrapup_input at(struct hours *h, int64_t now)
{
    return (struct wrapup_input){.rang = true,
                                 .n_phones = 1,
                                 .now_utc_s = now,
                                 .hours = h,
                                 .lead_s = LEAD,
                                 .policy = &policy};
}

static const struct wrapup_code *code(const char *id)
{
    for (size_t i = 0; i < CODES; i++)
        if (strcmp(codes[i].id, id) == 0)
            return &codes[i];
    return NULL;
}

static int64_t due(const struct wrapup_code *c, const struct wrapup_input *in)
{
    struct wrapup_outcome out;
    assert_int_equal(wrapup_apply(c, in, &out, NULL), ERR_OK);
    return out.state == PERSON_RESTING ? out.due_utc_s : 0;
}

static void who_would_be_due_outside_hours_is_due_at_the_next_opening(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", "day");
    struct wrapup_input in = at(h, D0 + H(9));
    assert_int_equal(due(code("delay"), &in), D0 + H(9) + 900);
    in = at(h, D0 + H(20) - 900 - LEAD); /* the call would begin at 20:00 */
    assert_int_equal(due(code("delay"), &in), D0 + DAY + H(8));
    in = at(h, D0 + H(20) - 901 - LEAD);
    assert_int_equal(due(code("delay"), &in), D0 + H(20) - 1 - LEAD);
    in = at(h, D0 + H(21)); /* a late code, after hours: "at once" is tomorrow */
    assert_int_equal(due(code("at_once"), &in), D0 + DAY + H(8));
    in = at(h, D0 + H(9));
    assert_int_equal(due(code("at_once"), &in), 0); /* waits */
}

static void the_next_day_is_the_next_on_which_the_service_opens(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", "holiday");
    struct wrapup_input in = at(h, D0 - DAY + H(9)); /* the day before a holiday */
    in.attempts_today = 2;
    assert_int_equal(due(code("delay"), &in), D0 + DAY + H(8));
    CLEANUP_HOURS struct hours *night = hours_new(&fake_hours, "UTC", "night");
    in = at(night, D0 + H(1)); /* after midnight the calling day is still yesterday's */
    in.attempts_today = 2;
    assert_int_equal(due(code("delay"), &in), D0 + H(18));
    CLEANUP_HOURS struct hours *always = hours_new(&fake_hours, "UTC", NULL);
    in = at(always, D0 + H(23));
    in.attempts_today = 2;
    assert_int_equal(due(code("delay"), &in), D0 + DAY);
}

static void times_of_day_rotate(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", "day");
    struct wrapup_input in = at(h, D0 + H(9)); /* morning: the evening is next in the list */
    assert_int_equal(due(code("turns"), &in), D0 + H(17));
    in = at(h, D0 + H(18)); /* evening: afternoon, tomorrow */
    assert_int_equal(due(code("turns"), &in), D0 + DAY + H(12));
    in = at(h, D0 + H(14)); /* afternoon: morning, tomorrow */
    assert_int_equal(due(code("turns"), &in), D0 + DAY + H(8));
    in = at(h, D0 + H(9));
    in.attempts_today = 2; /* the day is used up: the evening of the next one */
    assert_int_equal(due(code("turns"), &in), D0 + DAY + H(17));
    in = at(h, D0 + H(21)); /* after hours counts as the part that ended last */
    assert_int_equal(due(code("turns"), &in), D0 + DAY + H(12));
    in = at(h, D0 + H(7)); /* before them as yesterday's last */
    assert_int_equal(due(code("turns"), &in), D0 + H(12));
    /* A part in which the service is closed for long is passed over, and none at all is no trap. */
    CLEANUP_HOURS struct hours *night = hours_new(&fake_hours, "UTC", "night");
    in = at(night, D0 + H(19)); /* open from 18:00 to 02:00: never in the afternoon */
    assert_int_equal(due(code("turns"), &in), D0 + H(20));
}

static void limits_of_the_service_count_where_a_code_has_none(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", "day");
    struct wrapup_outcome out;
    struct wrapup_input in = at(h, D0 + H(9));
    in.attempts = policy.max_total - 1;
    assert_int_equal(wrapup_apply(code("delay"), &in, &out, NULL), ERR_OK);
    assert_int_equal(out.state, PERSON_CLOSED);
    assert_true(out.not_reached);
    in.rang = false;
    assert_int_equal(wrapup_apply(code("delay"), &in, &out, NULL), ERR_OK);
    assert_int_equal(out.state, PERSON_RESTING);
    in.attempts_today = policy.max_per_day;
    assert_int_equal(due(code("delay"), &in), D0 + DAY + H(8));
    in = at(h, D0 + H(9)); /* a code's own limit comes first */
    assert_int_equal(due(code("few"), &in), D0 + DAY + H(8));
    in.attempts = 1;
    assert_int_equal(wrapup_apply(code("few"), &in, &out, NULL), ERR_OK);
    assert_int_equal(out.state, PERSON_CLOSED);
}

static void a_wish_stands_above_every_code(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", "day");
    for (size_t i = 0; i < CODES; i++) {
        struct wrapup_outcome out;
        struct err err = {0};
        struct wrapup_input in = at(h, D0 + H(9));
        in.n_phones = 3;
        in.unwanted = true;
        const enum err_code fault = wrapup_apply(&codes[i], &in, &out, &err);
        if (codes[i].needs_callback) {
            assert_int_equal(fault, ERR_INVALID);
            assert_string_equal(err.field, "callback_at");
            continue;
        }
        assert_int_equal(fault, ERR_OK);
        assert_int_equal(out.state, PERSON_CLOSED);
        assert_false(out.not_reached); /* nobody is sent to the door either */
        in.callback_utc_s = D0 + H(10);
        assert_int_equal(wrapup_apply(&codes[i], &in, &out, &err), ERR_INVALID);
    }
    struct wrapup_input in = at(h, D0 + H(9));
    struct wrapup_outcome out;
    in.unwanted = true;
    wrapup_expire(&in, &out);
    assert_int_equal(out.state, PERSON_CLOSED);
}

static void a_number_that_is_not_wanted_is_never_the_next(void **state)
{
    (void)state;
    CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", "day");
    for (size_t i = 0; i < CODES; i++) {
        for (uint32_t unwanted = 0; unwanted < 8; unwanted++) {
            for (size_t phone = 0; phone < 3; phone++) {
                struct wrapup_outcome out;
                struct wrapup_input in = at(h, D0 + H(9));
                in.n_phones = 3;
                in.phone = phone;
                in.unwanted_phones = unwanted;
                if (codes[i].needs_callback)
                    continue;
                assert_int_equal(wrapup_apply(&codes[i], &in, &out, NULL), ERR_OK);
                if (out.state == PERSON_CLOSED)
                    continue;
                assert_false(unwanted >> out.phone & 1U);
                assert_int_equal(out.dropped_phones & unwanted, unwanted);
                assert_true(unwanted != 7);
            }
        }
    }
}

/* Numbers from a seed: the same walk each time. */
static uint32_t chance(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % n;
}

/* One person's life: called, a code chosen, rested, called again, until closed. */
static void live(struct hours *h, uint32_t seed)
{
    struct wrapup_input in = at(h, D0 + (int64_t)chance(&seed, 10 * 86400));
    int day_attempts = 0;
    int promises = 0;
    in.n_phones = 1 + chance(&seed, 4);
    in.now_utc_s = hours_next_present(h, in.now_utc_s, LEAD);
    int64_t day = hours_day_start(h, in.now_utc_s);
    for (int calls = 0; calls < 60; calls++) {
        struct wrapup_outcome out;
        const struct wrapup_code *c = &codes[chance(&seed, CODES)];
        assert_true(hours_may_present(h, in.now_utc_s, LEAD)); /* the offer */
        in.now_utc_s += chance(&seed, 1800);                   /* the call */
        in.rang = chance(&seed, 4) != 0;
        in.callback_utc_s = c->needs_callback || (!c->final && chance(&seed, 8) == 0)
                                ? hours_next_present(h, in.now_utc_s + 600, LEAD)
                                : 0;
        if (hours_day_start(h, in.now_utc_s) != day) {
            day = hours_day_start(h, in.now_utc_s);
            day_attempts = 0;
        }
        in.attempts_today = day_attempts;
        assert_int_equal(wrapup_apply(c, &in, &out, NULL), ERR_OK);
        promises += out.callback;
        day_attempts += in.rang;
        /* Only what was promised to the person goes beyond a limit. */
        assert_true(out.attempts <= policy.max_total + promises);
        assert_true(out.attempts_today <= policy.max_per_day + promises);
        if (out.state == PERSON_CLOSED)
            return;
        if (out.state == PERSON_WAITING) {
            assert_true(hours_may_present(h, in.now_utc_s, LEAD));
        } else {
            assert_int_equal(out.state, PERSON_RESTING);
            assert_true(out.due_utc_s > in.now_utc_s);
            assert_true(hours_may_present(h, out.due_utc_s, LEAD));
            in.now_utc_s = out.due_utc_s;
        }
        assert_true(out.phone < in.n_phones);
        assert_false(out.dropped_phones >> out.phone & 1U);
        in.phone = out.phone;
        in.dropped_phones = out.dropped_phones;
        in.attempts = out.attempts;
    }
}

static void no_life_passes_a_limit_or_an_hour(void **state)
{
    (void)state;
    static const char *const calendars[] = {"day", "lunch", "night", "holiday", "bitten", "always"};
    for (size_t i = 0; i < sizeof calendars / sizeof calendars[0]; i++) {
        CLEANUP_HOURS struct hours *h = hours_new(&fake_hours, "UTC", calendars[i]);
        for (uint32_t seed = 1; seed <= 500; seed++)
            live(h, seed * 7919U + (uint32_t)i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_would_be_due_outside_hours_is_due_at_the_next_opening),
        cmocka_unit_test(the_next_day_is_the_next_on_which_the_service_opens),
        cmocka_unit_test(times_of_day_rotate),
        cmocka_unit_test(limits_of_the_service_count_where_a_code_has_none),
        cmocka_unit_test(a_wish_stands_above_every_code),
        cmocka_unit_test(a_number_that_is_not_wanted_is_never_the_next),
        cmocka_unit_test(no_life_passes_a_limit_or_an_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
