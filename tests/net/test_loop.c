/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/server/loop.h"

/* Two sources that are ready in the same turn, each of which removes the other. */
struct pair {
    struct loop *loop;
    struct loop_source sources[2];
    int fds[2];
    int calls;
    int waits;
};

static void first_ready(void *arg, uint32_t events)
{
    (void)events;
    struct pair *p = arg;
    p->calls++;
    loop_remove(p->loop, &p->sources[1]);
    loop_stop(p->loop);
}

static void second_ready(void *arg, uint32_t events)
{
    (void)events;
    struct pair *p = arg;
    p->calls++;
    loop_remove(p->loop, &p->sources[0]);
    loop_stop(p->loop);
}

static int no_wait(void *arg)
{
    struct pair *p = arg;
    p->waits++;
    return -1;
}

static void setup(struct pair *p, void (*first)(void *, uint32_t), void (*second)(void *, uint32_t))
{
    struct err err;
    p->calls = p->waits = 0;
    p->loop = loop_new(&err);
    assert_non_null(p->loop);
    void (*const ready[2])(void *, uint32_t) = {first, second};
    for (int i = 0; i < 2; i++) {
        p->fds[i] = eventfd(1, EFD_NONBLOCK);
        p->sources[i] = (struct loop_source){.fd = p->fds[i], .ready = ready[i], .arg = p};
        assert_int_equal(loop_add(p->loop, &p->sources[i], EPOLLIN, &err), ERR_OK);
    }
}

static void teardown(struct pair *p)
{
    for (int i = 0; i < 2; i++)
        close(p->fds[i]);
    assert_null(loop_free(p->loop));
}

static void a_removed_source_is_not_called_although_its_event_was_due(void **state)
{
    (void)state;
    struct pair p;
    setup(&p, first_ready, second_ready);
    loop_run(p.loop, no_wait, &p);
    assert_int_equal(p.calls, 1);
    teardown(&p);
}

static void both_ready(void *arg, uint32_t events)
{
    (void)events;
    struct pair *p = arg;
    if (++p->calls == 2)
        loop_stop(p->loop);
}

static void all_that_are_ready_are_called(void **state)
{
    (void)state;
    struct pair p;
    setup(&p, both_ready, both_ready);
    loop_run(p.loop, no_wait, &p);
    assert_int_equal(p.calls, 2);
    assert_int_equal(p.waits, 1);
    teardown(&p);
}

static void removing_twice_is_harmless(void **state)
{
    (void)state;
    struct pair p;
    setup(&p, both_ready, both_ready);
    loop_remove(p.loop, &p.sources[0]);
    loop_remove(p.loop, &p.sources[0]);
    assert_int_equal(p.sources[0].fd, -1);
    teardown(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_removed_source_is_not_called_although_its_event_was_due),
        cmocka_unit_test(all_that_are_ready_are_called),
        cmocka_unit_test(removing_twice_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
