/* SPDX-License-Identifier: Apache-2.0 */
/* What a service makes of a callback while it is typed: its hours and rules, for all classes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/agenda.h"
#include "core/service.h"
#include "tests/core/fake_hours.h"

/* Summer time begins at 02:00 of the third day and ends at 03:00 of the tenth: an hour each. */
#define SPRING (FAKE_DAY0 + 3 * DAY + 2 * 3600)
#define AUTUMN (FAKE_DAY0 + 10 * DAY + 2 * 3600)

static int32_t offset_s(void *arg, const char *zone, int64_t at)
{
    (void)arg;
    if (strcmp(zone, "Europe/Brussels") != 0)
        return 0;
    return at >= SPRING && at < AUTUMN ? 3600 : 0;
}

static bool zone_exists(void *arg, const char *zone)
{
    (void)arg;
    return strcmp(zone, "Europe/Brussels") == 0;
}

struct bench {
    struct hours_ops ops;
    struct service *service;
    struct agenda *agenda;
};

static void make(struct bench *b, const char *first, const char *second)
{
    *b = (struct bench){.ops = fake_hours, .service = calloc(1, sizeof *b->service)};
    struct service *s = b->service;
    assert_non_null(s);
    b->ops.offset_s = offset_s;
    b->ops.zone_exists = zone_exists;
    snprintf(s->zone, sizeof s->zone, "UTC");
    snprintf(s->classes[0].id, SERVICE_ID_SIZE, "person");
    snprintf(s->classes[0].outbound, SERVICE_CALENDAR_SIZE, "%s", first);
    snprintf(s->classes[1].id, SERVICE_ID_SIZE, "doctor");
    snprintf(s->classes[1].outbound, SERVICE_CALENDAR_SIZE, "%s", second ? second : "");
    s->n_classes = second ? 2 : 1;
    s->callbacks = (struct service_callbacks){
        .inside_hours = true, .max_days = 20, .fallback_s = 900, .missed_after_s = 900};
    b->agenda = agenda_new(&b->ops, s);
    assert_non_null(b->agenda);
}

static void drop(struct bench *b)
{
    b->agenda = agenda_free(b->agenda);
    free(b->service);
}

static enum agenda_slot at(struct bench *b, const char *zone, int day, int hour, int64_t now)
{
    int64_t instant;
    return agenda_slot(b->agenda, zone, date_from_days(FAKE_DAY0 / DAY + day), hour * 60, now,
                       &instant);
}

static void each_time_is_open_over_closed_or_barred(void **state)
{
    (void)state;
    struct bench b;
    make(&b, "holiday", NULL); /* 08:00 to 20:00, but not on days 0, 5, 10 … */
    const int64_t now = FAKE_DAY0 + DAY + 14 * 3600;
    assert_int_equal(at(&b, "", 1, 15, now), AGENDA_FREE);
    assert_int_equal(at(&b, "", 1, 14, now), AGENDA_OVER);
    assert_int_equal(at(&b, "", 1, 7, now), AGENDA_CLOSED);
    assert_int_equal(at(&b, "", 1, 20, now), AGENDA_CLOSED);
    assert_int_equal(at(&b, "", 5, 15, now), AGENDA_CLOSED);
    assert_int_equal(at(&b, "", 21, 15, now), AGENDA_FREE);
    assert_int_equal(at(&b, "", 22, 15, now), AGENDA_BARRED);
    b.service->callbacks.same_day = true;
    assert_int_equal(at(&b, "", 1, 15, now), AGENDA_FREE);
    assert_int_equal(at(&b, "", 2, 15, now), AGENDA_BARRED);
    drop(&b);
}

static void a_time_that_the_clocks_leave_out_is_none_and_one_shown_twice_is_the_first(void **state)
{
    (void)state;
    struct bench b;
    struct callback_plan plan;
    struct err err = {0};
    int64_t instant = 0;
    make(&b, "always", NULL);
    assert_int_equal(at(&b, "Europe/Brussels", 3, 2, FAKE_DAY0), AGENDA_NONE);
    assert_int_equal(at(&b, "", 3, 2, FAKE_DAY0), AGENDA_FREE);
    struct callback_wish wish = {.date = date_from_days(FAKE_DAY0 / DAY + 10),
                                 .minute_of_day = 150,
                                 .zone = "Europe/Brussels",
                                 .route_to_me = true};
    assert_int_equal(agenda_plan(b.agenda, &wish, FAKE_DAY0, &plan, &err), ERR_OK);
    assert_true(plan.twice);
    assert_int_equal(agenda_slot(b.agenda, wish.zone, wish.date, 150, FAKE_DAY0, &instant),
                     AGENDA_FREE);
    assert_true(plan.at_utc_s == instant && instant == AUTUMN - 1800);
    wish.minute_of_day = 240;
    assert_int_equal(agenda_plan(b.agenda, &wish, FAKE_DAY0, &plan, &err), ERR_OK);
    assert_false(plan.twice);
    drop(&b);
}

static void refused_is_what_no_class_may_have_with_the_words_of_the_first(void **state)
{
    (void)state;
    struct bench b;
    struct callback_plan plan;
    struct err err = {0};
    const int64_t now = FAKE_DAY0 + DAY;
    make(&b, "day", "night"); /* 08:00 to 20:00, 18:00 to 02:00 */
    assert_int_equal(agenda_plan_at(b.agenda, now + 9 * 3600, now, &plan, &err), ERR_OK);
    assert_int_equal(agenda_plan_at(b.agenda, now + 23 * 3600, now, &plan, &err), ERR_OK);
    assert_true(plan.at_utc_s == now + 23 * 3600);
    assert_int_equal(at(&b, "", 1, 23, now), AGENDA_FREE);
    assert_int_equal(at(&b, "", 1, 4, now), AGENDA_CLOSED);
    assert_int_equal(agenda_plan_at(b.agenda, now + 4 * 3600, now, &plan, &err), ERR_INVALID);
    assert_string_equal(err.field, "time");
    assert_non_null(strstr(err.sentence, "opening hours"));
    drop(&b);
}

static void a_service_without_hours_is_always_open(void **state)
{
    (void)state;
    struct bench b;
    make(&b, "day", NULL);
    agenda_free(b.agenda);
    b.service->n_classes = 0;
    b.agenda = agenda_new(&b.ops, b.service);
    assert_int_equal(at(&b, "", 1, 3, FAKE_DAY0), AGENDA_FREE);
    drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_time_is_open_over_closed_or_barred),
        cmocka_unit_test(a_time_that_the_clocks_leave_out_is_none_and_one_shown_twice_is_the_first),
        cmocka_unit_test(refused_is_what_no_class_may_have_with_the_words_of_the_first),
        cmocka_unit_test(a_service_without_hours_is_always_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
