/* SPDX-License-Identifier: Apache-2.0 */
/* The client against a stand-in for the backend: refused, hanging, dripping, garbage, errors, gone
 * and back again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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

#include "http_standin.h"
#include "net/client/client.h"
#include "net/client/loop.h"

#define JSON "application/json"
#define PROBLEM "application/problem+json"
#define DEADLINE_MS 20000
#define TOKEN "test-token-0123456789"

#define WORK                                                                                       \
    "{\"server_time\":\"2026-11-22T10:00:00Z\",\"agent\":{\"agent_id\":\"a1\",\"login\":\"an\","   \
    "\"name\":\"An\",\"role\":\"agent\",\"region\":\"WAL\",\"languages\":[\"fr\"]},\"service\":{"  \
    "\"service_id\":\"tracing\",\"version\":\"1\",\"name\":\"Tracing\"},\"status\":\"available\"," \
    "\"status_since\":\"2026-11-22T09:00:00Z\",\"on_queue\":false,\"on_queue_since\":null,"        \
    "\"offer\":null}"
#define SESSION                                                                                    \
    "{\"token\":\"" TOKEN "\",\"expires_at\":\"2026-11-23T10:00:00Z\",\"journal_key\":"            \
    "\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\",\"phone\":{\"aor\":\"sip:an@127.0.0.1\","    \
    "\"sip_secret\":\"s3cret\",\"outbound\":\"\",\"register\":false,\"screen_grace_s\":60},"       \
    "\"work\":" WORK "}"

struct bench {
    struct standin *standin;
    struct client *client;
    char dir[64];
    char journal[128];
    struct stream_config stream;

    unsigned answers, works, queues, beats, journaled;
    enum err_code code; /* of the newest answer or sent */
    char sentence[256];
    unsigned sent;
    unsigned version;
    enum ws_backend backend;
    unsigned ended, taken_over;
    char logged[8192];
    char restored_key[8][WS_KEY_SIZE];
    size_t n_restored;

    bool (*done)(const struct bench *b, unsigned n);
    unsigned n;
    bool in_time;
    struct tmr poll, deadline;
};

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
}

static void on_journaled(void *arg, uint64_t id, bool ok)
{
    (void)id;
    ((struct bench *)arg)->journaled += ok;
}

static void on_restored(void *arg, struct ws_write *writes, size_t n)
{
    struct bench *b = arg;
    for (size_t i = 0; i < n; i++) {
        memcpy(b->restored_key[b->n_restored++], writes[i].key, WS_KEY_SIZE);
        writes[i].id = i + 1;
        client_journal(b->client, &writes[i]);
        ws_write_deinit(&writes[i]);
    }
}

static void on_backend(void *arg, enum ws_backend state)
{
    ((struct bench *)arg)->backend = state;
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

static void on_ended(void *arg, bool other_login)
{
    struct bench *b = arg;
    b->ended++;
    b->taken_over += other_login;
    client_session_over(b->client);
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

static void make_client(struct bench *b, const char *backend)
{
    const struct client_config config = {
        .backend = backend, .journal_dir = b->journal, .stream = &b->stream, .timeout_ms = 800};
    const struct client_handlers handlers = {.answered = on_answered,
                                             .sent = on_sent,
                                             .journaled = on_journaled,
                                             .restored = on_restored,
                                             .backend = on_backend,
                                             .work = on_work,
                                             .time = on_time,
                                             .queues = on_queues,
                                             .ended = on_ended,
                                             .warn = on_warn,
                                             .log = on_log,
                                             .arg = b};
    struct err err = {0};
    assert_int_equal(client_new(&b->client, &config, &handlers, &err), ERR_OK);
}

static void connect_to_standin(struct bench *b)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", standin_port(b->standin));
    make_client(b, url);
}

static int set_up(void **state)
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
    connect_to_standin(b);
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

static int tear_down(void **state)
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

static void wait_until(struct bench *b, bool (*done)(const struct bench *, unsigned), unsigned n)
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

static bool answered(const struct bench *b, unsigned n)
{
    return b->answers >= n;
}

static bool sent(const struct bench *b, unsigned n)
{
    return b->sent >= n;
}

static bool works(const struct bench *b, unsigned n)
{
    return b->works >= n;
}

static bool backend_is(const struct bench *b, unsigned state)
{
    return b->backend == (enum ws_backend)state;
}

static bool ended(const struct bench *b, unsigned n)
{
    return b->ended >= n;
}

static bool journaled(const struct bench *b, unsigned n)
{
    return b->journaled >= n;
}

static void ask(struct bench *b, enum ws_request_kind kind)
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
    unsigned before = b->answers;
    client_ask(b->client, &req);
    wait_until(b, answered, before + 1);
}

