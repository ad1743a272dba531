/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which an answer and its data come: stand-ins for the store note each step. */

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/server/writer.h"
#include "net/store/store.h"
#include "net/store/store_nodes.h"

#define STEPS_MAX 64
#define DEADLINE_MS 10000

/* What happened, a letter a step: B begin, S savepoint, r run, L release, U undo to the savepoint,
 * C commit, X failed commit, R rollback, d done. */
struct trace {
    pthread_mutex_t mutex;
    pthread_cond_t gate_opened;
    char steps[STEPS_MAX];
    size_t n;
    bool gate; /* the first job waits in run until it is open */
    enum err_code commit;
    bool shared;      /* several nodes */
    unsigned retries; /* so many commits fail, and may be tried again */
    bool retry;
};

static struct trace trace = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                             .gate_opened = PTHREAD_COND_INITIALIZER};

static void note(char step)
{
    pthread_mutex_lock(&trace.mutex);
    if (trace.n < STEPS_MAX - 1)
        trace.steps[trace.n++] = step;
    trace.steps[trace.n] = '\0';
    pthread_mutex_unlock(&trace.mutex);
}

enum err_code store_begin(struct store *st, struct err *err)
{
    (void)st;
    (void)err;
    note('B');
    return ERR_OK;
}

enum err_code store_clock_moved(struct store *st, int64_t by_s, struct err *err)
{
    (void)st;
    (void)by_s;
    return err_set(err, ERR_INTERNAL, "nobody moved it");
}

enum err_code store_commit(struct store *st, struct err *err)
{
    (void)st;
    trace.retry = trace.retries > 0;
    if (trace.retry) {
        trace.retries--;
        note('X');
        return err_set(err, ERR_UNAVAILABLE, "the database was away");
    }
    note(trace.commit == ERR_OK ? 'C' : 'X');
    return trace.commit == ERR_OK ? ERR_OK : err_set(err, trace.commit, NULL);
}

bool store_is_shared(const struct store *st)
{
    (void)st;
    return trace.shared;
}

bool store_should_retry(const struct store *st)
{
    (void)st;
    return trace.retry;
}

enum err_code store_tell(struct store *st, const char *text, struct err *err)
{
    (void)st;
    (void)text;
    (void)err;
    note('T');
    return ERR_OK;
}

void store_rollback(struct store *st)
{
    (void)st;
    note('R');
}

enum err_code store_savepoint(struct store *st, struct err *err)
{
    (void)st;
    (void)err;
    note('S');
    return ERR_OK;
}

enum err_code store_release_savepoint(struct store *st, struct err *err)
{
    (void)st;
    (void)err;
    note('L');
    return ERR_OK;
}

void store_rollback_to(struct store *st)
{
    (void)st;
    note('U');
}

struct thing {
    struct job job; /* first: a job is a thing */
    enum err_code code;
    bool keep;
    bool waits;
    bool is_done;
};

static enum err_code run(struct job *job, struct store *store, int64_t now_utc_s)
{
    (void)store;
    (void)now_utc_s;
    struct thing *t = (struct thing *)job;
    note('r');
    pthread_mutex_lock(&trace.mutex);
    while (t->waits && !trace.gate)
        pthread_cond_wait(&trace.gate_opened, &trace.mutex);
    pthread_mutex_unlock(&trace.mutex);
    job->keep = t->keep;
    return t->code == ERR_OK ? ERR_OK : err_set(&job->err, t->code, NULL);
}

static void done(struct job *job)
{
    note('d');
    ((struct thing *)job)->is_done = true;
}

static struct writer *writer(enum err_code commit)
{
    struct err err;
    trace.n = 0;
    trace.steps[0] = '\0';
    trace.gate = false;
    trace.commit = commit;
    struct writer *w = writer_new(NULL, &err);
    assert_non_null(w);
    return w;
}

static void submit(struct writer *w, struct thing *t)
{
    t->job.run = run;
    t->job.done = done;
    writer_submit(w, &t->job);
}

static void open_gate(void)
{
    pthread_mutex_lock(&trace.mutex);
    trace.gate = true;
    pthread_cond_broadcast(&trace.gate_opened);
    pthread_mutex_unlock(&trace.mutex);
}

