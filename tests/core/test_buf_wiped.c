/* SPDX-License-Identifier: Apache-2.0 */
/* What a buffer held is gone from memory that it lets go of. Linked with --wrap=free,realloc. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <malloc.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"

#define SECRET "85.07.30-033.28"

void __real_free(void *p);
void *__real_realloc(void *p, size_t size);
void __wrap_free(void *p);
void *__wrap_realloc(void *p, size_t size);

static unsigned n_freed, n_left;

static void look(const void *p)
{
    n_freed++;
    n_left += memmem(p, malloc_usable_size((void *)p), SECRET, sizeof SECRET - 1) != NULL;
}

void __wrap_free(void *p)
{
    if (p)
        look(p);
    __real_free(p);
}

/* It may move the bytes and leave the old ones behind. */
void *__wrap_realloc(void *p, size_t size)
{
    if (p)
        look(p);
    return __real_realloc(p, size);
}

static void a_buffer_that_goes_leaves_nothing(void **state)
{
    (void)state;
    struct buf b = {0};
    n_freed = n_left = 0;
    buf_str(&b, SECRET);
    buf_free(&b);
    buf_free(&b);
    assert_int_equal(n_freed, 1);
    assert_int_equal(n_left, 0);
}

static void a_buffer_that_grows_leaves_nothing(void **state)
{
    (void)state;
    struct buf b = {0};
    n_freed = n_left = 0;
    buf_str(&b, SECRET);
    for (int i = 0; i < 5000; i++)
        buf_char(&b, 'x');
    assert_true(n_freed > 2);
    assert_int_equal(n_left, 0);
    assert_memory_equal(b.data, SECRET, sizeof SECRET - 1);
    assert_int_equal(b.len, sizeof SECRET - 1 + 5000);
    buf_free(&b);
    assert_int_equal(n_left, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_that_goes_leaves_nothing),
        cmocka_unit_test(a_buffer_that_grows_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
