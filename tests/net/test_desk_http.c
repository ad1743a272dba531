/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's POST when the name server is silent: the resolver here is one that does not answer. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <re_types.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_sys.h>
#include <re_tmr.h>

#include <errno.h>
#include <netdb.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <sodium.h>

#include "net/desk/http.h"

#define DEADLINE_S 10

/* libcurl's resolver thread is in here. */
static sem_t entered, answer_now, left;
static atomic_bool has_left;

static bool wait_for(sem_t *sem, int seconds)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    int e;
    while ((e = sem_timedwait(sem, &until)) != 0 && errno == EINTR)
        ;
    return e == 0;
}

/* Instead of the C library's. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **res)
{
    (void)node;
    (void)service;
    (void)hints;
    (void)res;
    (void)sem_post(&entered);
    (void)wait_for(&answer_now, DEADLINE_S / 2); /* who waits for us is not held for ever */
    atomic_store(&has_left, true);
    (void)sem_post(&left);
    return EAI_AGAIN;
}

static void on_done(long status, void *arg)
{
    (void)status;
    (void)arg;
}

struct look {
    struct tmr again;
    bool seen;
};

static void look_whether_it_resolves(void *arg)
{
    struct look *look = arg;
    look->seen = sem_trywait(&entered) == 0;
    if (look->seen)
        re_cancel();
    else
        tmr_start(&look->again, 1, look_whether_it_resolves, look);
}

static void too_late(void *arg)
{
    (void)arg;
    re_cancel();
}

static void letting_go_does_not_wait_for_the_name_server(void **state)
{
    (void)state;
    struct err err;
    struct look look = {0};
    struct tmr deadline;
    struct desk_http *h = desk_http_new(on_done, NULL);
    assert_non_null(h);
    assert_int_equal(desk_http_post(h, "http://backend.invalid/v1/calls/1/events", "", "token",
                                    "0123456789abcdef", "{}", &err),
                     ERR_OK);
    tmr_init(&look.again);
    tmr_init(&deadline);
    tmr_start(&look.again, 0, look_whether_it_resolves, &look);
    tmr_start(&deadline, DEADLINE_S * 1000, too_late, NULL);
    (void)re_main(NULL);
    tmr_cancel(&deadline);
    tmr_cancel(&look.again);
    assert_true(look.seen);
    assert_null(desk_http_free(h));
    assert_false(atomic_load(&has_left));
    (void)sem_post(&answer_now);
    assert_true(wait_for(&left, DEADLINE_S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letting_go_does_not_wait_for_the_name_server),
    };
    if (sem_init(&entered, 0, 0) || sem_init(&answer_now, 0, 0) || sem_init(&left, 0, 0) ||
        sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) || libre_init())
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    libre_close();
    return failed;
}
