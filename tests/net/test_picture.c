/* SPDX-License-Identifier: Apache-2.0 */
/* What of a picture the desk has already is not sent again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "net/api/json.h"
#include "net/desk/picture.h"

/* Reduce `now` by what is known; the rest must read as `rest`. */
static void assert_sends(struct picture *known, const char *now, const char *rest)
{
    struct picture next;
    CLEANUP_BUF struct buf text = {0};
    CLEANUP_JSON cJSON *keep = cJSON_Parse(now);
    assert_non_null(keep);
    assert_true(picture_reduce(known, keep, &next));
    json_print(keep, &text);
    assert_string_equal(buf_text(&text), rest);
    *known = next;
}

static void only_what_changed_is_sent(void **state)
{
    (void)state;
    struct picture known = {0};
    assert_sends(&known, "{\"script\":{\"a\":[1,2]},\"response\":\"x\"}",
                 "{\"script\":{\"a\":[1,2]},\"response\":\"x\"}");
    assert_sends(&known, "{\"script\":{\"a\":[1,2]},\"response\":\"y\"}", "{\"response\":\"y\"}");
    assert_sends(&known, "{\"script\":{\"a\":[1,2]},\"response\":\"y\"}", "{}");
    assert_sends(&known, "{\"script\":{\"a\":[1,3]},\"response\":\"y\"}",
                 "{\"script\":{\"a\":[1,3]}}");
}

static void what_is_gone_is_null_and_comes_back_whole(void **state)
{
    (void)state;
    struct picture known = {0};
    assert_sends(&known, "{\"note\":\"n\",\"work\":1}", "{\"note\":\"n\",\"work\":1}");
    assert_sends(&known, "{\"work\":1}", "{\"note\":null}");
    assert_sends(&known, "{\"note\":\"n\",\"work\":1}", "{\"note\":\"n\"}");
}

static void more_than_can_be_remembered_is_sent_whole(void **state)
{
    (void)state;
    struct picture known = {0}, next;
    CLEANUP_JSON cJSON *keep = cJSON_CreateObject();
    for (char key[] = "a"; key[0] < 'a' + PICTURE_PARTS_MAX + 1; key[0]++)
        cJSON_AddNumberToObject(keep, key, 1);
    assert_false(picture_reduce(&known, keep, &next));
    assert_int_equal(cJSON_GetArraySize(keep), PICTURE_PARTS_MAX + 1);
    assert_int_equal(next.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_changed_is_sent),
        cmocka_unit_test(what_is_gone_is_null_and_comes_back_whole),
        cmocka_unit_test(more_than_can_be_remembered_is_sent_whole),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
