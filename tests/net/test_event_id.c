/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of events. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "net/server/event_id.h"

static int begin(void **state)
{
    static struct event_ids ids;
    assert_true(sodium_init() >= 0);
    event_ids_init(&ids);
    *state = &ids;
    return 0;
}

static uint64_t figures_of(const struct event_ids *ids, const char *text)
{
    return event_figures(ids, text, strlen(text));
}

static void an_id_says_which_figures_its_reader_has(void **state)
{
    struct event_ids *ids = *state;
    char id[EVENT_ID_SIZE];
    const uint64_t one = figures_of(ids, "one"), other = figures_of(ids, "other");
    event_id_next(ids, one, id);
    assert_true(event_id_has(ids, id, one));
    assert_false(event_id_has(ids, id, other));
    assert_true(strlen(id) + 1 < EVENT_ID_SIZE);
}

static void how_long_somebody_waits_is_no_change(void **state)
{
    struct event_ids *ids = *state;
    const char *const a = "[{\"waiting\":2,\"longest_wait_s\":9},{\"longest_wait_s\":0}]";
    const char *const b = "[{\"waiting\":2,\"longest_wait_s\":10},{\"longest_wait_s\":371}]";
    const char *const c = "[{\"waiting\":3,\"longest_wait_s\":9},{\"longest_wait_s\":0}]";
    assert_true(figures_of(ids, a) == figures_of(ids, b));
    assert_false(figures_of(ids, a) == figures_of(ids, c));
}

static void what_is_no_id_of_this_process_has_nothing(void **state)
{
    struct event_ids *ids = *state;
    struct event_ids other;
    char id[EVENT_ID_SIZE], longer[EVENT_ID_SIZE + 2];
    const uint64_t figures = figures_of(ids, "one");
    event_id_next(ids, figures, id);
    snprintf(longer, sizeof longer, "%s0", id);
    assert_false(event_id_has(ids, longer, figures));
    assert_false(event_id_has(ids, NULL, figures));
    assert_false(event_id_has(ids, "", figures));
    assert_false(event_id_has(ids, "-", figures));
    for (size_t len = 0; len < strlen(id); len++) {
        char cut[EVENT_ID_SIZE];
        snprintf(cut, sizeof cut, "%.*s", (int)len, id);
        assert_false(event_id_has(ids, cut, figures));
    }
    event_ids_init(&other); /* a restart, or another node */
    event_id_next(&other, figures_of(&other, "one"), id);
    assert_false(event_id_has(ids, id, figures));
}

static void no_id_comes_twice(void **state)
{
    struct event_ids *ids = *state;
    char last[EVENT_ID_SIZE] = "", id[EVENT_ID_SIZE];
    for (int i = 0; i < 1000; i++) {
        event_id_next(ids, 7, id);
        assert_string_not_equal(id, last);
        memcpy(last, id, sizeof last);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_id_says_which_figures_its_reader_has, begin),
        cmocka_unit_test_setup(how_long_somebody_waits_is_no_change, begin),
        cmocka_unit_test_setup(what_is_no_id_of_this_process_has_nothing, begin),
        cmocka_unit_test_setup(no_id_comes_twice, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
