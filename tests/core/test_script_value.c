/* SPDX-License-Identifier: Apache-2.0 */
/* Every operator against every type of answer[x]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/core/script_build.h"

/* What holds of an answer against a wanted value: one letter an operator, in the order of
 * = != > < >= <=; '1' holds, '0' does not. */
static void assert_row(struct script_value answer, struct script_value wanted, const char *row)
{
    static const enum script_op ops[] = {SCRIPT_EQ, SCRIPT_NE, SCRIPT_GT,
                                         SCRIPT_LT, SCRIPT_GE, SCRIPT_LE};
    char seen[7] = "";
    for (size_t i = 0; i < 6; i++)
        seen[i] = script_value_fulfils(&answer, ops[i], &wanted) ? '1' : '0';
    assert_string_equal(seen, row);
}

static void booleans_are_equal_or_not_and_have_no_order(void **state)
{
    (void)state;
    assert_row(boolean(true), boolean(true), "100000");
    assert_row(boolean(false), boolean(true), "010000");
    assert_row(boolean(false), boolean(false), "100000");
    assert_row(plain(SCRIPT_STRING, "true"), boolean(true), "010000");
}

static void numbers_compare_across_integer_and_decimal(void **state)
{
    (void)state;
    assert_row(plain(SCRIPT_INTEGER, "5"), plain(SCRIPT_DECIMAL, "5.0"), "100011");
    assert_row(plain(SCRIPT_DECIMAL, "37.50"), plain(SCRIPT_DECIMAL, "37.5"), "100011");
    assert_row(plain(SCRIPT_DECIMAL, "37.6"), plain(SCRIPT_INTEGER, "37"), "011010");
    assert_row(plain(SCRIPT_INTEGER, "9"), plain(SCRIPT_INTEGER, "10"), "010101");
    assert_row(plain(SCRIPT_STRING, "5"), plain(SCRIPT_INTEGER, "5"), "010000");
    assert_row(plain(SCRIPT_INTEGER, "5"), plain(SCRIPT_STRING, "5"), "010000");
}

static void dates_are_equal_by_text_and_ordered_by_their_common_part(void **state)
{
    (void)state;
    const struct script_value may = plain(SCRIPT_DATE, "2020-05");
    assert_row(plain(SCRIPT_DATE, "2020-05"), may, "100011");
    assert_row(plain(SCRIPT_DATE, "2020-05-03"), may, "010000");
    assert_row(plain(SCRIPT_DATE, "2020"), may, "010000");
    assert_row(plain(SCRIPT_DATE, "2020-06-01"), may, "011010");
    assert_row(plain(SCRIPT_DATE, "2019"), may, "010101");
    assert_row(plain(SCRIPT_STRING, "2020-05"), may, "010000");
    assert_row(plain(SCRIPT_DATE, "2020-05"), plain(SCRIPT_STRING, "2020-05"), "010000");
}

static void strings_are_equal_character_for_character(void **state)
{
    (void)state;
    const struct script_value ab = plain(SCRIPT_STRING, "ab");
    assert_row(plain(SCRIPT_STRING, "ab"), ab, "100000");
    assert_row(plain(SCRIPT_TEXT, "ab"), ab, "100000");
    assert_row(plain(SCRIPT_STRING, "AB"), ab, "010000");
    assert_row(plain(SCRIPT_STRING, "ab "), ab, "010000");
    assert_row(plain(SCRIPT_STRING, "z"), ab, "010000");
    assert_row(coding(NULL, "ab"), ab, "010000");
}

static void codings_are_equal_by_system_and_code(void **state)
{
    (void)state;
    assert_row(coding("urn:x", "a"), coding("urn:x", "a"), "100000");
    assert_row(coding("urn:y", "a"), coding("urn:x", "a"), "010000");
    assert_row(coding(NULL, "a"), coding("urn:x", "a"), "010000");
    assert_row(coding("urn:x", "a"), coding(NULL, "a"), "100000");
    assert_row(coding("urn:x", "A"), coding("urn:x", "a"), "010000");
    assert_row(plain(SCRIPT_STRING, "a"), coding(NULL, "a"), "010000");
    struct script_value shown = coding("urn:x", "a");
    shown.display = unconst("Another word");
    assert_row(shown, coding("urn:x", "a"), "100000");
}

