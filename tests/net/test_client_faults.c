/* SPDX-License-Identifier: Apache-2.0 */
/* Every way in which something between the workstation and the backend can be broken: what the
 * agent is told, that the loop goes on, that a write is never taken for sent, and that all is well
 * again by itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "client_bench.h"

#define NOT_REACHED "The backend is not reachable. Please wait."
#define NOT_OURS "What answers at the backend's address is not the backend."
#define OTHER_VERSION "The backend is of another version than this program. Call the helpdesk."

#define PROBLEM_OF(type, status)                                                                   \
    "{\"type\":\"/problems/" type "\",\"title\":\"x\",\"status\":" status "}"
#define HEAD(status, more)                                                                         \
    "HTTP/1.1 " status " X\r\nContent-Type: application/problem+json\r\n" more                     \
    "Connection: close\r\n\r\n"

/* clang-format off */
static const struct fault {
    const char *name;
    enum standin_how how;
    int status;
    const char *type, *text;
    enum err_code code;
    const char *says;      /* NULL = the default sentence of the code */
    int64_t retry_after_s; /* what a write is told */
} faults[] = {
    {"closes at once", STANDIN_CLOSE, 0, "", "", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"never answers", STANDIN_HANG, 0, "", "", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"stops in the head", STANDIN_STALL, 0, "", "HTTP/1.1 200 OK\r\nContent-", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"stops in the body", STANDIN_STALL, 0, "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"a\":", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"ends in the body", STANDIN_RAW, 0, "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"a\":", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"byte by byte, for ever", STANDIN_CRAWL, 200, JSON, WORK, ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"no HTTP", STANDIN_RAW, 0, "", "220 mail.example ESMTP\r\n", ERR_UNAVAILABLE, NOT_OURS, 0},
    {"a broken status", STANDIN_RAW, 0, "", "HTTP/1.1 abc\r\n\r\n", ERR_UNAVAILABLE, NULL, 0},
    {"a page instead", STANDIN_ANSWER, 200, "text/html", "<h1>Please pay</h1>", ERR_UNAVAILABLE, NOT_OURS, 0},
    {"another media type", STANDIN_ANSWER, 200, "text/plain", WORK, ERR_UNAVAILABLE, NOT_OURS, 0},
    {"half a JSON", STANDIN_ANSWER, 200, JSON, "{\"server_time\":", ERR_UNAVAILABLE, NULL, 0},
    {"nothing at all", STANDIN_ANSWER, 200, JSON, "", ERR_UNAVAILABLE, NULL, 0},
    {"a length too short", STANDIN_RAW, 0, "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{\"version\":4}", ERR_UNAVAILABLE, NULL, 0},
    {"a length below zero", STANDIN_RAW, 0, "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n{\"a", ERR_UNAVAILABLE, NULL, 0},
    {"broken chunks", STANDIN_RAW, 0, "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}", ERR_UNAVAILABLE, NULL, 0},
    {"headers without end", STANDIN_FLOOD, 0, "", "HTTP/1.1 200 OK\r\n", ERR_UNAVAILABLE, NULL, 0},
    {"a body without end", STANDIN_FLOOD, 0, "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", ERR_UNAVAILABLE, NOT_OURS, 0},
    {"a proxy's login", STANDIN_ANSWER, 401, "text/html", "log in", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"500 of a proxy", STANDIN_ANSWER, 500, "text/html", "oops", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"502 of a proxy", STANDIN_ANSWER, 502, "text/html", "bad gateway", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"503 of a proxy", STANDIN_RAW, 0, "", HEAD("503", "Retry-After: 7\r\n") "later", ERR_UNAVAILABLE, NOT_REACHED, 7},
    {"500 of ours", STANDIN_ANSWER, 500, PROBLEM, PROBLEM_OF("internal", "500"), ERR_INTERNAL, NULL, 0},
    {"503 of ours", STANDIN_ANSWER, 503, PROBLEM, PROBLEM_OF("store", "503"), ERR_STORE, NULL, 0},
    {"429 in seconds", STANDIN_RAW, 0, "", HEAD("429", "Retry-After: 12\r\n") PROBLEM_OF("throttled", "429"), ERR_THROTTLED, NULL, 12},
    {"429 with a date long ago", STANDIN_RAW, 0, "", HEAD("429", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n") PROBLEM_OF("throttled", "429"), ERR_THROTTLED, NULL, 0},
    {"429 with a date far ahead", STANDIN_RAW, 0, "", HEAD("429", "Retry-After: Tue, 21 Oct 2036 07:28:00 GMT\r\n") PROBLEM_OF("throttled", "429"), ERR_THROTTLED, NULL, 3600},
    {"429 for ages", STANDIN_RAW, 0, "", HEAD("429", "Retry-After: 999999999\r\n") PROBLEM_OF("throttled", "429"), ERR_THROTTLED, NULL, 3600},
    {"429 with nonsense", STANDIN_RAW, 0, "", HEAD("429", "Retry-After: -9 soon\r\n") PROBLEM_OF("throttled", "429"), ERR_THROTTLED, NULL, 0},
    {"a problem of somebody else", STANDIN_ANSWER, 409, PROBLEM, "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":409}", ERR_UNAVAILABLE, NOT_REACHED, 0},
    {"a redirection", STANDIN_ANSWER, 302, "text/html", "", ERR_UNAVAILABLE, NOT_OURS, 0},
};
/* clang-format on */
#define FAULT_COUNT (sizeof faults / sizeof faults[0])

static void set_fault(struct bench *b, const char *what, const struct fault *f)
{
    standin_set(b->standin, what, f->how, f->status, f->type, f->text);
}

static bool lasts(const struct fault *f)
{
    return f->how == STANDIN_HANG || f->how == STANDIN_STALL || f->how == STANDIN_CRAWL;
}

static void a_request_is_answered_in_words_and_the_loop_goes_on(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const struct fault *f = &faults[i];
        const unsigned turns = b->turns;
        set_fault(b, "POST /v1/offers/o1/accept", f);
        bench_ask(b, WS_REQ_ACCEPT);
        if (b->code != f->code || (f->says && strcmp(b->sentence, f->says) != 0) || !b->sentence[0])
            fail_msg("%s: %s: %s", f->name, err_info(b->code)->name, b->sentence);
        if (lasts(f) && b->turns < turns + 10)
            fail_msg("%s: the loop stood still", f->name);
        assert_int_equal(b->ended, 0); /* nobody is thrown out by what is not the backend */
    }
}

/* A write fails in a way after which it is sent again: with the same key, so that one which arrived
 * after all counts once. */
static void a_write_is_never_taken_for_sent(void **state)
{
    struct bench *b = *state;
    static char text[] = "{\"resourceType\":\"QuestionnaireResponse\"}";
    const struct ws_write w = {.id = 1,
                               .kind = WS_WRITE_WRAPUP,
                               .key = "0123456789abcdef0123456789abcdef",
                               .offer_id = "o1",
                               .code = "busy",
                               .response = text,
                               .fence = 3};
    char last[4096];
    unsigned n = 0;
    bench_sign_in(b);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const struct fault *f = &faults[i];
        set_fault(b, "POST /v1/offers/o1/wrapup", f);
        client_send(b->client, &w, 3, 0);
        bench_wait(b, bench_sent, ++n);
        if (b->code != f->code)
            fail_msg("%s: %s", f->name, err_info(b->code)->name);
        /* A date far ahead is cut; the seconds of one moment are those of the next. */
        if (b->retry_after_s != f->retry_after_s)
            fail_msg("%s: %lld s", f->name, (long long)b->retry_after_s);
        standin_last(b->standin, "POST /v1/offers/o1/wrapup", last, sizeof last);
        assert_non_null(strcasestr(last, "Idempotency-Key: 0123456789abcdef0123456789abcdef"));
    }
    standin_set(b->standin, "POST /v1/offers/o1/wrapup", STANDIN_ANSWER, 200, JSON,
                "{\"person_state\":\"closed\",\"due_at\":null,\"late\":false}");
    client_send(b->client, &w, 3, 0);
    bench_wait(b, bench_sent, ++n);
    assert_int_equal(b->code, ERR_OK);
}

