/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/decimal.h"

static void the_grammar_is_that_of_json(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-0", "7", "37.50", "-0.001", "1e5", "1E+5", "2.5e-10"};
    static const char *const bad[] = {
        "",    "-",     "01",  "1.",
        ".5",  "+1",    "1,5", "1e",
        "1e+", " 1",    "1 ",  "0x1",
        "NaN", "1.5.2", "--1", "1234567890123456789012345678901234567890123456789012345678901"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(decimal_is_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(decimal_is_valid(bad[i]));
}

static void integers_have_32_bits(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-0", "2147483647", "-2147483648", "42"};
    static const char *const bad[] = {"2147483648", "-2147483649", "1.0",         "1e1", "",
                                      "-",          "01",          "99999999999", "12a"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(decimal_is_integer(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(decimal_is_integer(bad[i]));
}

static void values_compare_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int order;
    } cases[] = {
        {"5",                "5.0",                 0 },
        {"37.50",            "37.5",                0 },
        {"0",                "-0.00",               0 },
        {"1e2",              "100",                 0 },
        {"0.05",             "5e-2",                0 },
        {"0.5",              "0.05",                1 },
        {"9",                "10",                  -1},
        {"10",               "9.99",                1 },
        {"-10",              "-9",                  -1},
        {"-1",               "1",                   -1},
        {"0",                "-0.1",                1 },
        {"0",                "0.1",                 -1},
        {"9007199254740993", "9007199254740992",    1 },
        {"0.1",              "0.10000000000000001", -1},
        {"1e999999999999",   "1e99",                1 },
        {"1e-999999999999",  "0",                   1 },
        {"0e999999999999",   "0",                   0 },
        {"123",              "1230",                -1},
        {"1.25",             "1.3",                 -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int ab = decimal_compare(cases[i].a, cases[i].b);
        const int ba = decimal_compare(cases[i].b, cases[i].a);
        assert_int_equal((ab > 0) - (ab < 0), cases[i].order);
        assert_int_equal((ba > 0) - (ba < 0), -cases[i].order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grammar_is_that_of_json),
        cmocka_unit_test(integers_have_32_bits),
        cmocka_unit_test(values_compare_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