static void times_are_equal_and_ordered_by_text(void **state)
{
    (void)state;
    const struct script_value ten = plain(SCRIPT_TIME, "10:00:00");
    assert_row(plain(SCRIPT_TIME, "10:00:00"), ten, "100011");
    assert_row(plain(SCRIPT_TIME, "09:59:59"), ten, "010101");
    assert_row(plain(SCRIPT_TIME, "10:00:01"), ten, "011010");
    assert_row(plain(SCRIPT_STRING, "10:00:00"), ten, "010000");
}

static void date_times_are_instants(void **state)
{
    (void)state;
    const struct script_value noon = plain(SCRIPT_DATETIME, "2020-05-03T12:00:00Z");
    assert_row(plain(SCRIPT_DATETIME, "2020-05-03T14:00:00+02:00"), noon, "100011");
    assert_row(plain(SCRIPT_DATETIME, "2020-05-03T12:00:00+02:00"), noon, "010101");
    assert_row(plain(SCRIPT_DATETIME, "2020-05-03T12:00:00.10Z"), noon, "011010");
    assert_row(plain(SCRIPT_DATETIME, "2020-05-03T12:00:00.00Z"), noon, "100011");
    assert_row(plain(SCRIPT_DATETIME, "2020-05-03"), noon, "010000");
    assert_row(plain(SCRIPT_DATETIME, "2020-04"), noon, "010101");
    assert_row(plain(SCRIPT_DATETIME, "2020-05"), plain(SCRIPT_DATETIME, "2020-05"), "100011");
    assert_row(plain(SCRIPT_DATE, "2020-05"), plain(SCRIPT_DATETIME, "2020-05"), "010000");
}

static void quantities_compare_in_the_same_unit_only(void **state)
{
    (void)state;
    const struct script_value kg = {.kind = SCRIPT_VALUE_QUANTITY,
                                    .type = SCRIPT_QUANTITY,
                                    .text = unconst("2.0"),
                                    .system = unconst("http://unitsofmeasure.org"),
                                    .code = unconst("kg")};
    struct script_value other = kg;
    other.text = unconst("2");
    assert_row(other, kg, "100011");
    other.text = unconst("3");
    assert_row(other, kg, "011010");
    other.code = unconst("g");
    assert_row(other, kg, "010000");
    struct script_value words = {
        .kind = SCRIPT_VALUE_QUANTITY, .text = unconst("2"), .unit = unconst("bags")};
    assert_row(words, kg, "010000");
    assert_row(words, words, "100011");
}

static void a_copy_shares_nothing(void **state)
{
    (void)state;
    struct script_value copy, value = coding("urn:x", "a");
    assert_true(script_value_copy(&value, &copy));
    assert_ptr_not_equal(copy.text, value.text);
    assert_string_equal(copy.system, "urn:x");
    assert_null(copy.display);
    script_value_deinit(&copy);
    assert_int_equal(copy.kind, SCRIPT_VALUE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(booleans_are_equal_or_not_and_have_no_order),
        cmocka_unit_test(numbers_compare_across_integer_and_decimal),
        cmocka_unit_test(dates_are_equal_by_text_and_ordered_by_their_common_part),
        cmocka_unit_test(strings_are_equal_character_for_character),
        cmocka_unit_test(codings_are_equal_by_system_and_code),
        cmocka_unit_test(times_are_equal_and_ordered_by_text),
        cmocka_unit_test(date_times_are_instants),
        cmocka_unit_test(quantities_compare_in_the_same_unit_only),
        cmocka_unit_test(a_copy_shares_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
