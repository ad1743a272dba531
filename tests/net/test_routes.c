/* SPDX-License-Identifier: Apache-2.0 */
/* The routes table against openapi.yaml, in both directions, and the search in it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/server/route.h"

#define OPERATIONS_MAX 100

/* An operation as the contract states it. */
struct operation {
    char method[8];
    char path[96];
    char name[48];
    bool is_open, needs_key, has_body;
    unsigned roles; /* of x-roles */
};

struct contract {
    struct operation operations[OPERATIONS_MAX];
    size_t n;
};

static bool is_method(const char *word)
{
    static const char *const methods[] = {"get", "put", "post", "delete", "patch"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(word, methods[i]) == 0)
            return true;
    return false;
}

/* "      x-roles: [agent, supervisor]" */
static unsigned roles_of(const char *line)
{
    unsigned roles = 0;
    for (const char *at = strchr(line, '['); at && *at && *at != ']'; at += strcspn(at, ",]")) {
        at += strspn(at, "[, ");
        enum agent_role role;
        assert_true(agent_role_by_name(at, strcspn(at, ",]"), &role));
        roles |= ROUTE_ROLE(role);
    }
    return roles;
}

static void read_line(struct contract *c, const char *line, char path[96])
{
    char word[96];
    struct operation *last = c->n ? &c->operations[c->n - 1] : NULL;
    if (sscanf(line, "  /%94[^:\n]", word) == 1 && line[2] == '/') {
        snprintf(path, 96, "/v1/%.90s", word);
    } else if (strncmp(line, "    servers: [{url: /}", 21) == 0) {
        memmove(path, path + strlen("/v1"), strlen(path + strlen("/v1")) + 1);
    } else if (sscanf(line, "    %7[a-z]:", word) == 1 && line[4] != ' ' && is_method(word)) {
        assert_true(c->n < OPERATIONS_MAX);
        struct operation *o = &c->operations[c->n++];
        for (char *letter = word; *letter; letter++)
            *letter = (char)(*letter - 'a' + 'A');
        snprintf(o->method, sizeof o->method, "%.7s", word);
        snprintf(o->path, sizeof o->path, "%s", path);
    } else if (last) {
        (void)sscanf(line, "      operationId: %47s", last->name);
        last->is_open = last->is_open || strncmp(line, "      security: []", 18) == 0;
        last->needs_key = last->needs_key || strstr(line, "parameters/IdempotencyKey");
        if (strncmp(line, "      x-roles:", 14) == 0)
            last->roles = roles_of(line);
        last->has_body = last->has_body || strncmp(line, "      requestBody:", 18) == 0;
    }
}

/* The contract is our own file and written in one way: paths at two blanks, methods at four. */
static int read_contract(void **state)
{
    static struct contract c;
    char line[512], path[96] = "";
    FILE *f = fopen(SOURCE_ROOT "/net/api/openapi.yaml", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) && strncmp(line, "components:", 11) != 0)
        read_line(&c, line, path);
    fclose(f);
    *state = &c;
    return 0;
}

static const struct operation *find(const struct contract *c, const struct route *route)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->operations[i].name, route->operation) == 0)
            return &c->operations[i];
    fail_msg("%s is not in openapi.yaml", route->operation);
    return NULL;
}

static void each_route_is_an_operation_of_the_contract(void **state)
{
    size_t n;
    const struct route *routes = route_table(&n);
    for (size_t i = 0; i < n; i++) {
        const struct operation *o = find(*state, &routes[i]);
        assert_string_equal(o->method, route_method_name(routes[i].method));
        /* What stands outside of the versions may stand in one, too. */
        const bool is_inside = strncmp(routes[i].path, "/v1", 3) == 0;
        const char *path =
            strncmp(o->path, "/v1", 3) != 0 && is_inside ? routes[i].path + 3 : routes[i].path;
        assert_string_equal(o->path, path);
        assert_int_equal(o->is_open, routes[i].roles == ROUTE_OPEN);
        assert_int_equal(o->roles, routes[i].roles & ROUTE_SIGNED_IN);
        assert_int_equal(o->needs_key, routes[i].needs_key);
        assert_int_equal(o->has_body, routes[i].body_max > 0);
        const bool has_fields = routes[i].n_fields > 0 || routes[i].body_max == ROUTE_STREAM;
        assert_int_equal(o->has_body, has_fields);
    }
}

static void each_operation_of_the_contract_has_a_route(void **state)
{
    const struct contract *c = *state;
    assert_true(c->n > 20);
    for (size_t i = 0; i < c->n; i++) {
        const struct operation *o = &c->operations[i];
        const struct route *route = NULL;
        char path[128], param[ROUTE_PARAM_SIZE], allow[40];
        const char *brace = strchr(o->path, '{');
        snprintf(path, sizeof path, "%.*s%s%s", brace ? (int)(brace - o->path) : 96, o->path,
                 brace ? "17" : "", brace ? strchr(brace, '}') + 1 : "");
        if (route_find(o->method, path, &route, param, allow, sizeof allow) != ERR_OK)
            fail_msg("%s %s has no route", o->method, o->path);
        assert_string_equal(route->operation, o->name);
        assert_string_equal(param, brace ? "17" : "");
    }
}

static void other_methods_are_told_which_there_are(void **state)
{
    (void)state;
    const struct route *route = NULL;
    char param[ROUTE_PARAM_SIZE], allow[40];
    assert_int_equal(route_find("DELETE", "/v1/offers/1/response", &route, param, allow, 40),
                     ERR_METHOD);
    assert_string_equal(allow, "GET, PUT");
    assert_null(route);
}

static void paths_that_are_none_are_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "",
        "/",
        "/v1",
        "/v1/work/",
        "/v1/workx",
        "/v1/offers/1",
        "/v1/offers//accept",
        "/v1/offers/1/2/accept",
        "/v1/offers/%31/accept",
        "/v1/scripts/",
        "/v1/scripts/0123456789012345678901234567890123456789012345678901234567890123456789",
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const struct route *route = NULL;
        char param[ROUTE_PARAM_SIZE], allow[40];
        assert_int_equal(route_find("GET", paths[i], &route, param, allow, sizeof allow),
                         ERR_NOT_FOUND);
        assert_string_equal(allow, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_route_is_an_operation_of_the_contract),
        cmocka_unit_test(each_operation_of_the_contract_has_a_route),
        cmocka_unit_test(other_methods_are_told_which_there_are),
        cmocka_unit_test(paths_that_are_none_are_not_found),
    };
    return cmocka_run_group_tests(tests, read_contract, NULL);
}