static void done_comes_after_the_commit(void **state)
{
    (void)state;
    struct writer *w = writer(ERR_OK);
    struct thing t = {.code = ERR_OK};
    submit(w, &t);
    struct pollfd fd = {.fd = writer_fd(w), .events = POLLIN};
    assert_int_equal(poll(&fd, 1, DEADLINE_MS), 1);
    assert_false(t.is_done);
    writer_deliver(w);
    assert_true(t.is_done);
    assert_int_equal(t.job.err.code, ERR_OK);
    assert_string_equal(trace.steps, "BSrLCd");
    writer_free(w);
}

static void those_who_wait_share_one_commit_in_the_order_of_their_coming(void **state)
{
    (void)state;
    struct writer *w = writer(ERR_OK);
    struct thing first = {.waits = true};
    struct thing others[3];
    memset(others, 0, sizeof others);
    submit(w, &first);
    for (int i = 0; i < 3; i++)
        submit(w, &others[i]);
    open_gate();
    writer_drain(w);
    /* The first may have had company already; each job has its savepoint, and no answer comes
     * before the commit of its batch. */
    assert_true(strcmp(trace.steps, "BSrLCBSrLSrLSrLCdddd") == 0 ||
                strcmp(trace.steps, "BSrLSrLSrLSrLCdddd") == 0 ||
                strcmp(trace.steps, "BSrLSrLCBSrLSrLCdddd") == 0 ||
                strcmp(trace.steps, "BSrLSrLSrLCBSrLCdddd") == 0);
    writer_free(w);
}

static void a_failed_job_undoes_itself_only(void **state)
{
    (void)state;
    struct writer *w = writer(ERR_OK);
    struct thing bad = {.code = ERR_STATE};
    submit(w, &bad);
    writer_drain(w);
    assert_string_equal(trace.steps, "BSrUCd");
    assert_int_equal(bad.job.err.code, ERR_STATE);
    writer_free(w);
}

static void a_job_may_keep_what_it_wrote_although_it_failed(void **state)
{
    (void)state;
    struct writer *w = writer(ERR_OK);
    struct thing late = {.code = ERR_STALE, .keep = true};
    submit(w, &late);
    writer_drain(w);
    assert_string_equal(trace.steps, "BSrLCd");
    assert_int_equal(late.job.err.code, ERR_STALE);
    writer_free(w);
}

static void without_a_commit_nobody_succeeds(void **state)
{
    (void)state;
    struct writer *w = writer(ERR_STORE);
    struct thing t = {.code = ERR_OK};
    submit(w, &t);
    writer_drain(w);
    assert_string_equal(trace.steps, "BSrLXRd");
    assert_int_equal(t.job.err.code, ERR_STORE);
    writer_free(w);
}

static void again(struct job *job)
{
    (void)job;
    note('a');
}

static void what_two_nodes_broke_is_done_job_by_job(void **state)
{
    (void)state;
    struct writer *w = writer(ERR_OK);
    struct thing first = {.waits = true};
    struct thing can = {.job.again = again};
    struct thing cannot = {.code = ERR_OK};
    trace.shared = true;
    submit(w, &first);
    while (!strchr(trace.steps, 'r'))
        (void)poll(NULL, 0, 1);
    submit(w, &can);
    submit(w, &cannot);
    trace.retries = 3; /* of the first, of the two together, of the one alone */
    open_gate();
    writer_drain(w);
    trace.shared = false;
    assert_string_equal(trace.steps, "BSrLXRBSrLSrLXRaBSrLXRaBSrLCddd");
    assert_int_equal(first.job.err.code, ERR_UNAVAILABLE);
    assert_int_equal(can.job.err.code, ERR_OK);
    assert_int_equal(cannot.job.err.code, ERR_UNAVAILABLE);
    writer_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(done_comes_after_the_commit),
        cmocka_unit_test(those_who_wait_share_one_commit_in_the_order_of_their_coming),
        cmocka_unit_test(a_failed_job_undoes_itself_only),
        cmocka_unit_test(a_job_may_keep_what_it_wrote_although_it_failed),
        cmocka_unit_test(without_a_commit_nobody_succeeds),
        cmocka_unit_test(what_two_nodes_broke_is_done_job_by_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
