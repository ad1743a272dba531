/* SPDX-License-Identifier: Apache-2.0 */
/* National register numbers. All of them are invented. */

#include "core/niss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum niss_fault fault_of(const char *text)
{
    struct niss n = {0};
    return niss_read(text, strlen(text), &n);
}

static void right_numbers_are_read_in_each_form(void **state)
{
    (void)state;
    static const char *const forms[] = {"85073003328", "85.07.30-033.28", "85 07 30 033 28",
                                        "850730-033-28", "85.07.30.033.28"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct niss n = {0};
        char text[NISS_TEXT_SIZE];
        assert_int_equal(niss_parse(forms[i], strlen(forms[i]), &n, NULL), ERR_OK);
        assert_string_equal(n.digits, "85073003328");
        niss_reveal(&n, text);
        assert_string_equal(text, "85.07.30-033.28");
        assert_false(niss_is_bis(&n));
    }
}

static void shapes_that_are_no_number_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "8507300332",
        "850730033281",
        "85073003328x",
        " 85073003328",
        "85073003328 ",
        "85..07.30-033.28",
        "8.50730033.28",
        "850730O3328",
        "٨٥٠٧٣٠٠٣٣٢٨",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(fault_of(bad[i]), NISS_SHAPE);
}

static void from_2000_on_a_two_stands_before(void **state)
{
    (void)state;
    char text[12];
    const unsigned nine = 40051501; /* 04.05.15-01x: built below for both centuries */
    for (unsigned serial = 0; serial < 10; serial++) {
        const unsigned n = nine * 10 + serial;
        const unsigned old = 97 - n % 97;
        const unsigned young = 97 - (unsigned)((2000000000ULL + n) % 97);
        for (unsigned check = 0; check < 100; check++) {
            snprintf(text, sizeof text, "%09u%02u", n % 1000000000U, check);
            assert_int_equal(fault_of(text), check == old || check == young ? NISS_OK : NISS_CHECK);
        }
    }
}

static void one_wrong_digit_is_always_found_within_a_century(void **state)
{
    (void)state;
    /* 97 is prime and larger than any difference of one digit can hide. The other century's rule
     * accepts a few of the changed numbers: those are counted, not hidden. */
    const char *good = "85073003328";
    unsigned passed = 0;
    for (size_t at = 0; at < 11; at++)
        for (char d = '0'; d <= '9'; d++) {
            char text[12];
            memcpy(text, good, sizeof text);
            if (text[at] == d)
                continue;
            text[at] = d;
            passed += fault_of(text) == NISS_OK;
        }
    assert_true(passed <= 2);
}

/* A number with right check digits for these nine. */
static void make(const char *nine, char ret[12])
{
    unsigned value = 0;
    for (const char *p = nine; *p; p++)
        value = value * 10 + (unsigned)(*p - '0');
    snprintf(ret, 12, "%.9s%02u", nine, (97 - value % 97) % 100U);
}

static void months_tell_bis_numbers_and_impossible_dates(void **state)
{
    (void)state;
    static const struct {
        const char *nine;
        enum niss_fault fault;
        bool bis;
    } cases[] = {
        {"850730033", NISS_OK,   false},
        {"852730033", NISS_OK,   true }, /* sex unknown */
        {"854730033", NISS_OK,   true },
        {"850000033", NISS_OK,   false}, /* date unknown */
        {"854000033", NISS_OK,   true },
        {"850229033", NISS_OK,   false}, /* the century is not known, so the 29th is */
        {"850230033", NISS_DATE, false},
        {"851330033", NISS_DATE, false},
        {"853330033", NISS_DATE, true },
        {"855330033", NISS_DATE, true },
        {"850732033", NISS_DATE, false},
        {"850431033", NISS_DATE, false},
        {"859930033", NISS_DATE, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[12];
        struct niss n = {0};
        make(cases[i].nine, text);
        assert_int_equal(niss_read(text, strlen(text), &n), cases[i].fault);
        assert_int_equal(niss_is_bis(&n), cases[i].bis);
        assert_true(niss_is_set(&n));
    }
}

static void the_mask_shows_the_last_two_digits_only(void **state)
{
    (void)state;
    struct niss n = {0};
    char text[NISS_TEXT_SIZE];
    niss_mask(&n, text);
    assert_string_equal(text, "");
    niss_reveal(&n, text);
    assert_string_equal(text, "");
    assert_false(niss_is_set(&n));
    assert_int_equal(niss_parse("85073003328", 11, &n, NULL), ERR_OK);
    niss_mask(&n, text);
    assert_string_equal(text, "**.**.**-***.28");
    niss_wipe(&n);
    static const struct niss none;
    assert_memory_equal(&n, &none, sizeof n);
}

static void sentences_name_the_rule_and_never_the_value(void **state)
{
    (void)state;
    struct niss n = {0};
    struct err err = {0};
    assert_int_equal(niss_parse("85073003329", 11, &n, &err), ERR_INVALID);
    assert_non_null(strstr(err.sentence, "check digits"));
    assert_null(strstr(err.sentence, "85"));
    assert_null(strstr(err.sentence, "33"));
    assert_false(niss_is_set(&n));
    for (unsigned f = 0; f < NISS_FAULT_COUNT; f++)
        assert_true((f == NISS_OK) == (niss_fault_text((enum niss_fault)f)[0] == '\0'));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_numbers_are_read_in_each_form),
        cmocka_unit_test(shapes_that_are_no_number_are_refused),
        cmocka_unit_test(from_2000_on_a_two_stands_before),
        cmocka_unit_test(one_wrong_digit_is_always_found_within_a_century),
        cmocka_unit_test(months_tell_bis_numbers_and_impossible_dates),
        cmocka_unit_test(the_mask_shows_the_last_two_digits_only),
        cmocka_unit_test(sentences_name_the_rule_and_never_the_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
