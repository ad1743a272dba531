/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions of questionnaires: the whole value, what they write, and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "net/api/regex_pcre2.h"

/* clang-format off */
static const struct {
    const char *pattern, *text;
    enum regex_result result;
} rows[] = {
    {"[0-9]{4}",            "1000",        REGEX_MATCHES},
    {"[0-9]{4}",            "10000",       REGEX_DIFFERS},
    {"[0-9]{4}",            " 1000",       REGEX_DIFFERS},
    {"[0-9]{4}",            "1000\n",      REGEX_DIFFERS},
    {"a|ab",                "ab",          REGEX_MATCHES},
    {"^\\d+$",              "12",          REGEX_MATCHES},
    {"^\\d+$",              "12\n",        REGEX_DIFFERS},
    {"\\d",                 "\xd9\xa3",    REGEX_DIFFERS}, /* an Arabic digit */
    {"(?:x\\h)*y",          "x x\ty",      REGEX_MATCHES},
    {"[^\\x00-\\x1F\\x7F]+", "\xc3\xa9t\xc3\xa9", REGEX_MATCHES},
    {"...",                 "\xc3\xa9t\xc3\xa9", REGEX_MATCHES}, /* characters, not bytes */
    {"\\p{Lu}.*",           "\xc3\x89mile", REGEX_MATCHES},
    {"",                    "",            REGEX_MATCHES},
    {"(",                   "(",           REGEX_UNKNOWN},
    {"a\\C",                "ab",          REGEX_UNKNOWN},
    {"(a+)+[bd]",              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", REGEX_GAVE_UP},
    {"((a{0,5}){0,5})*[ce][df]", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", REGEX_GAVE_UP},
    {"(?:a|(?:a(?R)?)+)*[xz]",     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaay", REGEX_GAVE_UP},
    {"(a+)+$",              "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", REGEX_GAVE_UP},
    {"(?:a{1000}){1000}{1000}", "a",       REGEX_UNKNOWN},
};
/* clang-format on */

static void values_match_as_a_whole_and_nothing_takes_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const clock_t start = clock();
        const enum regex_result seen =
            regex_pcre2.match(regex_pcre2.arg, rows[i].pattern, rows[i].text);
        if (seen != rows[i].result)
            fail_msg("%s: %d", rows[i].pattern, (int)seen);
        /* Without limits these take minutes to the end of the world. */
        assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
    }
}

static void a_text_of_any_length_ends(void **state)
{
    (void)state;
    const size_t n = 1000000;
    char *text = malloc(n + 1), *deep = malloc(n + 1);
    memset(text, 'a', n);
    memset(deep, '(', n);
    text[n] = deep[n] = '\0';
    assert_int_equal(regex_pcre2.match(NULL, "a*", text), REGEX_MATCHES);
    assert_int_equal(regex_pcre2.match(NULL, "(a|b)*c", text), REGEX_GAVE_UP);
    assert_int_equal(regex_pcre2.match(NULL, text, text), REGEX_UNKNOWN);
    deep[200] = '\0';
    assert_int_equal(regex_pcre2.match(NULL, deep, "a"), REGEX_UNKNOWN);
    free(text);
    free(deep);
}

static void an_expression_is_readable_or_not(void **state)
{
    (void)state;
    assert_true(regex_pcre2_is_readable("^[A-Z]\\d{2}$"));
    assert_false(regex_pcre2_is_readable("[A-Z"));
    assert_false(regex_pcre2_is_readable("*"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_match_as_a_whole_and_nothing_takes_long),
        cmocka_unit_test(a_text_of_any_length_ends),
        cmocka_unit_test(an_expression_is_readable_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
