/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/buf.h"

static void additions_are_terminated(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf b = {0};
    assert_string_equal(buf_text(&b), "");
    buf_str(&b, "abc");
    buf_char(&b, '-');
    buf_printf(&b, "%03d", 7);
    assert_string_equal(buf_text(&b), "abc-007");
    assert_int_equal(b.len, 7);
}

static void drop_keeps_the_rest(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf b = {0};
    buf_str(&b, "line one\nline two");
    buf_drop(&b, 9);
    assert_string_equal(buf_text(&b), "line two");
}

static void limit_marks_the_buffer_failed(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf b = {.limit = 4};
    buf_str(&b, "1234");
    assert_false(b.failed);
    buf_char(&b, '5');
    assert_true(b.failed);
    assert_null(buf_take(&b));
    buf_clear(&b);
    buf_str(&b, "ok");
    assert_false(b.failed);
}

static void taken_bytes_belong_to_the_caller(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_str(&b, "mine");
    char *text = buf_take(&b);
    assert_string_equal(text, "mine");
    assert_null(b.data);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(additions_are_terminated),
        cmocka_unit_test(drop_keeps_the_rest),
        cmocka_unit_test(limit_marks_the_buffer_failed),
        cmocka_unit_test(taken_bytes_belong_to_the_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