static void sign_in(struct bench *b)
{
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 201, JSON, SESSION);
    standin_set(b->standin, "GET /v1/events", STANDIN_STREAM, 200, "",
                ": hello\n\nevent: work\ndata: " WORK "\n\n");
    ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_OK);
}

static void signing_in_brings_the_session_and_its_stream(void **state)
{
    struct bench *b = *state;
    char last[4096];
    sign_in(b);
    assert_string_equal(client_session(b->client)->token, TOKEN);
    wait_until(b, works, 1);
    assert_int_equal(b->backend, WS_BACKEND_OK);
    standin_last(b->standin, "POST /v1/sessions", last, sizeof last);
    assert_non_null(strcasestr(last, "Idempotency-Key: 0123456789abcdef0123456789abcdef"));
    assert_null(strcasestr(last, "Authorization"));
    standin_last(b->standin, "GET /v1/events", last, sizeof last);
    assert_non_null(strcasestr(last, "Authorization: Bearer " TOKEN));
}

static void each_wrong_answer_is_an_error_and_none_is_taken_for_success(void **state)
{
    struct bench *b = *state;
    static const struct {
        enum standin_how how;
        int status;
        const char *type, *text;
        enum err_code code;
    } rows[] = {
        {STANDIN_CLOSE,  0,   "",          "",                                                          ERR_UNAVAILABLE    },
        {STANDIN_HANG,   0,   "",          "",                                                          ERR_UNAVAILABLE    },
        {STANDIN_RAW,    0,   "",          "220 mail.example ESMTP\r\n",                                ERR_UNAVAILABLE    },
        {STANDIN_RAW,    0,   "",          "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{",           ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 200, "text/html", "<h1>Please pay for the network</h1>",                       ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 200, JSON,        "",                                                          ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 200, JSON,        "{",                                                         ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 200, JSON,        "{}",                                                        ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 200, JSON,        "[1,2]",                                                     ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 302, "text/html", "",                                                          ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 401, "text/html", "log in to the proxy",                                       ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 404, JSON,        "{}",                                                        ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 409, PROBLEM,     "{",                                                         ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 500, "text/html", "oops",                                                      ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 503, PROBLEM,
         "{\"type\":\"/problems/store\",\"title\":\"x\",\"status\":503}",                               ERR_STORE          },
        {STANDIN_ANSWER, 429, PROBLEM,
         "{\"type\":\"/problems/throttled\",\"title\":\"x\",\"status\":429}",                           ERR_THROTTLED      },
        {STANDIN_ANSWER, 408, PROBLEM,
         "{\"type\":\"/problems/timeout\",\"title\":\"x\",\"status\":408}",                             ERR_UNAVAILABLE    },
        {STANDIN_ANSWER, 409, PROBLEM,
         "{\"type\":\"/problems/stale\",\"title\":\"x\",\"status\":409}",                               ERR_STALE          },
        {STANDIN_ANSWER, 401, PROBLEM,
         "{\"type\":\"/problems/unauthenticated\",\"title\":\"x\",\"status\":401}",                     ERR_UNAUTHENTICATED},
        {STANDIN_ANSWER, 400, PROBLEM,     "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":400}",
         ERR_UNAVAILABLE                                                                                                   },
        {STANDIN_DRIP,   200, JSON,        WORK,                                                        ERR_OK             },
    };
    sign_in(b);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        standin_set(b->standin, "POST /v1/offers/o1/accept", rows[i].how, rows[i].status,
                    rows[i].type, rows[i].text);
        ask(b, WS_REQ_ACCEPT);
        if (b->code != rows[i].code)
            fail_msg("row %zu: %s", i, err_info(b->code)->name);
    }
}

static void a_sentence_of_the_backend_loses_its_escape_sequences(void **state)
{
    struct bench *b = *state;
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 401, PROBLEM,
                "{\"type\":\"/problems/unauthenticated\",\"title\":\"x\",\"status\":401,"
                "\"detail\":\"No\\u001b[2J.\"}");
    ask(b, WS_REQ_SIGN_IN);
    assert_string_equal(b->sentence, "No.");
}

