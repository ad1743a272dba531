/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys: every row can be reached, and is said somewhere. */

#include "tui/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_command_has_a_key_a_scope_and_a_handler(void **state)
{
    (void)state;
    size_t n;
    const struct command *all = command_all(&n);
    for (size_t i = 0; i < n; i++) {
        assert_int_not_equal(all[i].keys[0], 0);
        assert_int_not_equal(all[i].scopes, 0);
        assert_non_null(all[i].run);
        char text[16];
        assert_true(strlen(command_key_text(&all[i], text, sizeof text)) > 0);
    }
}

/* Every handler is named in the hints, in the help, or by another row of the same handler. */
static void every_handler_is_told_to_the_agent(void **state)
{
    (void)state;
    size_t n;
    const struct command *all = command_all(&n);
    for (size_t i = 0; i < n; i++) {
        bool told = false;
        for (size_t j = 0; j < n; j++)
            told = told || (all[j].run == all[i].run && (all[j].help || all[j].hint));
        if (!told)
            print_error("row %zu is told nowhere\n", i);
        assert_true(told);
    }
}

static bool lists_key(const struct command *c, int key)
{
    for (size_t i = 0; i < COMMAND_KEYS && c->keys[i]; i++)
        if (c->keys[i] == key)
            return true;
    return false;
}

/* A row that stands below one with the same key and no condition, in no scope of its own, would
 * never run. */
static void no_command_hides_another(void **state)
{
    (void)state;
    size_t n;
    const struct command *all = command_all(&n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < COMMAND_KEYS && all[i].keys[k]; k++) {
            scope_set hidden = 0;
            for (size_t j = 0; j < i; j++)
                if (!all[j].possible && lists_key(&all[j], all[i].keys[k]))
                    hidden |= all[j].scopes;
            if ((all[i].scopes & ~hidden) == 0)
                print_error("row %zu, key %zu is hidden\n", i, k);
            assert_true((all[i].scopes & ~hidden) != 0);
        }
    }
}

/* What must work in the middle of typing has no printable key. */
static void call_controls_have_keys_that_no_text_has(void **state)
{
    (void)state;
    size_t n;
    const struct command *all = command_all(&n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; (all[i].scopes & SCOPE_CALL) && k < COMMAND_KEYS && all[i].keys[k]; k++)
            assert_false(all[i].keys[k] >= ' ' && all[i].keys[k] < KEY_BASE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_a_key_a_scope_and_a_handler),
        cmocka_unit_test(every_handler_is_told_to_the_agent),
        cmocka_unit_test(no_command_hides_another),
        cmocka_unit_test(call_controls_have_keys_that_no_text_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
