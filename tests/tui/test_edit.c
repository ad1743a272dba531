/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/edit.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/terminal.h"

#define CTRL(letter) ((letter)&0x1f)

static int in_utf8(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C.UTF-8") ? 0 : -1;
}

static void type(struct edit *e, const int *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_true(edit_key(e, keys[i]));
}
#define TYPE(e, ...) type(e, (const int[]){__VA_ARGS__}, sizeof((int[]){__VA_ARGS__}) / sizeof(int))

static void characters_go_in_where_the_cursor_is(void **state)
{
    (void)state;
    struct edit e = {0};
    TYPE(&e, 'a', 0xe9, 0x674e, KEY_BASE + KEY_LEFT, KEY_BASE + KEY_LEFT, 'x');
    assert_string_equal(e.text, "axé李");
    TYPE(&e, KEY_BASE + KEY_END, KEY_BASE + KEY_BACKSPACE);
    assert_string_equal(e.text, "axé");
    TYPE(&e, KEY_BASE + KEY_HOME, KEY_BASE + KEY_DC);
    assert_string_equal(e.text, "xé");
}

static void a_combining_mark_goes_with_its_letter(void **state)
{
    (void)state;
    struct edit e = {0};
    TYPE(&e, 'e', 0x301, 'a', KEY_BASE + KEY_LEFT, KEY_BASE + KEY_BACKSPACE);
    assert_string_equal(e.text, "a");
}

static void words_and_halves_are_deleted(void **state)
{
    (void)state;
    struct edit e = {0};
    edit_set(&e, "one two  three");
    TYPE(&e, CTRL('W'));
    assert_string_equal(e.text, "one two  ");
    TYPE(&e, CTRL('W'));
    assert_string_equal(e.text, "one ");
    edit_set(&e, "abcdef");
    TYPE(&e, KEY_BASE + KEY_LEFT, KEY_BASE + KEY_LEFT, CTRL('K'));
    assert_string_equal(e.text, "abcd");
    TYPE(&e, KEY_BASE + KEY_LEFT, CTRL('U'));
    assert_string_equal(e.text, "d");
}

static void no_more_goes_in_than_allowed(void **state)
{
    (void)state;
    struct edit e = {.max_chars = 3};
    TYPE(&e, 0xe9, 'b', 'c', 'd');
    assert_string_equal(e.text, "ébc");
    edit_set(&e, "abcdefg");
    assert_string_equal(e.text, "abc");
    struct edit full = {0};
    for (int i = 0; i < EDIT_MAX + 10; i++)
        edit_key(&full, 'x');
    assert_int_equal(full.len, EDIT_MAX - 1);
    assert_int_equal(strlen(full.text), EDIT_MAX - 1);
}

static void keys_of_others_are_left_to_them(void **state)
{
    (void)state;
    struct edit e = {0};
    assert_false(edit_key(&e, '\r'));
    assert_false(edit_key(&e, '\t'));
    assert_false(edit_key(&e, 27));
    assert_false(edit_key(&e, CTRL('X')));
    assert_false(edit_key(&e, KEY_BASE + KEY_F(6)));
    assert_int_equal(e.len, 0);
}

static void control_characters_never_get_in(void **state)
{
    (void)state;
    struct edit e = {0};
    edit_set(&e, "a\033[31mb\r\nc");
    assert_null(strchr(e.text, '\033'));
    edit_key(&e, 0x9b);
    edit_key(&e, 0x202e);
    assert_null(strstr(e.text, "\xc2\x9b"));
    assert_null(strstr(e.text, "\xe2\x80\xae"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_go_in_where_the_cursor_is),
        cmocka_unit_test(a_combining_mark_goes_with_its_letter),
        cmocka_unit_test(words_and_halves_are_deleted),
        cmocka_unit_test(no_more_goes_in_than_allowed),
        cmocka_unit_test(keys_of_others_are_left_to_them),
        cmocka_unit_test(control_characters_never_get_in),
    };
    return cmocka_run_group_tests(tests, in_utf8, NULL);
}
