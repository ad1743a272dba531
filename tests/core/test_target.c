/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/target.h"

static void numbers_take_their_usual_form(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *number; /* NULL = refused */
    } cases[] = {
        {"02/214.19.19",     "+3222141919" },
        {"0470 00 00 01",    "+32470000001"},
        {"+32 470 00 00 01", "+32470000001"},
        {"112",              "112"         },
        {"12",               NULL          },
        {"WAL_French",       NULL          },
        {"",                 NULL          },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct target t = {.kind = TARGET_QUEUE, .value = "before"};
        struct err err = {0};
        const enum err_code code = target_read(TARGET_NUMBER, cases[i].typed, &t, &err);
        assert_int_equal(code, cases[i].number ? ERR_OK : ERR_PHONE);
        assert_string_equal(t.value, cases[i].number ? cases[i].number : "before");
        assert_string_equal(err.field, cases[i].number ? "" : "/target/value");
    }
}

static void names_are_plain_and_fit(void **state)
{
    (void)state;
    struct target t;
    char name[TARGET_VALUE_SIZE + 1];
    memset(name, 'a', sizeof name);
    name[TARGET_VALUE_SIZE - 1] = '\0';
    assert_int_equal(target_read(TARGET_USER, name, &t, NULL), ERR_OK);
    assert_string_equal(t.value, name);
    name[TARGET_VALUE_SIZE - 1] = 'a';
    name[TARGET_VALUE_SIZE] = '\0';
    assert_int_equal(target_read(TARGET_USER, name, &t, NULL), ERR_INVALID);
    assert_int_equal(target_read(TARGET_QUEUE, "", &t, NULL), ERR_INVALID);
    assert_int_equal(target_read(TARGET_QUEUE, "a\033[2J", &t, NULL), ERR_INVALID);
}

static void kinds_are_found_by_their_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TARGET_KIND_COUNT; i++) {
        enum target_kind kind = TARGET_KIND_COUNT;
        assert_true(target_kind_by_name(target_kind_name((enum target_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    enum target_kind kind = TARGET_QUEUE;
    assert_false(target_kind_by_name("fax", &kind));
    assert_int_equal(kind, TARGET_QUEUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_their_usual_form),
        cmocka_unit_test(names_are_plain_and_fit),
        cmocka_unit_test(kinds_are_found_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
