/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A client with its stand-in backend, and what came of it: shared by test_client*.c. */

#include <stdbool.h>
#include <stddef.h>

#include <re_types.h>

#include "http_standin.h"
#include "net/client/client.h"
#include "net/client/loop.h"

#define JSON "application/json"
#define PROBLEM "application/problem+json"
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
    unsigned sent, restorals;
    unsigned version;
    enum ws_backend backend;
    char why[256];
    int64_t retry_after_s; /* of the newest sent */
    unsigned turns;        /* of the loop, while the test waited */
    unsigned ended, taken_over;
    unsigned queued, place; /* how often a place was told, and the newest */
    char logged[8192];
    char restored_key[8][WS_KEY_SIZE];
    size_t n_restored;

    bool (*done)(const struct bench *b, unsigned n);
    unsigned n;
    bool in_time;
    struct tmr poll, deadline;
};

/* A client of another address than the stand-in's; ca: PEM text or NULL. */
void bench_client(struct bench *b, const char *backend, const char *ca);
/* scheme: "http" or "https"; host: a name of this machine. */
void bench_connect(struct bench *b, const char *scheme, const char *host, const char *ca);
int bench_set_up(void **state); /* with a client of a plain stand-in */
int bench_tear_down(void **state);

/* Run the loop until it holds; the test fails after a deadline. n: for the condition. */
void bench_wait(struct bench *b, bool (*done)(const struct bench *, unsigned), unsigned n);
bool bench_answered(const struct bench *b, unsigned n);
bool bench_sent(const struct bench *b, unsigned n);
bool bench_works(const struct bench *b, unsigned n);
bool bench_backend_is(const struct bench *b, unsigned state);
bool bench_ended(const struct bench *b, unsigned n);
bool bench_journaled(const struct bench *b, unsigned n);
/* A reason why the backend is away is known. */
bool bench_says(const struct bench *b, unsigned n);
/* The stand-in was asked for the event stream so often. */
bool bench_asks_for_events(const struct bench *b, unsigned n);
bool bench_restored(const struct bench *b, unsigned n);

bool bench_queued(const struct bench *b, unsigned n);

/* Ask without waiting. */
void bench_begin(struct bench *b, enum ws_request_kind kind);
/* Ask, and wait for the answer. */
void bench_ask(struct bench *b, enum ws_request_kind kind);
/* With rules for a session and its stream; they are set here. */
void bench_sign_in(struct bench *b);
/* The rules alone. */
void bench_sign_in_rules(struct bench *b);

#define PEER(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)
