/* SPDX-License-Identifier: Apache-2.0 */
/* The roles and their names. */

#include "core/agent_role.h"

#include <string.h>

static const char *const names[] = {
    [AGENT_ROLE_AGENT] = "agent",         [AGENT_ROLE_SUPERVISOR] = "supervisor",
    [AGENT_ROLE_TRAINER] = "trainer",     [AGENT_ROLE_OPERATOR] = "operator",
    [AGENT_ROLE_AUTHORITY] = "authority",
};
_Static_assert(sizeof names / sizeof names[0] == AGENT_ROLE_COUNT, "one name a role");

const char *agent_role_name(enum agent_role role)
{
    return names[role];
}

bool agent_role_by_name(const char *text, size_t len, enum agent_role *ret)
{
    for (unsigned i = 0; i < AGENT_ROLE_COUNT; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0) {
            *ret = (enum agent_role)i;
            return true;
        }
    }
    return false;
}

bool agent_role_takes_calls(enum agent_role role)
{
    return role == AGENT_ROLE_AGENT || role == AGENT_ROLE_SUPERVISOR;
}
