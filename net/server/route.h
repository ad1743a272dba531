/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The routes: one row an operation of openapi.yaml, and nothing answers that has no row. A test
 * walks the table against openapi.yaml in both directions. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent_role.h"
#include "core/err.h"
#include "net/api/json.h"

struct request;
struct store;

enum route_method { ROUTE_GET, ROUTE_POST, ROUTE_PUT, ROUTE_DELETE };
#define ROUTE_METHOD_COUNT (ROUTE_DELETE + 1)

/* Who may ask: a set of roles (core/agent_role.h), whose session's token comes along. openapi.yaml
 * says the same in x-roles, and a test tries each route with each role. */
#define ROUTE_ROLE(role) (1u << (role))
enum route_roles {
    ROUTE_OPEN = 0, /* no token */
    ROUTE_SUPERVISORS = ROUTE_ROLE(AGENT_ROLE_SUPERVISOR),
    ROUTE_TRAINERS = ROUTE_ROLE(AGENT_ROLE_TRAINER),
    ROUTE_OPERATORS = ROUTE_ROLE(AGENT_ROLE_OPERATOR),
    ROUTE_AUTHORITIES = ROUTE_ROLE(AGENT_ROLE_AUTHORITY),
    ROUTE_CALLERS = ROUTE_ROLE(AGENT_ROLE_AGENT) | ROUTE_SUPERVISORS, /* who takes calls */
    ROUTE_SCRIPTS = ROUTE_CALLERS | ROUTE_TRAINERS,
    ROUTE_LEADERS = ROUTE_SUPERVISORS | ROUTE_OPERATORS,
    ROUTE_SIGNED_IN = ROUTE_ROLE(AGENT_ROLE_COUNT) - 1,
    ROUTE_CALL_TOKEN = ROUTE_ROLE(AGENT_ROLE_COUNT), /* or the token of the call in the path */
    ROUTE_CALLERS_OR_CALL = ROUTE_CALLERS | ROUTE_CALL_TOKEN,
};

/* In the writer thread, in a savepoint: changes the database and fills request->answer. On an
 * error everything is undone, unless request->job.keep. */
typedef enum err_code (*route_handler)(struct request *req, struct store *store, struct err *err);

#define ROUTE_PARAM_SIZE 65 /* an Id of the contract, NUL */

#define ROUTE_STREAM SIZE_MAX

struct route {
    enum route_method method;
    const char *path;       /* "/v1/offers/{offer_id}/accept"; at most one parameter */
    const char *operation;  /* operationId */
    unsigned roles;         /* a set of enum route_roles */
    bool needs_key;         /* Idempotency-Key is required */
    bool verifies_password; /* an Argon2id worker looks at login and password first */
    bool is_instant;        /* answered in the loop; the handler gets no store */
    size_t body_max;        /* bytes; 0 = takes no body; ROUTE_STREAM: taken as it comes */
    const struct json_field *fields;
    size_t n_fields;
    route_handler handler;
};

/* The table, *ret_n rows. */
const struct route *route_table(size_t *ret_n);

const char *route_method_name(enum route_method method);

/* Find the row of a request and copy the path's parameter (of the form of an Id) to param.
 * Errors: ERR_NOT_FOUND: no such path; ERR_METHOD: other methods only, listed in allow as "GET,
 * PUT". */
enum err_code route_find(const char *method, const char *path, const struct route **ret,
                         char param[ROUTE_PARAM_SIZE], char *allow, size_t allow_size) MUSTCHECK;
