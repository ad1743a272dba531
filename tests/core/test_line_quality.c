/* SPDX-License-Identifier: Apache-2.0 */
/* What counted packets say of a line. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/line_quality.h"

static void the_worst_is_said(void **state)
{
    (void)state;
    static const struct {
        struct line_counts before, now;
        struct line_quality wanted;
    } cases[] = {
        {{0, 0, 0, 0},      {250, 0, 0, 0},           {LINE_GOOD, LINE_FAULT_NONE, 0}        },
        {{100, 9, 0, 0},    {350, 9, 5000, 40000},    {LINE_GOOD, LINE_FAULT_NONE, 0}        },
        {{0, 0, 0, 0},      {250, 2, 0, 0},           {LINE_GOOD, LINE_FAULT_NONE, 0}        },
        {{0, 0, 0, 0},      {247, 3, 0, 0},           {LINE_FAIR, LINE_FAULT_LOST, 1}        },
        {{0, 0, 0, 0},      {238, 12, 0, 0},          {LINE_FAIR, LINE_FAULT_LOST, 4}        },
        {{0, 0, 0, 0},      {235, 15, 0, 0},          {LINE_POOR, LINE_FAULT_LOST, 6}        },
        {{500, 0, 0, 0},    {500, 0, 0, 0},           {LINE_POOR, LINE_FAULT_SILENT, 1}      },
        {{500, 0, 0, 0},    {500, 250, 0, 0},         {LINE_POOR, LINE_FAULT_SILENT, 1}      },
        {{0, 0, 0, 0},      {250, 0, 29999, 299999},  {LINE_GOOD, LINE_FAULT_NONE, 0}        },
        {{0, 0, 0, 0},      {250, 0, 0, 300000},      {LINE_FAIR, LINE_FAULT_LATE, 300}      },
        {{0, 0, 0, 0},      {250, 0, 0, 849000},      {LINE_POOR, LINE_FAULT_LATE, 800}      },
        {{0, 0, 0, 0},      {250, 0, 39000, 0},       {LINE_FAIR, LINE_FAULT_UNEVEN, 30}     },
        {{0, 0, 0, 0},      {250, 0, 61000, 0},       {LINE_POOR, LINE_FAULT_UNEVEN, 60}     },
 /* Of two alike the one that costs words; else the worse. */
        {{0, 0, 0, 0},      {240, 10, 31000, 310000}, {LINE_FAIR, LINE_FAULT_LOST, 4}        },
        {{0, 0, 0, 0},      {240, 10, 90000, 310000}, {LINE_POOR, LINE_FAULT_UNEVEN, 90}     },
 /* The sound began anew, as after hold: counted from there. */
        {{5000, 400, 0, 0}, {250, 0, 0, 0},           {LINE_GOOD, LINE_FAULT_NONE, 0}        },
        {{5000, 0, 0, 0},   {200, 50, 0, 0},          {LINE_POOR, LINE_FAULT_LOST, 20}       },
 /* Whatever a telephone says. */
        {{0, 0, 0, 0},      {1, 0, INT64_MAX, 0},     {LINE_POOR, LINE_FAULT_UNEVEN, 1000000}},
        {{0, 0, 0, 0},      {1, -5, -9, -9},          {LINE_GOOD, LINE_FAULT_NONE, 0}        },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct line_quality q = line_quality_of(&cases[i].before, &cases[i].now);
        if (!line_quality_is_same(&q, &cases[i].wanted))
            fail_msg("case %zu: %s %s %d", i, line_grade_name(q.grade), line_fault_name(q.fault),
                     q.value);
    }
}

static void names_are_read_as_they_are_written(void **state)
{
    (void)state;
    for (int i = 0; i < LINE_GRADE_COUNT; i++) {
        enum line_grade grade = LINE_GRADE_COUNT;
        assert_true(line_grade_by_name(line_grade_name((enum line_grade)i), &grade));
        assert_int_equal(grade, i);
    }
    for (int i = 0; i < LINE_FAULT_COUNT; i++) {
        enum line_fault fault = LINE_FAULT_COUNT;
        assert_true(line_fault_by_name(line_fault_name((enum line_fault)i), &fault));
        assert_int_equal(fault, i);
    }
    enum line_grade grade = LINE_FAIR;
    enum line_fault fault = LINE_FAULT_LATE;
    assert_false(line_grade_by_name("splendid", &grade));
    assert_false(line_fault_by_name("", &fault));
    assert_int_equal(grade, LINE_FAIR);
    assert_int_equal(fault, LINE_FAULT_LATE);
}

static void an_event_keeps_it_as_words(void **state)
{
    (void)state;
    static const struct {
        struct line_quality quality;
        const char *text;
    } cases[] = {
        {{LINE_UNKNOWN, LINE_FAULT_NONE, 0}, "unknown"       },
        {{LINE_GOOD, LINE_FAULT_NONE, 0},    "good"          },
        {{LINE_POOR, LINE_FAULT_SILENT, 0},  "poor silent"   },
        {{LINE_POOR, LINE_FAULT_LOST, 100},  "poor lost 100" },
        {{LINE_FAIR, LINE_FAULT_LATE, 420},  "fair late 420" },
        {{LINE_FAIR, LINE_FAULT_UNEVEN, 60}, "fair uneven 60"},
    };
    char text[LINE_TEXT_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(line_quality_text(&cases[i].quality, text), cases[i].text);
    const struct line_quality worst = {LINE_POOR, LINE_FAULT_UNEVEN, INT_MAX};
    assert_true(strlen(line_quality_text(&worst, text)) < LINE_TEXT_SIZE - 1); /* whole */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_keeps_it_as_words),
        cmocka_unit_test(the_worst_is_said),
        cmocka_unit_test(names_are_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
