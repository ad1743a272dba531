/* SPDX-License-Identifier: Apache-2.0 */
/* Shortened output is shorter and means the same. */

#include "tui/thrift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void what_changes_nothing_is_left_out(void **state)
{
    static const char *const pairs[][2] = {
        {"",                                      ""                       },
        {"plain",                                 "plain"                  },
        {"\033(B\033[0;1mx\033(B\033[m",          "\033[0;1mx\033[m"       },
        {"\033[38;5;35m4\033[39m\033(B\033[m",    "\033[38;5;35m4\033[m"   },
        {"x\033[39;49m\033(B\033[m\033[H\033[2J", "x\033[m\033[H\033[2J"   },
        {"\033[39m x\033[m",                      "\033[39m x\033[m"       },
        {"\033[49m\033[m",                        "\033[m"                 },
        {"\033[m\033[m",                          "\033[m\033[m"           },
        {"(B\033[39m\033[0;4m\033",               "(B\033[39m\033[0;4m\033"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char bytes[64];
        snprintf(bytes, sizeof bytes, "%s", pairs[i][0]);
        bytes[thrift_shorten(bytes, strlen(bytes))] = '\0';
        assert_string_equal(bytes, pairs[i][1]);
    }
}

static void only_terminals_of_xterms_family_are_shortened(void **state)
{
    (void)state;
    assert_true(thrift_fits("\033(B\033[m"));
    assert_false(thrift_fits("\033[m\017"));
    assert_false(thrift_fits("\033[0;10m"));
    assert_false(thrift_fits(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changes_nothing_is_left_out),
        cmocka_unit_test(only_terminals_of_xterms_family_are_shortened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
