/* SPDX-License-Identifier: Apache-2.0 */
/* Text: what counts, what is cut, what reaches a terminal. */

#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void characters_are_counted_and_never_cut_in_two(void **state)
{
    (void)state;
    const char *s = "aé中😀";
    const size_t len = strlen(s);
    assert_int_equal(text_chars(s, len), 4);
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t max = 0; max < sizeof expected / sizeof expected[0]; max++)
        assert_int_equal(text_cut(s, len, max), expected[max]);
    assert_int_equal(text_cut_chars(s, len, 2), 3);
    assert_int_equal(text_cut_chars(s, len, 9), 10);
    assert_int_equal(text_chars("\xE9\xE9", 2), 2);
}

static void plain_text_has_no_controls_and_no_overrides(void **state)
{
    (void)state;
    assert_true(text_is_plain("D’Hondt-Özgür", strlen("D’Hondt-Özgür"), TEXT_ONE_LINE));
    static const char *const bad[] = {"a\x1b[2J",      "a\x7f", "a\xC2\x9B",
                                      "a\xE2\x80\xAE", "a\rb",  "a\xE9"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(text_is_plain(bad[i], strlen(bad[i]), TEXT_ONE_LINE));
        assert_false(text_is_plain(bad[i], strlen(bad[i]), TEXT_LINES));
    }
    assert_false(text_is_plain("a\0b", 3, TEXT_LINES));
    assert_false(text_is_plain("a\nb", 3, TEXT_ONE_LINE));
    assert_true(text_is_plain("a\nb\tc", 5, TEXT_LINES));
}

static void nothing_dangerous_reaches_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *clean;
    } cases[] = {
        {"Anna",                 "Anna"           },
        {"a\x1b[31mred\x1b[0m",  "ared"           },
        {"a\x1b]0;title\x07"
         "b",           "ab"             },
        {"a\x1b]0;title\x1b\\b", "ab"             },
        {"a\x1b]0;never ends",   "a0;never ends"  },
        {"a\x1bPq#0\x1b\\b",     "ab"             },
        {"a\x1b(0b\x1b"
         "cc",          "abc"            },
        {"a\x1b",                "a"              },
        {"a\x1b[",               "a"              },
        {"a\xC2\x9B"
         "2Jb",         "ab"             },
        {"a\xC2\x9D"
         "0;t\xC2\x9C"
         "b",           "ab"             },
        {"a\x9B"
         "2Jb",         "a\xEF\xBF\xBD"
         "2Jb"            },
        {"a\x08\x7f"
         "b",           "ab"             },
        {"a\tb\r\nc\nd",         "a b c d"        },
        {"a\xE2\x80\xA8"
         "b",           "a b"            },
        {"\xE2\x80\xAEgnp.exe",  "gnp.exe"        },
        {"pay\xE2\x80\x8Bpal",   "paypal"         },
        {"a\xEF\xB8\x8F\xEF\xBB\xBF"
         "b",           "ab"             },
        {"a\xF3\xA0\x81\x81"
         "b",           "ab"             },
        {"Ren\xE9",              "Ren\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[64];
        text_clean_to(out, sizeof out, cases[i].raw, strlen(cases[i].raw));
        assert_string_equal(out, cases[i].clean);
    }
}

static void any_two_bytes_after_a_control_come_out_printable(void **state)
{
    (void)state;
    static const char *const leads[] = {"", "\x1b", "\x1b[", "\x1b]", "\xC2\x9B", "\xC2\x90"};
    for (size_t l = 0; l < sizeof leads / sizeof leads[0]; l++)
        for (unsigned pair = 0; pair < 0x10000; pair++) {
            char raw[8];
            char out[32];
            size_t n = strlen(leads[l]);
            memcpy(raw, leads[l], n);
            raw[n++] = (char)(pair >> 8);
            raw[n++] = (char)(pair & 0xFF);
            const size_t len = text_clean_to(out, sizeof out, raw, n);
            assert_true(text_is_plain(out, len, TEXT_ONE_LINE));
        }
}

