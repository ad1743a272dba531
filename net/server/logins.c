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

#include "net/api/json.h"
#include "net/host/log.h"
#include "net/server/loop.h"
#include "net/server/pipeline.h"
#include "net/server/request.h"
#include "net/server/server.h"
#include "net/server/throttle.h"

#define WORKERS 2
#define WAITING_MAX                                                                                \
    5000 /* at 6 a second and core this is a quarter of an hour: later is no use                   \
          */

struct attempt {
    struct attempt *next;
    struct logins *logins;
    struct request *req;
    struct job job; /* reads the hash */
    char hash[STORE_PASSWORD_HASH_SIZE];
    int64_t agent_id; /* 0 = nobody has this login */
    bool right;
};

struct list {
    struct attempt *head;
    struct attempt **tail;
};

struct logins {
    struct server *server;
    struct throttle *throttle;             /* loop thread only */
    size_t waiting;                        /* loop thread only */
    char nobody[STORE_PASSWORD_HASH_SIZE]; /* what a login is verified against that nobody has */
    pthread_t threads[WORKERS];
    unsigned n_threads;
    pthread_mutex_t mutex;
    pthread_cond_t work;
    struct list todo;
    struct list verified;
    bool stopping;
    struct loop_source source;
};

static void list_init(struct list *l)
{
    l->head = NULL;
    l->tail = &l->head;
}

static void list_push(struct list *l, struct attempt *a)
{
    a->next = NULL;
    *l->tail = a;
    l->tail = &a->next;
}

static struct attempt *list_pop(struct list *l)
{
    struct attempt *a = l->head;
    if (a) {
        l->head = a->next;
        if (!l->head)
            l->tail = &l->head;
    }
    return a;
}

static void *worker_main(void *arg)
{
    struct logins *l = arg;
    pthread_mutex_lock(&l->mutex);
    for (;;) {
        while (!l->todo.head && !l->stopping)
            pthread_cond_wait(&l->work, &l->mutex);
        if (l->stopping)
            break;
        struct attempt *a = list_pop(&l->todo);
        pthread_mutex_unlock(&l->mutex);

        const char *password = json_str(a->req->json, "password", "");
        const int bad =
            crypto_pwhash_str_verify(a->hash, password, (unsigned long long)strlen(password));
        a->right = !bad && a->agent_id;

        pthread_mutex_lock(&l->mutex);
        list_push(&l->verified, a);
        const uint64_t one = 1;
        while (write(l->source.fd, &one, sizeof one) < 0 && errno == EINTR)
            ;
    }
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

static void finish(struct attempt *a, enum err_code code, const char *sentence)
{
    struct logins *l = a->logins;
    struct request *req = a->req;
    l->waiting--;
    if (code == ERR_OK)
        req->agent_id = a->agent_id;
    else
        (void)err_set(&req->refused, code, sentence ? "%s" : NULL, sentence);
    sodium_memzero(a, sizeof *a);
    free(a);
    pipeline_login_done(req);
}

static void on_verified(void *arg, uint32_t events)
{
    (void)events;
    struct logins *l = arg;
    uint64_t count;
    if (read(l->source.fd, &count, sizeof count) < 0 && errno != EAGAIN && errno != EINTR)
        return;
    for (;;) {
        pthread_mutex_lock(&l->mutex);
        struct attempt *a = list_pop(&l->verified);
        pthread_mutex_unlock(&l->mutex);
        if (!a)
            return;
        const bool right = a->right;
        if (right)
            throttle_success(l->throttle, json_str(a->req->json, "login", ""));
        log_line(l->server->log, right ? LOG_INFO : LOG_WARNING, "login", "agent=%lld right=%d",
                 (long long)a->agent_id, right);
        if (right)
            finish(a, ERR_OK, NULL);
        else
            finish(a, ERR_UNAUTHENTICATED, "Name or password is not right.");
    }
}

static enum err_code read_hash(struct job *job, struct store *store, int64_t now_utc_s)
{
    (void)now_utc_s;
    struct attempt *a = (struct attempt *)((char *)job - offsetof(struct attempt, job));
    const enum err_code code = store_credential_read(store, json_str(a->req->json, "login", ""),
                                                     &a->agent_id, a->hash, &job->err);
    if (code != ERR_NOT_FOUND)
        return code;
    a->agent_id = 0;
    memcpy(a->hash, a->logins->nobody, sizeof a->hash);
    return ERR_OK;
}

static void hash_is_read(struct job *job)
{
    struct attempt *a = (struct attempt *)((char *)job - offsetof(struct attempt, job));
    struct logins *l = a->logins;
    if (job->err.code != ERR_OK) {
        finish(a, job->err.code, NULL);
        return;
    }
    pthread_mutex_lock(&l->mutex);
    list_push(&l->todo, a);
    pthread_cond_signal(&l->work);
    pthread_mutex_unlock(&l->mutex);
}

enum err_code logins_start(struct logins *l, struct request *req)
{
    if (l->waiting >= WAITING_MAX)
        return err_set(&req->refused, ERR_UNAVAILABLE, "Too many log in at once. Please wait.");
    const char *login = json_str(req->json, "login", "");
    const int wait_s = throttle_try(l->throttle, login, server_now_ms() / 1000);
    if (wait_s > 0) {
        req->answer.retry_after_s = wait_s;
        return err_set(&req->refused, ERR_THROTTLED, NULL);
    }
    struct attempt *a = calloc(1, sizeof *a);
    if (!a)
        return err_set(&req->refused, ERR_NOMEM, NULL);
    a->logins = l;
    a->req = req;
    a->job.run = read_hash;
    a->job.done = hash_is_read;
    l->waiting++;
    writer_submit(l->server->writer, &a->job);
    return ERR_OK;
}

size_t logins_waiting(const struct logins *l)
{
    return l->waiting;
}

static void refuse_all(struct list *list)
{
    for (struct attempt *a; (a = list_pop(list));)
        finish(a, ERR_UNAVAILABLE, "The backend is stopping.");
}

struct logins *logins_new(struct server *server, struct err *err)
{
    struct logins *l = calloc(1, sizeof *l);
    if (!l) {
        (void)err_set(err, ERR_NOMEM, NULL);
        return NULL;
    }
    l->server = server;
    list_init(&l->todo);
    list_init(&l->verified);
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
    refuse_all(&l->todo);
    refuse_all(&l->verified);
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
