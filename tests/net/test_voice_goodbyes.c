/* SPDX-License-Identifier: Apache-2.0 */
/* What the next telephone program has to say for the one that died. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/api/json.h"
#include "net/voice/voice_goodbyes.h"

static void keep(struct voice_goodbyes *g, const char *call, const char *method)
{
    CLEANUP_JSON cJSON *event = cJSON_CreateObject();
    assert_non_null(cJSON_AddStringToObject(event, "event", "goodbye"));
    assert_non_null(cJSON_AddStringToObject(event, "call", call));
    assert_non_null(cJSON_AddStringToObject(event, "method", method));
    voice_goodbyes_keep(g, event);
}

static void assert_next(struct voice_goodbyes *g, const char *call, const char *method)
{
    CLEANUP_JSON cJSON *command = voice_goodbyes_take(g);
    assert_non_null(command);
    assert_string_equal(json_str(command, "cmd", ""), "goodbye");
    assert_string_equal(json_str(command, "event", "none"), "none");
    assert_string_equal(json_str(command, "call", ""), call);
    assert_string_equal(json_str(command, "method", ""), method);
}

static void the_newest_of_each_call_is_said_once(void **state)
{
    (void)state;
    struct voice_goodbyes g = {0};
    assert_false(voice_goodbyes_are_open(&g));
    keep(&g, "a", "CANCEL");
    keep(&g, "b", "CANCEL");
    keep(&g, "a", "BYE");
    assert_true(voice_goodbyes_are_open(&g));
    assert_next(&g, "a", "BYE");
    assert_next(&g, "b", "CANCEL");
    assert_null(voice_goodbyes_take(&g));
    assert_false(voice_goodbyes_are_open(&g));
}

static void a_call_that_ended_needs_none(void **state)
{
    (void)state;
    struct voice_goodbyes g = {0};
    keep(&g, "a", "BYE");
    keep(&g, "b", "BYE");
    voice_goodbyes_drop(&g, "a");
    voice_goodbyes_drop(&g, "another");
    assert_next(&g, "b", "BYE");
    keep(&g, "c", "BYE");
    voice_goodbyes_clear(&g);
    assert_null(voice_goodbyes_take(&g));
}

static void too_many_forget_the_oldest(void **state)
{
    (void)state;
    struct voice_goodbyes g = {0};
    char name[8];
    for (int i = 0; i < VOICE_GOODBYES_MAX + 1; i++) {
        (void)snprintf(name, sizeof name, "%d", i);
        keep(&g, name, "BYE");
    }
    assert_next(&g, "1", "BYE");
    voice_goodbyes_clear(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_of_each_call_is_said_once),
        cmocka_unit_test(a_call_that_ended_needs_none),
        cmocka_unit_test(too_many_forget_the_oldest),
    };
    return cmocka_run_group_tests_name("voice_goodbyes", tests, NULL, NULL);
}
