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

#include <cmocka.h>
#include <sodium.h>

#include "client_bench.h"

static void signing_in_brings_the_session_and_its_stream(void **state)
{
    struct bench *b = *state;
    char last[4096];
    bench_sign_in(b);
    assert_string_equal(client_session(b->client)->token, TOKEN);
    bench_wait(b, bench_works, 1);
    assert_int_equal(b->backend, WS_BACKEND_OK);
    standin_last(b->standin, "POST /v1/sessions", last, sizeof last);
    assert_non_null(strcasestr(last, "Idempotency-Key: 0123456789abcdef0123456789abcdef"));
    assert_null(strcasestr(last, "Authorization"));
    standin_last(b->standin, "GET /v1/events", last, sizeof last);
    assert_non_null(strcasestr(last, "Authorization: Bearer " TOKEN));
}

#define QUEUED(place)                                                                              \
    "{\"type\":\"/problems/queued\",\"title\":\"x\",\"status\":503,\"position\":" place "}"

static void a_place_in_the_line_is_told_and_the_same_request_asked_again(void **state)
{
    struct bench *b = *state;
    char first[4096], last[4096];
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 503, PROBLEM, QUEUED("57"));
    bench_begin(b, WS_REQ_SIGN_IN);
    bench_wait(b, bench_queued, 1);
    assert_int_equal(b->place, 57);
    assert_int_equal(b->answers, 0);
    standin_last(b->standin, "POST /v1/sessions", first, sizeof first);
    bench_sign_in_rules(b);
    bench_wait(b, bench_answered, 1);
    assert_int_equal(b->code, ERR_OK);
    standin_last(b->standin, "POST /v1/sessions", last, sizeof last);
    assert_string_equal(first, last);
    assert_int_equal(b->queued, 1);
}

static void who_leaves_the_line_is_not_asked_for_again(void **state)
{
    struct bench *b = *state;
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 503, PROBLEM, QUEUED("2"));
    bench_begin(b, WS_REQ_SIGN_IN);
    bench_wait(b, bench_queued, 1);
    client_session_over(b->client);
    assert_int_equal(standin_count(b->standin, "POST /v1/sessions"), 1);
    bench_sign_in(b); /* it is answered before the other would have been */
    bench_wait(b, bench_works, 1);
    assert_int_equal(b->queued, 1);
}

static void a_wrong_password_is_told_at_the_end_of_the_line(void **state)
{
    struct bench *b = *state;
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 503, PROBLEM, QUEUED("1"));
    bench_begin(b, WS_REQ_SIGN_IN);
    bench_wait(b, bench_queued, 1);
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 401, PROBLEM,
                "{\"type\":\"/problems/unauthenticated\",\"title\":\"x\",\"status\":401}");
    bench_wait(b, bench_answered, 1);
    assert_int_equal(b->code, ERR_UNAUTHENTICATED);
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
    bench_sign_in(b);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        standin_set(b->standin, "POST /v1/offers/o1/accept", rows[i].how, rows[i].status,
                    rows[i].type, rows[i].text);
        bench_ask(b, WS_REQ_ACCEPT);
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
    bench_ask(b, WS_REQ_SIGN_IN);
    assert_string_equal(b->sentence, "No.");
}

static void an_answer_without_measure_is_cut_off(void **state)
{
    struct bench *b = *state;
    const size_t len = 300 * 1024;
    char *text = malloc(len + 1);
    memset(text, ' ', len);
    text[len] = '\0';
    bench_sign_in(b);
    standin_set(b->standin, "POST /v1/offers/o1/accept", STANDIN_ANSWER, 200, JSON, text);
    bench_ask(b, WS_REQ_ACCEPT);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
    standin_down(b->standin);
    free(text);
}

static void a_refused_connection_is_unavailable(void **state)
{
    struct bench *b = *state;
    standin_down(b->standin);
    bench_ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
}

static void a_name_that_nobody_knows_is_unavailable(void **state)
{
    struct bench *b = *state;
    client_free(b->client);
    bench_client(b, "https://no-such-host.invalid", NULL);
    bench_ask(b, WS_REQ_SIGN_IN);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
}

static void quiet(void *arg, const char *line)
{
    (void)arg;
    (void)line;
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
        const struct client_handlers handlers = {.log = quiet, .arg = b};
        assert_int_equal(client_new(&c, &config, &handlers, NULL), ERR_INVALID);
    }
}

/* --- presence --- */

