/* SPDX-License-Identifier: Apache-2.0 */
#include "client_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ftw.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <sodium.h>

#define DEADLINE_MS 20000

static void on_answered(void *arg, const struct ws_answer *a)
{
    struct bench *b = arg;
    b->answers++;
    b->code = a->code;
    snprintf(b->sentence, sizeof b->sentence, "%s", a->err ? a->err->sentence : "");
    free(a->service);
}

static void on_sent(void *arg, uint64_t id, const struct ws_write_result *r)
{
    struct bench *b = arg;
    (void)id;
    b->sent++;
    b->code = r->code;
    b->version = r->has_version ? r->version : 0;
    b->retry_after_s = r->retry_after_s;
}

static void on_journaled(void *arg, uint64_t id, bool ok)
{
    (void)id;
    ((struct bench *)arg)->journaled += ok;
}

static void on_restored(void *arg, struct ws_write *writes, size_t n)
{
    struct bench *b = arg;
    b->restorals++;
    for (size_t i = 0; i < n; i++) {
        memcpy(b->restored_key[b->n_restored++], writes[i].key, WS_KEY_SIZE);
        writes[i].id = i + 1;
        client_journal(b->client, &writes[i]);
        ws_write_deinit(&writes[i]);
    }
}

static void on_backend(void *arg, enum ws_backend state, const char *why)
{
    struct bench *b = arg;
    b->backend = state;
    snprintf(b->why, sizeof b->why, "%s", why ? why : "");
}

static void on_work(void *arg, const struct ws_work *work)
{
    struct bench *b = arg;
    b->works += strcmp(work->agent_id, "a1") == 0;
}

static void on_time(void *arg, int64_t at)
{
    ((struct bench *)arg)->beats += at > 0;
}

static void on_queues(void *arg, const struct ws_queue *queues, size_t n)
{
    (void)queues;
    ((struct bench *)arg)->queues += (unsigned)n;
}

static void on_ended(void *arg, enum ws_end why)
{
    struct bench *b = arg;
    b->ended++;
    b->taken_over += why == WS_END_OTHER_LOGIN;
    client_session_over(b->client);
}

static void on_queued(void *arg, unsigned place)
{
    struct bench *b = arg;
    b->queued++;
    b->place = place;
}

static void on_warn(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}

static void on_log(void *arg, const char *line)
{
    struct bench *b = arg;
    size_t len = strlen(b->logged);
    snprintf(b->logged + len, sizeof b->logged - len, "%s\n", line);
}

void bench_client(struct bench *b, const char *backend, const char *ca)
{
    const struct client_config config = {.backend = backend,
                                         .ca = ca,
                                         .journal_dir = b->journal,
                                         .stream = &b->stream,
                                         .timeout_ms = 800};
    const struct client_handlers handlers = {.answered = on_answered,
                                             .sent = on_sent,
                                             .journaled = on_journaled,
                                             .restored = on_restored,
                                             .backend = on_backend,
                                             .work = on_work,
                                             .time = on_time,
                                             .queues = on_queues,
                                             .queued = on_queued,
                                             .ended = on_ended,
                                             .warn = on_warn,
                                             .log = on_log,
                                             .arg = b};
    struct err err = {0};
    assert_int_equal(client_new(&b->client, &config, &handlers, &err), ERR_OK);
}

void bench_connect(struct bench *b, const char *scheme, const char *host, const char *ca)
{
    char url[64];
    snprintf(url, sizeof url, "%s://%s:%d", scheme, host, standin_port(b->standin));
    bench_client(b, url, ca);
}

int bench_set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    signal(SIGPIPE, SIG_IGN);
    (void)snprintf(b->dir, sizeof b->dir, "%s", "/tmp/pc-XXXXXX");
    if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || libre_init() != 0 ||
        fd_setsize(1024) != 0 || !mkdtemp(b->dir))
        return -1;
    snprintf(b->journal, sizeof b->journal, "%s/journal", b->dir);
    b->stream = (struct stream_config){.retry_min_ms = 20,
                                       .retry_max_ms = 100,
                                       .first_ms = 500,
                                       .heartbeat_ms = 100,
                                       .idle_s = 30};
    b->standin = standin_new();
    bench_connect(b, "http", "127.0.0.1", NULL);
    *state = b;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

int bench_tear_down(void **state)
{
    struct bench *b = *state;
    client_free(b->client);
    standin_free(b->standin);
    nftw(b->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    libre_close();
    free(b);
    return 0;
}

static void look(void *arg)
{
    struct bench *b = arg;
    b->turns++;
    if (b->done(b, b->n)) {
        b->in_time = true;
        re_cancel();
    } else {
        tmr_start(&b->poll, 5, look, b);
    }
}

static void too_late(void *arg)
{
    (void)arg;
    re_cancel();
}

void bench_wait(struct bench *b, bool (*done)(const struct bench *, unsigned), unsigned n)
{
    b->done = done;
    b->n = n;
    b->in_time = false;
    tmr_start(&b->poll, 0, look, b);
    tmr_start(&b->deadline, DEADLINE_MS, too_late, b);
    re_main(NULL);
    tmr_cancel(&b->poll);
    tmr_cancel(&b->deadline);
    assert_true(b->in_time);
}

bool bench_queued(const struct bench *b, unsigned n)
{
    return b->queued >= n;
}

bool bench_answered(const struct bench *b, unsigned n)
{
    return b->answers >= n;
}

bool bench_sent(const struct bench *b, unsigned n)
{
    return b->sent >= n;
}

bool bench_works(const struct bench *b, unsigned n)
{
    return b->works >= n;
}

bool bench_backend_is(const struct bench *b, unsigned state)
{
    return b->backend == (enum ws_backend)state;
}

bool bench_ended(const struct bench *b, unsigned n)
{
    return b->ended >= n;
}

bool bench_journaled(const struct bench *b, unsigned n)
{
    return b->journaled >= n;
}

bool bench_says(const struct bench *b, unsigned n)
{
    (void)n;
    return b->why[0];
}

bool bench_asks_for_events(const struct bench *b, unsigned n)
{
    return standin_count(b->standin, "GET /v1/events") >= n;
}

bool bench_restored(const struct bench *b, unsigned n)
{
    return b->restorals >= n;
}

void bench_begin(struct bench *b, enum ws_request_kind kind)
{
    struct ws_request req = {.id = 1,
                             .kind = kind,
                             .key = "0123456789abcdef0123456789abcdef",
                             .login = "an",
                             .password = "p4ssword",
                             .offer_id = "o1",
                             .fence = 3,
                             .reason = "known",
                             .script_id = "short"};
    client_ask(b->client, &req);
}

void bench_ask(struct bench *b, enum ws_request_kind kind)
{
    unsigned before = b->answers;
    bench_begin(b, kind);
    bench_wait(b, bench_answered, before + 1);
}

void bench_sign_in_rules(struct bench *b)
{
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 201, JSON, SESSION);
    standin_set(b->standin, "GET /v1/events", STANDIN_STREAM, 200, "",
                ": hello\n\nevent: work\ndata: " WORK "\n\n");
}

void bench_sign_in(struct bench *b)
{
    bench_sign_in_rules(b);
    bench_ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_OK);
}
