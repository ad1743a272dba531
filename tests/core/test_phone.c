/* SPDX-License-Identifier: Apache-2.0 */
/* Telephone numbers. People's numbers are invented (+3247000xxxx). */

#include "core/phone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_people_write_becomes_e164(void **state)
{
    (void)state;
    static const struct {
        const char *written, *number, *shown;
    } cases[] = {
        {"02/214.19.19",        "+3222141919",      "+32 2 214 19 19"     },
        {"(02) 214 19 19",      "+3222141919",      "+32 2 214 19 19"     },
        {"04 222 33 44",        "+3242223344",      "+32 4 222 33 44"     },
        {"081/12.34.56",        "+3281123456",      "+32 81 12 34 56"     },
        {"0470 00 01 23",       "+32470000123",     "+32 470 00 01 23"    },
        {"0032 470 00 01 23",   "+32470000123",     "+32 470 00 01 23"    },
        {"+32 (0)470 00 01 23", "+32470000123",     "+32 470 00 01 23"    },
        {"+32 0470-00-01-23",   "+32470000123",     "+32 470 00 01 23"    },
        {"0\xC2\xA0"
         "470\xE2\x80\xAF"
         "000123",     "+32470000123",     "+32 470 00 01 23"    },
        {"0470\xE2\x80\x93"
         "000123",     "+32470000123",     "+32 470 00 01 23"    },
        {"0800 12 345",         "+3280012345",      "+32 800 12 345"      },
        {"078 15 12 34",        "+3278151234",      "+32 78 15 12 34"     },
        {"+33 6 00 00 01 23",   "+33600000123",     "+33 600 000 123"     },
        {"0031 20 000 01 23",   "+31200000123",     "+31 200 000 123"     },
        {"+44 (0)20 7946 0958", "+442079460958",    "+44 207 946 0958"    },
        {"+39 (0)6 0000 0123",  "+390600000123",    "+39 060 000 0123"    },
        {"+352 600 000 123",    "+352600000123",    "+352 600 000 123"    },
        {"+1 (212) 555-0123",   "+12125550123",     "+1 212 555 0123"     },
        {"+999123456789",       NULL,               NULL                  },
        {"+498000000000000",    "+498000000000000", "+49 800 000 000 0000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char number[PHONE_SIZE] = "";
        char shown[PHONE_TEXT_SIZE];
        const enum err_code code =
            phone_parse(cases[i].written, strlen(cases[i].written), number, NULL);
        assert_int_equal(code, cases[i].number ? ERR_OK : ERR_PHONE);
        if (!cases[i].number)
            continue;
        assert_string_equal(number, cases[i].number);
        phone_format(number, shown);
        assert_string_equal(shown, cases[i].shown);
        /* What is shown reads back as the same number. */
        assert_int_equal(phone_parse(shown, strlen(shown), number, NULL), ERR_OK);
        assert_string_equal(number, cases[i].number);
    }
}

static void what_is_no_number_is_refused_without_repeating_it(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "+",
        "   ",
        "470000123",      /* whose country? */
        "32470000123",    /* the same */
        "0470 00 01 2",   /* too short */
        "0470 00 01 234", /* too long */
        "0440 00 01 23",  /* no such mobile range */
        "+32 123",
        "+3",
        "++32470000123",
        "+32+470000123",
        "470000123+32",
        "0470 00 01 23 ext 5",
        "0470OO0123",
        "(0470 000123",
        "0470) 000123",
        "0470 () 000123",
        "+32 ((0))470000123",
        "00000000000",
        "+123456",           /* too short */
        "+3312345678901234", /* 16 digits */
        "000000000000000000000000000000000000000000000000",
        "0470000123\x1b[2J",
        "0470000\xE9"
        "123",
        "tel:+32470000123",
        "112",
        "1733",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char number[PHONE_SIZE] = "unchanged";
        struct err err = {0};
        assert_int_equal(phone_parse(bad[i], strlen(bad[i]), number, &err), ERR_PHONE);
        assert_string_equal(number, "unchanged");
        assert_true(strlen(err.sentence) > 10);
        assert_null(strstr(err.sentence, "470"));
    }
}

static void a_nul_inside_is_no_end(void **state)
{
    (void)state;
    char number[PHONE_SIZE];
    assert_int_equal(phone_parse("0470000123\0", 11, number, NULL), ERR_PHONE);
}