static void an_answer_without_measure_is_cut_off(void **state)
{
    struct bench *b = *state;
    const size_t len = 300 * 1024;
    char *text = malloc(len + 1);
    memset(text, ' ', len);
    text[len] = '\0';
    sign_in(b);
    standin_set(b->standin, "POST /v1/offers/o1/accept", STANDIN_ANSWER, 200, JSON, text);
    ask(b, WS_REQ_ACCEPT);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
    standin_down(b->standin);
    free(text);
}

static void a_refused_connection_is_unavailable(void **state)
{
    struct bench *b = *state;
    standin_down(b->standin);
    ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
}

static void a_name_that_nobody_knows_is_unavailable(void **state)
{
    struct bench *b = *state;
    client_free(b->client);
    make_client(b, "https://no-such-host.invalid");
    ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
}

static void plain_http_to_another_machine_is_refused(void **state)
{
    struct bench *b = *state;
    static const char *const bad[] = {"http://192.0.2.1:80",
                                      "http://localhost.example",
                                      "http://127.0.0.1.example",
                                      "ftp://localhost",
                                      "localhost",
                                      "http://localhost/path",
                                      "http://user@localhost"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct client *c = NULL;
        const struct client_config config = {.backend = bad[i], .journal_dir = b->journal};
        const struct client_handlers handlers = {.log = on_log, .arg = b};
        assert_int_equal(client_new(&c, &config, &handlers, NULL), ERR_INVALID);
    }
}

/* --- presence --- */

static void a_backend_that_goes_is_away_and_comes_back_by_itself(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    wait_until(b, works, 1);
    standin_down(b->standin);
    wait_until(b, backend_is, WS_BACKEND_AWAY);
    standin_up(b->standin);
    wait_until(b, backend_is, WS_BACKEND_OK);
    assert_true(b->works >= 2);
}

static void a_stream_that_is_cut_is_connected_again(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    standin_set(b->standin, "GET /v1/events", STANDIN_CUT, 200, "",
                "event: work\ndata: " WORK "\n\n");
    wait_until(b, works, 1);
    standin_down(b->standin);
    standin_up(b->standin);
    wait_until(b, works, 5);
}

static void a_backend_that_accepts_and_says_nothing_is_away(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    wait_until(b, works, 1);
    standin_set(b->standin, "GET /v1/events", STANDIN_HANG, 0, "", "");
    standin_set(b->standin, "POST /v1/heartbeat", STANDIN_HANG, 0, "", "");
    standin_down(b->standin);
    standin_up(b->standin);
    wait_until(b, backend_is, WS_BACKEND_AWAY);
}

static void garbage_on_the_stream_is_not_taken(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    wait_until(b, works, 1);
    standin_set(b->standin, "GET /v1/events", STANDIN_STREAM, 200, "",
                "event: work\ndata: {\"server_time\":1}\n\n");
    standin_down(b->standin);
    standin_up(b->standin);
    wait_until(b, backend_is, WS_BACKEND_AWAY);
    assert_int_equal(b->works, 1);
}

static void without_a_stream_the_heartbeat_keeps_the_agent_there(void **state)
{
    struct bench *b = *state;
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 201, JSON, SESSION);
    standin_set(b->standin, "POST /v1/heartbeat", STANDIN_ANSWER, 200, JSON,
                "{\"server_time\":\"2026-11-22T10:00:00Z\"}");
    standin_set(b->standin, "GET /v1/work", STANDIN_ANSWER, 200, JSON, WORK);
    ask(b, WS_REQ_SIGN_IN);
    wait_until(b, works, 2);
    assert_true(b->beats >= 2);
}

static void another_login_is_told_from_an_expired_session(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    wait_until(b, works, 1);
    standin_set(b->standin, "GET /v1/events", STANDIN_STREAM, 200, "",
                "event: signed_out\ndata: {\"reason\":\"other_login\"}\n\n");
    standin_down(b->standin);
    standin_up(b->standin);
    wait_until(b, ended, 1);
    assert_int_equal(b->taken_over, 1);
    assert_null(client_session(b->client));
    sign_in(b);
    standin_set(b->standin, "GET /v1/events", STANDIN_ANSWER, 401, PROBLEM,
                "{\"type\":\"/problems/unauthenticated\",\"title\":\"x\",\"status\":401}");
    standin_down(b->standin);
    standin_up(b->standin);
    wait_until(b, ended, 2);
    assert_int_equal(b->taken_over, 1);
}

