/* SPDX-License-Identifier: Apache-2.0 */
/* Password workers: writer thread (read the hash) -> worker (verify) -> loop. */

#include "net/server/logins.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/host/log.h"
#include "net/server/attempt.h"
#include "net/server/loop.h"
#include "net/server/pipeline.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/throttle.h"

#define WORKERS 2
/* At 6 a second and core this is a quarter of an hour: later is no use. */
#define WAITING_MAX 5000
/* Of four that a worker takes one is a stranger, when there are any. */
#define TURNS 4
/* How many places a second the line moves on, at the least: when to ask again. */
#define PLACES_A_S 10
#define ASK_AGAIN_MAX_S 10

#define WRONG "Name or password is not right."

enum { KNOWN, STRANGERS, LINES };

struct logins {
    struct server *server;
    /* Loop thread only. */
    struct throttle *throttle;
    struct attempt *all;
    size_t n_all;
    char nobody[STORE_PASSWORD_HASH_SIZE]; /* what a login is verified against that nobody has */

    pthread_t threads[WORKERS];
    unsigned n_threads;
    pthread_mutex_t mutex;
    pthread_cond_t work;
    struct line todo[LINES];
    struct line verified;
    unsigned turn;
    bool stopping;
    struct loop_source source;
};

/* ---- a worker ---- */

static struct attempt *take_next(struct logins *l)
{
    const unsigned first = ++l->turn % TURNS ? KNOWN : STRANGERS;
    struct attempt *a = line_pop(&l->todo[first]);
    return a ? a : line_pop(&l->todo[first == KNOWN ? STRANGERS : KNOWN]);
}

