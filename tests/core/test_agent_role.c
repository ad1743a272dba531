/* SPDX-License-Identifier: Apache-2.0 */
/* The roles. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/agent_role.h"

static void each_role_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < AGENT_ROLE_COUNT; i++) {
        const char *name = agent_role_name((enum agent_role)i);
        enum agent_role role = AGENT_ROLE_AGENT;
        assert_true(agent_role_by_name(name, strlen(name), &role));
        assert_int_equal(role, i);
    }
}

static void what_is_no_role_is_not_found(void **state)
{
    (void)state;
    enum agent_role role = AGENT_ROLE_OPERATOR;
    assert_false(agent_role_by_name("boss", 4, &role));
    assert_false(agent_role_by_name("agent", 4, &role));
    assert_false(agent_role_by_name("", 0, &role));
    assert_int_equal(role, AGENT_ROLE_OPERATOR);
}

static void only_agents_and_supervisors_take_calls(void **state)
{
    (void)state;
    for (unsigned i = 0; i < AGENT_ROLE_COUNT; i++)
        assert_int_equal(agent_role_takes_calls((enum agent_role)i),
                         i == AGENT_ROLE_AGENT || i == AGENT_ROLE_SUPERVISOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_role_is_found_by_its_name),
        cmocka_unit_test(what_is_no_role_is_not_found),
        cmocka_unit_test(only_agents_and_supervisors_take_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
