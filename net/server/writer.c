/* SPDX-License-Identifier: Apache-2.0 */
/* Group commit. Two intrusive queues under one mutex: jobs towards the thread, completions back. */

#include "net/server/writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "net/server/news.h"
#include "net/server/steps.h"
#include "net/store/store.h"
#include "net/store/store_nodes.h"

#define BATCH_MAX 256 /* longest transaction: a reader of the newest state waits no longer */
/* Where others wait for what it has locked; and PostgreSQL keeps so many savepoints at hand. */
#define BATCH_MAX_SHARED 48
#define TRIES 5
#define FIRST_PAUSE_MS 20 /* doubled each time */

struct queue {
    struct job *head;
    struct job **tail;
};

struct writer {
    struct store *store;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t work; /* jobs came, or stop */
    pthread_cond_t idle; /* nothing queued and nothing running */
    struct queue jobs;
    struct queue completed;
    struct writer_stats stats;
    struct steps steps; /* of the thread */
    int64_t moved_s;    /* not told yet */
    bool busy;
    bool stopping;
    int event_fd;
};

static void queue_init(struct queue *q)
{
    q->head = NULL;
    q->tail = &q->head;
}

static void queue_push(struct queue *q, struct job *job)
{
    job->next = NULL;
    *q->tail = job;
    q->tail = &job->next;
}

/* Move up to max jobs from the front of one queue to an empty one; how many these are. */
static unsigned queue_take(struct queue *from, struct queue *ret, unsigned max)
{
    struct job **end = &from->head;
    unsigned n = 0;
    for (; *end && n < max; n++)
        end = &(*end)->next;
    if (end == &from->head) {
        queue_init(ret);
        return 0;
    }
    ret->head = from->head;
    ret->tail = end;
    from->head = *end;
    *end = NULL;
    if (!from->head)
        from->tail = &from->head;
    return n;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* True: it may be tried again, and nothing of it was kept. */
static bool run_in_savepoint(struct job *job, struct store *store, int64_t now_utc_s)
{
    job->keep = false;
    (void)err_set(&job->err, ERR_OK, NULL);
    struct err err = {0};
    if (store_savepoint(store, &err) != ERR_OK) {
        job->err = err;
        return false;
    }
    const enum err_code code = job->run(job, store, now_utc_s);
    job->err.code = code;
    const bool kept = code == ERR_OK || job->keep;
    if (!kept)
        store_rollback_to(store);
    else if (store_release_savepoint(store, &err) != ERR_OK)
        job->err = err;
    return job->err.code == ERR_UNAVAILABLE && store_should_retry(store);
}

static bool fail_batch(struct writer *w, struct queue *batch, const struct err *err)
{
    store_rollback(w->store);
    for (struct job *job = batch->head; job; job = job->next)
        job->err = *err;
    return false;
}

/* Other nodes may have the agents' streams. */
static enum err_code tell_news(struct store *store, const struct queue *batch, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    enum err_code code = ERR_OK;
    for (const struct job *job = batch->head; job && code == ERR_OK; job = job->next) {
        if (!job->news || (job->err.code != ERR_OK && !job->keep))
            continue;
        news_print(job->news, &text);
        if (text.len >= STORE_TELL_MAX / 2) {
            code = store_tell(store, buf_text(&text), err);
            buf_clear(&text);
        }
    }
    return code != ERR_OK || text.len == 0 ? code : store_tell(store, buf_text(&text), err);
}

/* False: nothing was kept. *ret_commit_s: how long the COMMIT took; *ret_moved_s: by how much the
 * clock was moved, which is kept with the batch or found again with the next. Jobs that may be
 * tried again have `retry`. */
static bool run_batch(struct writer *w, struct queue *batch, double *ret_commit_s,
                      int64_t *ret_moved_s)
{
    struct err err = {0};
    if (store_begin(w->store, &err) == ERR_OK) {
        int64_t wall_ms, boot_ms;
        steps_read(&wall_ms, &boot_ms);
        /* Of several nodes none may decide that the time of all has moved. */
        const int64_t moved_s =
            store_is_shared(w->store) ? 0 : steps_since(&w->steps, wall_ms, boot_ms);
        if (moved_s && store_clock_moved(w->store, moved_s, &err) != ERR_OK)
            return fail_batch(w, batch, &err);
        for (struct job *job = batch->head; job; job = job->next)
            job->retry = run_in_savepoint(job, w->store, wall_ms / 1000);
        enum err_code code = store_is_shared(w->store) ? tell_news(w->store, batch, &err) : ERR_OK;
        const double began_s = now_s();
        if (code == ERR_OK)
            code = store_commit(w->store, &err);
        *ret_commit_s = now_s() - began_s;
        if (code == ERR_OK) {
            steps_keep(&w->steps, wall_ms, boot_ms);
            *ret_moved_s = moved_s;
            return true;
        }
    }
    const bool retry = store_should_retry(w->store);
    for (struct job *job = batch->head; job; job = job->next)
        job->retry = retry;
    return fail_batch(w, batch, &err);
}

/* One job in a transaction of its own, until it went well or is not worth another try. */
static void run_again(struct writer *w, struct job *job)
{
    struct queue alone = {.head = job, .tail = &job->next};
    struct job *next = job->next;
    int64_t pause_ms = FIRST_PAUSE_MS;
    job->next = NULL;
    for (int i = 0; job->retry && job->again && i < TRIES; i++, pause_ms *= 2) {
        double commit_s = 0;
        int64_t moved_s = 0;
        const struct timespec pause = {.tv_nsec = pause_ms * 1000000};
        (void)nanosleep(&pause, NULL); /* cut short: tries a little earlier */
        job->again(job);
        (void)run_batch(w, &alone, &commit_s, &moved_s);
    }
    job->next = next;
}

static void run_retries(struct writer *w, struct queue *batch)
{
    for (struct job *job = batch->head; job; job = job->next)
        if (job->retry)
            run_again(w, job);
}

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    pthread_mutex_lock(&w->mutex);
    for (;;) {
        while (!w->jobs.head && !w->stopping)
            pthread_cond_wait(&w->work, &w->mutex);
        if (!w->jobs.head)
            break;
        struct queue batch;
        const unsigned n =
            queue_take(&w->jobs, &batch, store_is_shared(w->store) ? BATCH_MAX_SHARED : BATCH_MAX);
        w->stats.queued -= n;
        w->busy = true;
        pthread_mutex_unlock(&w->mutex);

        double commit_s = 0;
        int64_t moved_s = 0;
        const bool kept = run_batch(w, &batch, &commit_s, &moved_s);
        run_retries(w, &batch);

        pthread_mutex_lock(&w->mutex);
        w->stats.failed += !kept;
        w->moved_s += moved_s;
        histogram_add(&w->stats.seconds, histogram_seconds, commit_s);
        histogram_add(&w->stats.sizes, histogram_sizes, n);
        *w->completed.tail = batch.head;
        w->completed.tail = batch.tail;
        w->busy = false;
        const uint64_t one = 1;
        while (write(w->event_fd, &one, sizeof one) < 0 && errno == EINTR)
            ;
        if (!w->jobs.head)
            pthread_cond_broadcast(&w->idle);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

struct writer *writer_new(struct store *store, struct err *err)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    w->store = store;
    queue_init(&w->jobs);
    queue_init(&w->completed);
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->work, NULL);
    pthread_cond_init(&w->idle, NULL);
    w->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const int e = w->event_fd < 0 ? errno : pthread_create(&w->thread, NULL, writer_main, w);
    if (e) {
        (void)err_set(err, ERR_IO, "writer: %s", strerror(e));
        if (w->event_fd >= 0)
            close(w->event_fd);
        free(w);
        return NULL;
    }
    return w;
}

