/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "net/server/id_map.h"

#define IDS 5000

static void what_was_put_is_found_and_nothing_else(void **state)
{
    (void)state;
    struct id_map map = {0};
    static int values[IDS];
    assert_null(id_map_get(&map, 1));
    for (int64_t id = 1; id <= IDS; id++)
        assert_true(id_map_put(&map, id * 7, &values[id - 1]));
    for (int64_t id = 1; id <= IDS; id++)
        assert_ptr_equal(id_map_get(&map, id * 7), &values[id - 1]);
    assert_null(id_map_get(&map, 8));
    assert_int_equal(map.n, IDS);
    id_map_deinit(&map);
}

/* Every other one goes, in an order of its own: the rest must stay within reach. */
static void removing_some_leaves_the_others_within_reach(void **state)
{
    (void)state;
    struct id_map map = {0};
    static int values[IDS];
    for (int64_t id = 1; id <= IDS; id++)
        assert_true(id_map_put(&map, id, &values[id - 1]));
    for (int64_t i = 0; i < IDS; i++) {
        const int64_t id = i * 2477 % IDS + 1; /* 2477 is prime to 5000 */
        if (id % 2)
            id_map_remove(&map, id);
        id_map_remove(&map, id + IDS); /* was never there */
    }
    for (int64_t id = 1; id <= IDS; id++) {
        if (id % 2)
            assert_null(id_map_get(&map, id));
        else
            assert_ptr_equal(id_map_get(&map, id), &values[id - 1]);
    }
    assert_int_equal(map.n, IDS / 2);
    id_map_deinit(&map);
}

static void walking_meets_each_value_once(void **state)
{
    (void)state;
    struct id_map map = {0};
    int seen[100] = {0};
    for (int64_t id = 1; id <= 100; id++)
        assert_true(id_map_put(&map, id, &seen[id - 1]));
    int *value;
    for (size_t cursor = 0; (value = id_map_next(&map, &cursor));)
        (*value)++;
    for (int i = 0; i < 100; i++)
        assert_int_equal(seen[i], 1);
    id_map_deinit(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_and_nothing_else),
        cmocka_unit_test(removing_some_leaves_the_others_within_reach),
        cmocka_unit_test(walking_meets_each_value_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
