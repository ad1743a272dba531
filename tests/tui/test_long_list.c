/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of more than nine options: they are searched, and nothing moves meanwhile. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/screen.h"

static void begin(struct screen *s)
{
    screen_start(s, "many", 24, 80, NULL);
    assert_screen_shows(s->term, "Search:");
}

static int row_of(struct screen *s, const char *text)
{
    int row = -1, col;
    screen_settle(s);
    term_text(s->term);
    if (!term_find(s->term, text, &row, &col))
        fail_msg("not on the screen: %s\n%s", text, term_text(s->term));
    return row;
}

/* The cursor stands so many columns behind this text. */
static void assert_cursor_after(struct screen *s, const char *text, int columns)
{
    int row, col, at_row, at_col;
    bool visible;
    screen_settle(s);
    term_text(s->term);
    assert_true(term_find(s->term, text, &row, &col));
    term_cursor(s->term, &at_row, &at_col, &visible);
    assert_true(visible);
    assert_int_equal(at_row, row);
    assert_int_equal(at_col, col + (int)strlen(text) + columns);
}

static void the_search_stands_above_and_nothing_moves(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    assert_screen_shows(s.term, "a-z Search"); /* and no digits */
    assert_null(strstr(term_text(s.term), "1-9"));
    const int search = row_of(&s, "Search:"), below = row_of(&s, "An answer is required.");
    assert_true(search < row_of(&s, "la maison"));
    assert_cursor_after(&s, "Search:", 1);
    term_send_keys(s.term, "du");
    assert_screen_drops(s.term, "la maison");
    term_send_keys(s.term, "<Backspace>an");
    assert_screen_shows(s.term, "Dans le train");
    assert_int_equal(row_of(&s, "Search:"), search);
    assert_int_equal(row_of(&s, "An answer is required."), below);
    assert_cursor_after(&s, "Search: dan", 0);
    term_send_keys(s.term, "<Backspace><Backspace><Backspace>");
    assert_screen_shows(s.term, "la maison");
    assert_int_equal(row_of(&s, "An answer is required."), below);
    screen_stop(&s);
}

static void a_digit_and_a_blank_are_searched_for(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "4");
    assert_cursor_after(&s, "Search: 4", 0);
    assert_false(screen_gave(&s, "answer"));
    term_send_keys(s.term, "<Backspace>bus 71");
    assert_cursor_after(&s, "Search: bus 71", 0);
    assert_screen_drops(s.term, "Dans le bus 4");
    assert_false(screen_gave(&s, "answer"));
    term_send_keys(s.term, "<Enter>");
    assert_command(&s, "answer where bus-71");
    screen_stop(&s);
}

static void enter_takes_nothing_when_nothing_matches(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "busq<Enter> <Enter>");
    assert_screen_shows(s.term, "Nothing fits.");
    screen_settle(&s);
    assert_false(screen_gave(&s, "answer"));
    assert_screen_shows(s.term, "Question 1 of 4");
    term_send_keys(s.term, "<Backspace><Backspace><Enter>");
    assert_command(&s, "answer where bus-4");
    screen_stop(&s);
}

/* Whoever holds Backspace to empty the search does not lose an answer. */
static void backspace_empties_the_search_and_no_more(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "crec<Enter>");
    assert_command(&s, "answer where nursery");
    term_send_keys(s.term, "<PageUp>bus<Backspace><Backspace><Backspace><Backspace><Backspace>");
    screen_settle(&s);
    assert_false(screen_gave(&s, "answer where -"));
    term_send_keys(s.term, "<Delete>");
    assert_command(&s, "answer where -");
    screen_stop(&s);
}

static void the_arrows_move_among_what_was_found(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "bus<Down>");
    const int row = row_of(&s, "Dans le bus 71");
    int at_row, at_col;
    bool visible;
    term_cursor(s.term, &at_row, &at_col, &visible);
    assert_int_equal(at_row, row);
    term_send_keys(s.term, "<Down><Down><Enter>");
    assert_command(&s, "answer where bus-71");
    screen_stop(&s);
}

static void several_are_taken_one_after_the_other(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab>");
    assert_screen_shows(s.term, "Et où encore");
    const int below = row_of(&s, "Several answers");
    term_send_keys(s.term, "trav<Enter>train<Enter>");
    assert_command(&s, "answer all work");
    assert_command(&s, "answer all train");
    assert_screen_shows(s.term, "lieu de culte");
    assert_int_equal(row_of(&s, "Several answers"), below);
    term_send_keys(s.term, "<Down> "); /* the highlighted one: nothing is searched for */
    assert_command(&s, "answer all plane");
    term_send_keys(s.term, "<Enter>");
    assert_screen_shows(s.term, "Question 3 of 4");
    screen_stop(&s);
}

static void words_of_ones_own_are_typed_when_nothing_matches(void **state)
{
    (void)state;
    struct screen s;
    begin(&s);
    term_send_keys(s.term, "<Tab><Tab>bus 9");
    assert_cursor_after(&s, "Something else: bus 9", 0);
    term_send_keys(s.term, "<Enter>");
    assert_command(&s, "answer own bus 9");
    screen_stop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_stands_above_and_nothing_moves),
        cmocka_unit_test(a_digit_and_a_blank_are_searched_for),
        cmocka_unit_test(enter_takes_nothing_when_nothing_matches),
        cmocka_unit_test(backspace_empties_the_search_and_no_more),
        cmocka_unit_test(the_arrows_move_among_what_was_found),
        cmocka_unit_test(several_are_taken_one_after_the_other),
        cmocka_unit_test(words_of_ones_own_are_typed_when_nothing_matches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
