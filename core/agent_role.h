/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The roles: what somebody who signs in is there for. Each has exactly one. */

#include <stdbool.h>
#include <stddef.h>

enum agent_role {
    AGENT_ROLE_AGENT,      /* takes calls */
    AGENT_ROLE_SUPERVISOR, /* takes calls, watches and helps the agents of a region */
    AGENT_ROLE_TRAINER,    /* loads and tries scripts; sees no person */
    AGENT_ROLE_OPERATOR,   /* runs the backend, brings people in; takes no calls */
    AGENT_ROLE_AUTHORITY,  /* a local authority's contact person, who activates the crisis number;
                            * sees no person */
};
#define AGENT_ROLE_COUNT (AGENT_ROLE_AUTHORITY + 1)

/* The name in the API, in SQL and at the command line: "supervisor". */
const char *agent_role_name(enum agent_role role);
/* False leaves *ret. */
bool agent_role_by_name(const char *text, size_t len, enum agent_role *ret);

/* Is a person ever offered or shown to somebody of this role? */
bool agent_role_takes_calls(enum agent_role role);
