/* SPDX-License-Identifier: Apache-2.0 */
/* Every type of question is answered on the keyboard, and what is wrong with an answer is said. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/tui/screen.h"

static void begin(struct screen *s)
{
    screen_start(s, "types", 24, 80, NULL);
    assert_screen_shows(s->term, "14:30, 14h30, 9h");
}

static void a_time_gets_its_seconds_and_a_moment_its_zone(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "25h<Enter>");
    assert_screen_shows(s.term, "This is not a time of day.");
    term_send_keys(s.term, "<C-u>14h30");
    assert_screen_shows(s.term, "= 14:30");
    term_send_keys(s.term, "<Enter>hier 9h15");
    assert_command(&s, "answer at 14:30:00");
    assert_screen_shows(s.term, "= Saturday 2 May 2020 09:15");
    term_send_keys(s.term, "<Enter>");
    assert_command(&s, "answer when 2020-05-02T09:15:00+02:00");
    screen_stop(&s);
}

static void a_quantity_has_its_digits_and_one_of_its_units(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab>37,50<Enter>");
    assert_screen_shows(s.term, "one of its units: °C, °F.");
    term_send_keys(s.term, " cel");
    assert_screen_shows(s.term, "= 37.50 °C");
    term_send_keys(s.term, "<Enter>70");
    assert_command(&s, "answer temperature 37.50");
    assert_screen_shows(s.term, "= 70 kg");
    term_send_keys(s.term, "<Enter>");
    assert_command(&s, "answer weight 70");
    screen_stop(&s);
}

static void several_lines_are_typed_one_after_the_other(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab><Tab><Tab>Baker<Enter>Nurse<Enter><Up>s<Enter>");
    assert_command(&s, "answer jobs Baker");
    assert_command(&s, "repeat add jobs 0");
    assert_command(&s, "answer jobs Nurse");
    assert_command(&s, "answer jobs Nurses");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "travaillez-vous");
    screen_stop(&s);
}

static void an_open_choice_takes_an_option_or_words(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab><Tab><Tab><Tab>boat<Enter>");
    assert_command(&s, "answer where boat");
    term_send_keys(s.term, "<S-Tab><Up>");
    assert_screen_shows(s.term, "boat");
    term_send_keys(s.term, "1");
    assert_command(&s, "answer where home");
    screen_stop(&s);
}

/* Who searches for "boulevard 1" has not said "option 1". */
static void a_digit_within_a_search_is_no_answer(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab><Tab><Tab><Tab>au1");
    assert_command(&s, "answer where au1");
    assert_false(screen_gave(&s, "answer where home"));
    screen_stop(&s);
}

static void a_limit_is_told_beside_the_question(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab><Tab><Tab><Tab><Tab>130<Enter>");
    assert_screen_shows(s.term, "The most that may be answered is 120.");
    assert_screen_shows(s.term, "130");
    screen_stop(&s);
}

static void a_branch_that_closes_says_what_it_keeps(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab><Tab><Tab><Tab><Tab><Tab>ySt. Jan<Enter><S-Tab><S-Tab>n");
    assert_command(&s, "answer school St. Jan");
    assert_screen_shows(s.term, "1 answer of the branch that closed is kept");
    screen_stop(&s);
}

static void a_section_is_jumped_to(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<C-b>");
    assert_screen_shows(s.term, "1 required");
    term_send_keys(s.term, "3");
    assert_screen_shows(s.term, "Enter adds one more");
    screen_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_gets_its_seconds_and_a_moment_its_zone),
        cmocka_unit_test(a_quantity_has_its_digits_and_one_of_its_units),
        cmocka_unit_test(several_lines_are_typed_one_after_the_other),
        cmocka_unit_test(an_open_choice_takes_an_option_or_words),
        cmocka_unit_test(a_digit_within_a_search_is_no_answer),
        cmocka_unit_test(a_limit_is_told_beside_the_question),
        cmocka_unit_test(a_branch_that_closes_says_what_it_keeps),
        cmocka_unit_test(a_section_is_jumped_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
