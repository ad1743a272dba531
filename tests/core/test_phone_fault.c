/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about the exchange's certificate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/phone_fault.h"

static void each_fault_has_its_name_and_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < PHONE_FAULT_COUNT; i++) {
        enum phone_fault again = PHONE_FAULT_COUNT;
        const enum phone_fault fault = (enum phone_fault)i;
        assert_true(phone_fault_by_name(phone_fault_name(fault), &again));
        assert_int_equal(again, fault);
        assert_true((fault == PHONE_FAULT_NONE) == (phone_fault_text(fault)[0] == '\0'));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(phone_fault_name(fault), phone_fault_name((enum phone_fault)j));
    }
    enum phone_fault same = PHONE_FAULT_EARLY;
    assert_false(phone_fault_by_name("other", &same));
    assert_int_equal(same, PHONE_FAULT_EARLY);
}

static void what_stands_in_a_certificate_is_no_format(void **state)
{
    (void)state;
    static const struct {
        const char *text, *about, *wanted;
    } cases[] = {
        {"for (%s).",  "a.example", "for (a.example)."},
        {"for (%s).",  "%s%n%d",    "for (%s%n%d)."   },
        {"no place.",  "a.example", "no place."       },
        {"%s first",   "",          " first"          },
        {"%d%n (%s)%", "b",         "%d%n (b)%"       },
        {"",           "b",         ""                },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        phone_fault_sentence(cases[i].text, cases[i].about, text, sizeof text);
        assert_string_equal(text, cases[i].wanted);
    }
}

static void it_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t size = 1; size < 16; size++) {
        char text[16];
        memset(text, 'x', sizeof text);
        phone_fault_sentence("é %s é", "éé", text, size);
        assert_true(strlen(text) < size);
        assert_memory_equal(text, "é éé é", strlen(text));
        assert_true(strlen(text) + 2 >= size || strlen(text) == strlen("é éé é"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_name_and_its_words),
        cmocka_unit_test(what_stands_in_a_certificate_is_no_format),
        cmocka_unit_test(it_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