struct writer *writer_free(struct writer *w)
{
    if (!w)
        return NULL;
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    close(w->event_fd);
    pthread_cond_destroy(&w->work);
    pthread_cond_destroy(&w->idle);
    pthread_mutex_destroy(&w->mutex);
    free(w);
    return NULL;
}

int64_t writer_clock_moved(struct writer *w)
{
    pthread_mutex_lock(&w->mutex);
    const int64_t moved_s = w->moved_s;
    w->moved_s = 0;
    pthread_mutex_unlock(&w->mutex);
    return moved_s;
}

int writer_fd(const struct writer *w)
{
    return w->event_fd;
}

void writer_deliver(struct writer *w)
{
    uint64_t count;
    if (read(w->event_fd, &count, sizeof count) < 0 && errno != EAGAIN && errno != EINTR)
        return;
    struct queue completed;
    pthread_mutex_lock(&w->mutex);
    (void)queue_take(&w->completed, &completed, UINT32_MAX);
    pthread_mutex_unlock(&w->mutex);
    for (struct job *job = completed.head; job;) {
        struct job *next = job->next;
        job->done(job);
        job = next;
    }
}

void writer_drain(struct writer *w)
{
    for (;;) {
        pthread_mutex_lock(&w->mutex);
        while (w->jobs.head || w->busy)
            pthread_cond_wait(&w->idle, &w->mutex);
        const bool quiet = !w->completed.head;
        pthread_mutex_unlock(&w->mutex);
        if (quiet)
            return;
        writer_deliver(w); /* which may submit more */
    }
}

void writer_submit(struct writer *w, struct job *job)
{
    pthread_mutex_lock(&w->mutex);
    queue_push(&w->jobs, job);
    w->stats.queued++;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->mutex);
}

void writer_stats(struct writer *w, struct writer_stats *ret)
{
    pthread_mutex_lock(&w->mutex);
    *ret = w->stats;
    pthread_mutex_unlock(&w->mutex);
}