static void the_belgian_plan_tells_the_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        enum phone_kind kind;
    } cases[] = {
        {"+3222141919",       PHONE_FIXED  },
        {"+3242223344",       PHONE_FIXED  },
        {"+3287123456",       PHONE_FIXED  },
        {"+32470000123",      PHONE_MOBILE },
        {"+32499000123",      PHONE_MOBILE },
        {"+3280012345",       PHONE_FREE   },
        {"+3270123456",       PHONE_SHARED },
        {"+3278151234",       PHONE_SHARED },
        {"+3290000123",       PHONE_PREMIUM},
        {"+3290512345",       PHONE_PREMIUM},
        {"+33600000123",      PHONE_FOREIGN},
        {"112",               PHONE_SHORT  },
        {"1733",              PHONE_SHORT  },
        {"116000",            PHONE_SHORT  },
        {"",                  PHONE_INVALID},
        {"+",                 PHONE_INVALID},
        {"113",               PHONE_INVALID},
        {"0470000123",        PHONE_INVALID},
        {"+32440000123",      PHONE_INVALID},
        {"+3247000012",       PHONE_INVALID},
        {"+32470000123 ",     PHONE_INVALID},
        {"+33600000123@x",    PHONE_INVALID},
        {"+3360000012345678", PHONE_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[PHONE_TEXT_SIZE];
        assert_int_equal(phone_kind(cases[i].number), cases[i].kind);
        phone_format(cases[i].number, shown);
        assert_int_equal(shown[0] == '\0', cases[i].kind == PHONE_INVALID);
    }
}

static void short_codes_are_sorted_and_always_dialled(void **state)
{
    (void)state;
    size_t n;
    const struct phone_short_code *codes = phone_short_codes(&n);
    unsigned emergencies = 0;
    for (size_t i = 0; i < n; i++) {
        char number[PHONE_SIZE];
        assert_true(i == 0 || strcmp(codes[i - 1].number, codes[i].number) < 0);
        assert_ptr_equal(phone_short_code(codes[i].number), &codes[i]);
        assert_int_equal(
            phone_parse_dialled(codes[i].number, strlen(codes[i].number), number, NULL), ERR_OK);
        assert_string_equal(number, codes[i].number);
        assert_true(phone_may_be_dialled(number, NULL, 0));
        assert_true(codes[i].text[0]);
        emergencies += codes[i].emergency;
    }
    assert_int_equal(emergencies, 3);
    assert_null(phone_short_code("999"));
}

static void dialled_text_may_be_a_number_or_a_short_code(void **state)
{
    (void)state;
    char number[PHONE_SIZE];
    assert_int_equal(phone_parse_dialled("1 1 2", 5, number, NULL), ERR_OK);
    assert_string_equal(number, "112");
    assert_int_equal(phone_parse_dialled("0470 00 01 23", 13, number, NULL), ERR_OK);
    assert_string_equal(number, "+32470000123");
    assert_int_equal(phone_parse_dialled("+112", 4, number, NULL), ERR_PHONE);
    assert_int_equal(phone_parse_dialled("999", 3, number, NULL), ERR_PHONE);
}

static void only_listed_countries_may_be_called(void **state)
{
    (void)state;
    static const char *const near[] = {"+33", "+352", ""};
    assert_true(phone_may_be_dialled("+32470000123", NULL, 0));
    assert_false(phone_may_be_dialled("+33600000123", NULL, 0));
    assert_true(phone_may_be_dialled("+33600000123", near, 3));
    assert_true(phone_may_be_dialled("+352600000123", near, 3));
    assert_false(phone_may_be_dialled("+34600000123", near, 3));
    assert_false(phone_may_be_dialled("+3290512345", near, 3));
    assert_false(phone_may_be_dialled("0470000123", near, 3));
    assert_false(phone_may_be_dialled("", near, 3));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_becomes_e164),
        cmocka_unit_test(what_is_no_number_is_refused_without_repeating_it),
        cmocka_unit_test(a_nul_inside_is_no_end),
        cmocka_unit_test(the_belgian_plan_tells_the_kinds),
        cmocka_unit_test(short_codes_are_sorted_and_always_dialled),
        cmocka_unit_test(dialled_text_may_be_a_number_or_a_short_code),
        cmocka_unit_test(only_listed_countries_may_be_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