static void what_is_no_utf_8_becomes_question_marks(void **state)
{
    (void)state;
    static const struct {
        const char *given, *wanted;
    } rows[] = {
        {"",                        ""             },
        {"plain",                   "plain"        },
        {"Occup\xC3\xA9",           "Occup\xC3\xA9"},
        {"Occup\xE9",               "Occup?"       },
        {"\xE9t\xE9",               "?t?"          },
        {"cut \xE2\x82",            "cut ??"       },
        {"\xC0\xAF\xED\xA0\x80 ok", "????? ok"     },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%s", rows[i].given);
        text_make_utf8(text, strlen(text));
        assert_string_equal(text, rows[i].wanted);
    }
}

static void notes_keep_their_lines(void **state)
{
    (void)state;
    CLEANUP_BUF struct buf b = {0};
    text_clean("one\r\ntwo\tx\n\x1b[2J", 16, TEXT_LINES, &b);
    assert_string_equal(buf_text(&b), "one\ntwo x\n");
}

static void a_cleaned_text_is_cut_at_a_character(void **state)
{
    (void)state;
    char out[4];
    assert_int_equal(text_clean_to(out, sizeof out, "aéé", 5), 3);
    assert_string_equal(out, "aé");
    assert_int_equal(text_clean_to(out, 1, "aéé", 5), 0);
    assert_string_equal(out, "");
}

static void white_space_around_is_trimmed(void **state)
{
    (void)state;
    char out[8];
    assert_int_equal(text_trim(out, sizeof out, " \xC2\xA0 a b\t\r\n", 10), 3);
    assert_string_equal(out, "a b");
    assert_int_equal(text_trim(out, sizeof out, "   ", 3), 0);
    assert_string_equal(out, "");
    assert_int_equal(text_trim(out, sizeof out, "123456789é", 11), 11);
    assert_string_equal(out, "1234567");
}

static void folding_takes_case_and_accents_away(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } cases[] = {
        {"Réussi AVEC données",   "reussi avec donnees" },
        {"ŒUVRE Æsop Straße",    "oeuvre aesop strasse"},
        {"Çağlar Łódź Þór",  "caglar lodz thor"    },
        {"3 × 4 ÷ 2",             "3 × 4 ÷ 2"         },
        {"L’e\xCC\x81te\xCC\x81", "l'ete"               },
        {"Ωmega",                  "Ωmega"              },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CLEANUP_BUF struct buf b = {0};
        text_fold(cases[i].text, strlen(cases[i].text), &b);
        assert_string_equal(buf_text(&b), cases[i].folded);
    }
}

static void a_search_matches_each_word_typed(void **state)
{
    (void)state;
    assert_true(text_matches("Réussi avec données", ""));
    assert_true(text_matches("Réussi avec données", "donnees reus"));
    assert_true(text_matches("Réussi avec données", " AVEC "));
    assert_false(text_matches("Réussi avec données", "sans"));
    assert_false(text_matches("", "x"));
}

static void numbers_are_checked_whole(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(text_to_int("-12", 3, -20, 20, &v));
    assert_int_equal(v, -12);
    assert_true(text_to_int("9223372036854775807", 19, 0, INT64_MAX, &v));
    assert_true(v == INT64_MAX);
    assert_true(text_to_int("-9223372036854775808", 20, INT64_MIN, 0, &v));
    assert_true(v == INT64_MIN);
    v = 7;
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1x", "21", "9223372036854775808"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_to_int(bad[i], strlen(bad[i]), 0, 20, &v));
    assert_int_equal(v, 7);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_counted_and_never_cut_in_two),
        cmocka_unit_test(plain_text_has_no_controls_and_no_overrides),
        cmocka_unit_test(nothing_dangerous_reaches_a_terminal),
        cmocka_unit_test(any_two_bytes_after_a_control_come_out_printable),
        cmocka_unit_test(what_is_no_utf_8_becomes_question_marks),
        cmocka_unit_test(notes_keep_their_lines),
        cmocka_unit_test(a_cleaned_text_is_cut_at_a_character),
        cmocka_unit_test(white_space_around_is_trimmed),
        cmocka_unit_test(folding_takes_case_and_accents_away),
        cmocka_unit_test(a_search_matches_each_word_typed),
        cmocka_unit_test(numbers_are_checked_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