static void *worker_main(void *arg)
{
    struct logins *l = arg;
    pthread_mutex_lock(&l->mutex);
    for (;;) {
        while (!l->todo[KNOWN].head && !l->todo[STRANGERS].head && !l->stopping)
            pthread_cond_wait(&l->work, &l->mutex);
        if (l->stopping)
            break;
        struct attempt *a = take_next(l);
        a->state = ATTEMPT_VERIFYING;
        pthread_mutex_unlock(&l->mutex);

        const int bad =
            crypto_pwhash_str_verify(a->hash, a->password, (unsigned long long)strlen(a->password));
        a->is_right = !bad && a->agent_id;

        pthread_mutex_lock(&l->mutex);
        line_push(&l->verified, a);
        const uint64_t one = 1;
        while (write(l->source.fd, &one, sizeof one) < 0 && errno == EINTR)
            ;
    }
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

/* ---- what comes of it ---- */

static void forget(struct attempt *a)
{
    struct logins *l = a->logins;
    struct attempt **link = &l->all;
    while (*link != a)
        link = &(*link)->peer;
    *link = a->peer;
    l->n_all--;
    attempt_free(a);
}

static bool is_verified(struct attempt *a)
{
    pthread_mutex_lock(&a->logins->mutex);
    const bool verified = a->state == ATTEMPT_VERIFIED;
    pthread_mutex_unlock(&a->logins->mutex);
    return verified;
}

static struct request *detach(struct attempt *a)
{
    struct request *req = a->req;
    a->req = NULL;
    a->since_ms = server_now_ms();
    return req;
}

static void finish(struct attempt *a, enum err_code code, const char *sentence)
{
    struct request *req = detach(a);
    const int64_t agent_id = a->agent_id;
    forget(a);
    if (!req)
        return;
    if (code == ERR_OK)
        req->agent_id = agent_id;
    else
        (void)err_set(&req->refused, code, sentence ? "%s" : NULL, sentence);
    pipeline_login_done(req);
}

/* To a request that is suspended. */
static void tell_result(struct attempt *a)
{
    if (a->is_right)
        finish(a, ERR_OK, NULL);
    else
        finish(a, ERR_UNAUTHENTICATED, WRONG);
}

static struct attempt *pop_verified(struct logins *l)
{
    pthread_mutex_lock(&l->mutex);
    struct attempt *a = line_pop(&l->verified);
    if (a)
        a->state = ATTEMPT_VERIFIED;
    pthread_mutex_unlock(&l->mutex);
    return a;
}

static void on_verified(void *arg, uint32_t events)
{
    (void)events;
    struct logins *l = arg;
    uint64_t count;
    if (read(l->source.fd, &count, sizeof count) < 0 && errno != EAGAIN && errno != EINTR)
        return;
    for (struct attempt *a; (a = pop_verified(l));) {
        const int64_t now_s = server_now_ms() / 1000;
        if (a->is_right)
            throttle_right(l->throttle, a->login, a->address, now_s);
        else
            throttle_wrong(l->throttle, a->login, a->address, now_s);
        log_line(l->server->log, a->is_right ? LOG_INFO : LOG_WARNING, "login",
                 "agent=%lld right=%d", (long long)a->agent_id, a->is_right);
        if (a->req)
            tell_result(a); /* else it waits to be asked for */
    }
}

/* ---- the way in ---- */

static struct attempt *attempt_of(struct job *job)
{
    return (struct attempt *)((char *)job - offsetof(struct attempt, job));
}

static enum err_code read_hash(struct job *job, struct store *store, int64_t now_utc_s)
{
    (void)now_utc_s;
    struct attempt *a = attempt_of(job);
    const enum err_code code =
        store_credential_read(store, a->login, &a->agent_id, a->hash, &job->err);
    if (code != ERR_NOT_FOUND)
        return code;
    a->agent_id = 0;
    memcpy(a->hash, a->logins->nobody, sizeof a->hash);
    return ERR_OK;
}

static void hash_is_read(struct job *job)
{
    struct attempt *a = attempt_of(job);
    struct logins *l = a->logins;
    if (job->err.code != ERR_OK) {
        finish(a, job->err.code, NULL);
        return;
    }
    pthread_mutex_lock(&l->mutex);
    a->state = ATTEMPT_WAITING;
    line_push(&l->todo[a->is_known ? KNOWN : STRANGERS], a);
    pthread_cond_signal(&l->work);
    pthread_mutex_unlock(&l->mutex);
}

static struct attempt *find(struct logins *l, const struct request *req)
{
    uint8_t id[ATTEMPT_ID_BYTES];
    attempt_id(req, id);
    for (struct attempt *a = l->all; a; a = a->peer)
        if (memcmp(a->id, id, sizeof id) == 0)
            return a;
    return NULL;
}

/* The place of somebody who has been told none yet is that of the last one. */
static void answer_place(struct attempt *a)
{
    struct request *req = detach(a);
    const unsigned place = a->place ? a->place : (unsigned)a->logins->n_all;
    const unsigned wait_s = place / PLACES_A_S;
    (void)err_set(&req->refused, ERR_QUEUED, NULL);
    req->problem_position = place;
    req->answer.retry_after_s = wait_s < 1                 ? 1
                                : wait_s > ASK_AGAIN_MAX_S ? ASK_AGAIN_MAX_S
                                                           : (int)wait_s;
    pipeline_login_done(req);
}

static void attach(struct attempt *a, struct request *req)
{
    if (a->req)
        answer_place(a); /* the newest is the one that somebody still listens to */
    a->req = req;
    a->since_ms = server_now_ms();
}

static enum err_code begin(struct logins *l, struct request *req)
{
    if (l->n_all >= WAITING_MAX)
        return err_set(&req->refused, ERR_UNAVAILABLE, "Too many log in at once. Please wait.");
    struct attempt *a = attempt_new(l, req);
    if (!a)
        return err_set(&req->refused, ERR_NOMEM, NULL);
    const int wait_s = throttle_try(l->throttle, a->login, a->address, server_now_ms() / 1000);
    if (wait_s > 0) {
        attempt_free(a);
        req->answer.retry_after_s = wait_s;
        return err_set(&req->refused, ERR_THROTTLED, NULL);
    }
    a->is_known = throttle_knows(l->throttle, a->login, a->address);
    a->job.run = read_hash;
    a->job.done = hash_is_read;
    a->peer = l->all;
    l->all = a;
    l->n_all++;
    attach(a, req);
    writer_submit(l->server->writer, &a->job);
    return ERR_OK;
}

enum err_code logins_start(struct logins *l, struct request *req)
{
    struct attempt *a = find(l, req);
    if (!a)
        return pipeline_pay(req) == ERR_OK ? begin(l, req) : req->refused.code;
    if (!is_verified(a)) {
        attach(a, req);
        return ERR_OK;
    }
    /* The request is not suspended yet: what is wrong is told by the caller. */
    const bool is_right = a->is_right;
    req->agent_id = a->agent_id;
    forget(a);
    if (!is_right)
        return err_set(&req->refused, ERR_UNAUTHENTICATED, WRONG);
    pipeline_login_done(req);
    return ERR_OK;
}

size_t logins_waiting(const struct logins *l)
{
    return l->n_all;
}

/* ---- who waits ---- */

/* Number those who wait; those whom nobody asks for leave the line. Under the mutex. */
static void count_places(struct logins *l, int64_t now_ms)
{
    unsigned place = 0;
    for (int i = 0; i < LINES; i++) {
        struct line was = l->todo[i];
        line_init(&l->todo[i]);
        for (struct attempt *a; (a = line_pop(&was));) {
            if (!a->req && now_ms - a->since_ms > LOGINS_LEFT_MS) {
                a->state = ATTEMPT_VERIFIED; /* for the walk over all, which forgets it */
                continue;
            }
            a->place = ++place;
            line_push(&l->todo[i], a);
        }
    }
}

void logins_tick(struct logins *l)
{
    const int64_t now_ms = server_now_ms();
    if (!l->all)
        return;
    pthread_mutex_lock(&l->mutex);
    count_places(l, now_ms);
    pthread_mutex_unlock(&l->mutex);
    for (struct attempt *a = l->all, *next; a; a = next) {
        next = a->peer;
        const bool verified = is_verified(a);
        if (a->req && !verified && now_ms - a->since_ms >= LOGINS_HOLD_MS)
            answer_place(a);
        else if (!a->req && verified && now_ms - a->since_ms > LOGINS_LEFT_MS)
            forget(a);
    }
}

/* ---- the whole ---- */

struct logins *logins_new(struct server *server, struct err *err)
{
    struct logins *l = calloc(1, sizeof *l);
    if (!l) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    l->server = server;
    for (int i = 0; i < LINES; i++)
        line_init(&l->todo[i]);
    line_init(&l->verified);
    pthread_mutex_init(&l->mutex, NULL);
    pthread_cond_init(&l->work, NULL);
    l->source = (struct loop_source){
        .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .ready = on_verified, .arg = l};
    l->throttle = throttle_new();
    char password[32];
    randombytes_buf(password, sizeof password);
    if (!l->throttle || l->source.fd < 0 ||
        crypto_pwhash_str(l->nobody, password, sizeof password, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return logins_free(l);
    }
    if (loop_add(server->loop, &l->source, EPOLLIN, err) != ERR_OK)
        return logins_free(l);
    for (; l->n_threads < WORKERS; l->n_threads++) {
        const int e = pthread_create(&l->threads[l->n_threads], NULL, worker_main, l);
        if (e) {
            (void)err_set(err, ERR_IO, "login worker: %s", strerror(e));
            return logins_free(l);
        }
    }
    return l;
}

struct logins *logins_free(struct logins *l)
{
    if (!l)
        return NULL;
    pthread_mutex_lock(&l->mutex);
    l->stopping = true;
    pthread_cond_broadcast(&l->work);
    pthread_mutex_unlock(&l->mutex);
    for (unsigned i = 0; i < l->n_threads; i++)
        pthread_join(l->threads[i], NULL);
    while (l->all)
        finish(l->all, ERR_UNAVAILABLE, "The backend is stopping.");
    const int fd = l->source.fd;
    loop_remove(l->server->loop, &l->source);
    if (fd >= 0)
        close(fd);
    throttle_free(l->throttle);
    pthread_cond_destroy(&l->work);
    pthread_mutex_destroy(&l->mutex);
    free(l);
    return NULL;
}