/* --- writes --- */

static struct ws_write a_response(uint64_t id)
{
    static char text[] = "{\"resourceType\":\"QuestionnaireResponse\"}";
    struct ws_write w = {.id = id,
                         .kind = WS_WRITE_RESPONSE,
                         .key = "0123456789abcdef0123456789abcdef",
                         .offer_id = "o1",
                         .fence = 3,
                         .response = text};
    return w;
}

static void a_write_is_taken_only_with_a_sensible_answer(void **state)
{
    struct bench *b = *state;
    const struct ws_write w = a_response(1);
    sign_in(b);
    standin_set(b->standin, "PUT /v1/offers/o1/response", STANDIN_ANSWER, 200, JSON,
                "{\"version\":4}");
    client_send(b->client, &w, 3, 3);
    wait_until(b, sent, 1);
    assert_int_equal(b->code, ERR_OK);
    assert_int_equal(b->version, 4);
    standin_set(b->standin, "PUT /v1/offers/o1/response", STANDIN_ANSWER, 200, "text/html", "ok");
    client_send(b->client, &w, 3, 3);
    wait_until(b, sent, 2);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
    standin_set(b->standin, "PUT /v1/offers/o1/response", STANDIN_ANSWER, 409, PROBLEM,
                "{\"type\":\"/problems/conflict\",\"title\":\"x\",\"status\":409,\"version\":9}");
    client_send(b->client, &w, 3, 3);
    wait_until(b, sent, 3);
    assert_int_equal(b->code, ERR_CONFLICT);
    assert_int_equal(b->version, 9);
}

static void a_new_process_finds_what_the_last_one_could_not_send(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    for (uint64_t id = 1; id <= 2; id++) {
        struct ws_write w = a_response(id);
        w.key[0] = (char)('a' + id);
        client_journal(b->client, &w);
    }
    wait_until(b, journaled, 2);
    client_forget(b->client, 1);
    b->client = client_free(b->client);
    connect_to_standin(b);
    sign_in(b);
    assert_int_equal(b->n_restored, 1);
    assert_int_equal(b->restored_key[0][0], 'c');
    wait_until(b, journaled, 3);
    client_forget(b->client, 1);
    b->client = client_free(b->client);
    connect_to_standin(b);
    sign_in(b);
    assert_int_equal(b->n_restored, 1);
}

static void nothing_secret_is_logged(void **state)
{
    struct bench *b = *state;
    sign_in(b);
    wait_until(b, works, 1);
    standin_set(b->standin, "POST /v1/offers/o1/accept", STANDIN_ANSWER, 500, "text/html", TOKEN);
    ask(b, WS_REQ_ACCEPT);
    standin_down(b->standin);
    wait_until(b, backend_is, WS_BACKEND_AWAY);
    ask(b, WS_REQ_REVEAL);
    assert_non_null(strstr(b->logged, "unavailable"));
    assert_null(strstr(b->logged, TOKEN));
    assert_null(strstr(b->logged, "p4ssword"));
    assert_null(strstr(b->logged, "s3cret"));
}

#define PEER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEER(signing_in_brings_the_session_and_its_stream),
        PEER(each_wrong_answer_is_an_error_and_none_is_taken_for_success),
        PEER(a_sentence_of_the_backend_loses_its_escape_sequences),
        PEER(an_answer_without_measure_is_cut_off),
        PEER(a_refused_connection_is_unavailable),
        PEER(a_name_that_nobody_knows_is_unavailable),
        PEER(plain_http_to_another_machine_is_refused),
        PEER(a_backend_that_goes_is_away_and_comes_back_by_itself),
        PEER(a_stream_that_is_cut_is_connected_again),
        PEER(a_backend_that_accepts_and_says_nothing_is_away),
        PEER(garbage_on_the_stream_is_not_taken),
        PEER(without_a_stream_the_heartbeat_keeps_the_agent_there),
        PEER(another_login_is_told_from_an_expired_session),
        PEER(a_write_is_taken_only_with_a_sensible_answer),
        PEER(a_new_process_finds_what_the_last_one_could_not_send),
        PEER(nothing_secret_is_logged),
    };
    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