static void a_backend_that_goes_is_away_and_comes_back_by_itself(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    standin_down(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
    standin_up(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_OK);
    assert_true(b->works >= 2);
}

static void a_stream_that_is_cut_is_connected_again(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    standin_set(b->standin, "GET /v1/events", STANDIN_CUT, 200, "",
                "event: work\ndata: " WORK "\n\n");
    bench_wait(b, bench_works, 1);
    standin_down(b->standin);
    standin_up(b->standin);
    bench_wait(b, bench_works, 5);
}

static void a_backend_that_accepts_and_says_nothing_is_away(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    standin_set(b->standin, "GET /v1/events", STANDIN_HANG, 0, "", "");
    standin_set(b->standin, "POST /v1/heartbeat", STANDIN_HANG, 0, "", "");
    standin_down(b->standin);
    standin_up(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
}

static void garbage_on_the_stream_is_not_taken(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    standin_set(b->standin, "GET /v1/events", STANDIN_STREAM, 200, "",
                "event: work\ndata: {\"server_time\":1}\n\n");
    standin_down(b->standin);
    standin_up(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
    assert_int_equal(b->works, 1);
}

static void without_a_stream_the_heartbeat_keeps_the_agent_there(void **state)
{
    struct bench *b = *state;
    standin_set(b->standin, "POST /v1/sessions", STANDIN_ANSWER, 201, JSON, SESSION);
    standin_set(b->standin, "POST /v1/heartbeat", STANDIN_ANSWER, 200, JSON,
                "{\"server_time\":\"2026-11-22T10:00:00Z\"}");
    standin_set(b->standin, "GET /v1/work", STANDIN_ANSWER, 200, JSON, WORK);
    bench_ask(b, WS_REQ_SIGN_IN);
    bench_wait(b, bench_works, 2);
    assert_true(b->beats >= 2);
}

static void another_login_is_told_from_an_expired_session(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    standin_set(b->standin, "GET /v1/events", STANDIN_STREAM, 200, "",
                "event: signed_out\ndata: {\"reason\":\"other_login\"}\n\n");
    standin_down(b->standin);
    standin_up(b->standin);
    bench_wait(b, bench_ended, 1);
    assert_int_equal(b->taken_over, 1);
    assert_null(client_session(b->client));
    bench_sign_in(b);
    standin_set(b->standin, "GET /v1/events", STANDIN_ANSWER, 401, PROBLEM,
                "{\"type\":\"/problems/unauthenticated\",\"title\":\"x\",\"status\":401}");
    standin_down(b->standin);
    standin_up(b->standin);
    bench_wait(b, bench_ended, 2);
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
    bench_sign_in(b);
    standin_set(b->standin, "PUT /v1/offers/o1/response", STANDIN_ANSWER, 200, JSON,
                "{\"version\":4}");
    client_send(b->client, &w, 3, 3);
    bench_wait(b, bench_sent, 1);
    assert_int_equal(b->code, ERR_OK);
    assert_int_equal(b->version, 4);
    standin_set(b->standin, "PUT /v1/offers/o1/response", STANDIN_ANSWER, 200, "text/html", "ok");
    client_send(b->client, &w, 3, 3);
    bench_wait(b, bench_sent, 2);
    assert_int_equal(b->code, ERR_UNAVAILABLE);
    standin_set(b->standin, "PUT /v1/offers/o1/response", STANDIN_ANSWER, 409, PROBLEM,
                "{\"type\":\"/problems/conflict\",\"title\":\"x\",\"status\":409,\"version\":9}");
    client_send(b->client, &w, 3, 3);
    bench_wait(b, bench_sent, 3);
    assert_int_equal(b->code, ERR_CONFLICT);
    assert_int_equal(b->version, 9);
}

static void a_new_process_finds_what_the_last_one_could_not_send(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    for (uint64_t id = 1; id <= 2; id++) {
        struct ws_write w = a_response(id);
        w.key[0] = (char)('a' + id);
        client_journal(b->client, &w);
    }
    bench_wait(b, bench_journaled, 2);
    client_forget(b->client, 1);
    b->client = client_free(b->client);
    bench_connect(b, "http", "127.0.0.1", NULL);
    bench_sign_in(b);
    bench_wait(b, bench_restored, 2);
    assert_int_equal(b->n_restored, 1);
    assert_int_equal(b->restored_key[0][0], 'c');
    bench_wait(b, bench_journaled, 3);
    client_forget(b->client, 1);
    b->client = client_free(b->client);
    bench_connect(b, "http", "127.0.0.1", NULL);
    bench_sign_in(b);
    bench_wait(b, bench_restored, 3);
    assert_int_equal(b->n_restored, 1);
}

static void nothing_secret_is_logged(void **state)
{
    struct bench *b = *state;
    bench_sign_in(b);
    bench_wait(b, bench_works, 1);
    standin_set(b->standin, "POST /v1/offers/o1/accept", STANDIN_ANSWER, 500, "text/html", TOKEN);
    bench_ask(b, WS_REQ_ACCEPT);
    standin_down(b->standin);
    bench_wait(b, bench_backend_is, WS_BACKEND_AWAY);
    bench_ask(b, WS_REQ_REVEAL);
    assert_non_null(strstr(b->logged, "unavailable"));
    assert_null(strstr(b->logged, TOKEN));
    assert_null(strstr(b->logged, "p4ssword"));
    assert_null(strstr(b->logged, "s3cret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEER(signing_in_brings_the_session_and_its_stream),
        PEER(a_place_in_the_line_is_told_and_the_same_request_asked_again),
        PEER(who_leaves_the_line_is_not_asked_for_again),
        PEER(a_wrong_password_is_told_at_the_end_of_the_line),
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