static void a_stream_that_is_broken_means_away_and_heals_by_itself(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    for (size_t i = 0; i < FAULT_COUNT; i++) {
        const struct fault *f = &faults[i];
        const unsigned works = b->works;
        set_fault(b, "GET /v1/events", f);
        set_fault(b, "POST /v1/heartbeat", f);
        standin_down(b->standin);
        standin_up(b->standin);
        bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
        const unsigned asked = standin_count(b->standin, "GET /v1/events");
        if (!f->retry_after_s) /* it is tried again; one who asks for a pause gets it */
            bench_wait(b, bench_asks_for_events, asked + 1);
        assert_int_equal(b->works, works);
        assert_int_equal(b->ended, 0);
        client_session_over(b->client);
        standin_set(b->standin, "POST /v1/heartbeat", STANDIN_ANSWER, 404, "text/html", "no");
        bench_sign_in(b);
        bench_wait(b, bench_backend_is, WS_BACKEND_OK);
        bench_wait(b, bench_works, works + 1);
    }
}

static void a_stream_that_falls_silent_is_dead(void **state)
{
    struct bench *b = *state;
    b->client = client_free(b->client);
    b->stream.idle_s = 1; /* the backend speaks every 15 s, and is waited for 40 */
    bench_connect(b, "http", "127.0.0.1", NULL);
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    /* Its next connection, and every beat, hang. */
    standin_set(b->standin, "GET /v1/events", STANDIN_HANG, 0, "", "");
    standin_set(b->standin, "POST /v1/heartbeat", STANDIN_HANG, 0, "", "");
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
}

/* Nothing is sent to where a redirection points, least of all the token. */
static void a_redirection_is_not_followed(void **state)
{
    struct bench *b = *state;
    struct standin *thief = standin_new();
    char answer[300];
    static const int statuses[] = {301, 302, 303, 307, 308};
    static const char *const asked[] = {"GET /stolen", "POST /stolen"};
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        snprintf(
            answer, sizeof answer,
            "HTTP/1.1 %d X\r\nLocation: http://127.0.0.1:%d/stolen\r\nContent-Length: 0\r\n\r\n",
            statuses[i], standin_port(thief));
        standin_set(b->standin, "POST /v1/offers/o1/accept", STANDIN_RAW, 0, "", answer);
        bench_ask(b, WS_REQ_ACCEPT);
        assert_int_equal(b->code, ERR_UNAVAILABLE);
    }
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        standin_set(thief, asked[i], STANDIN_ANSWER, 200, JSON, "{}");
    assert_int_equal(standin_count(thief, "GET /stolen"), 0);
    assert_int_equal(standin_count(thief, "POST /stolen"), 0);
    standin_free(thief);
}

/* A machine that is there and takes no connection: the queue of its socket is full. */
static void who_does_not_even_take_the_connection_is_not_waited_for(void **state)
{
    struct bench *b = *state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    char url[64];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    int waiting[4];
    for (size_t i = 0; i < 4; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(waiting[i], (struct sockaddr *)&at, sizeof at); /* in progress */
    }
    client_free(b->client);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(at.sin_port));
    bench_client(b, url, NULL);
    const unsigned turns = b->turns;
    bench_ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
    assert_string_equal(b->sentence, NOT_REACHED);
    assert_true(b->turns >= turns + 10);
    for (size_t i = 0; i < 4; i++)
        close(waiting[i]);
    close(fd);
}

static void before_a_session_the_backend_is_looked_for(void **state)
{
    struct bench *b = *state;
    static const char version[] = "GET /v1/version";
    standin_down(b->standin);
    client_look(b->client);
    b->backend = WS_BACKEND_CONNECTING;
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
    assert_string_equal(b->why, "");
    standin_set(b->standin, version, STANDIN_ANSWER, 200, JSON,
                "{\"version\":\"9\",\"api\":\"2\"}");
    standin_up(b->standin);
    bench_wait(b, bench_says, 0);
    assert_string_equal(b->why, OTHER_VERSION);
    standin_set(b->standin, version, STANDIN_ANSWER, 404, PROBLEM, PROBLEM_OF("not-found", "404"));
    bench_wait(b, bench_says, 0);
    assert_string_equal(b->why, OTHER_VERSION);
    standin_set(b->standin, version, STANDIN_ANSWER, 200, JSON,
                "{\"version\":\"9\",\"api\":\"1\"}");
    bench_wait(b, bench_backend_is, WS_BACKEND_OK);
    assert_string_equal(b->why, "");
    /* A sign-in that does not reach it begins to look again. */
    standin_down(b->standin);
    bench_ask(b, WS_REQ_SIGN_IN);
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
    standin_up(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEER(a_request_is_answered_in_words_and_the_loop_goes_on),
        PEER(a_write_is_never_taken_for_sent),
        PEER(a_stream_that_is_broken_means_away_and_heals_by_itself),
        PEER(a_stream_that_falls_silent_is_dead),
        PEER(a_redirection_is_not_followed),
        PEER(who_does_not_even_take_the_connection_is_not_waited_for),
        PEER(before_a_session_the_backend_is_looked_for),
    };
    return cmocka_run_group_tests_name("client_faults", tests, NULL, NULL);
}
