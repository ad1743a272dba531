/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A sign-in on its way to a password worker. It outlives the request that brought it: whoever asks
 * again with the same Idempotency-Key and the same body finds it, and keeps its place. */

#include <stdbool.h>
#include <stdint.h>

#include "net/server/remote.h"
#include "net/server/writer.h"
#include "net/store/store_agent.h"

#define ATTEMPT_ID_BYTES 16

struct logins;
struct request;

enum attempt_state {
    ATTEMPT_READING,   /* the writer reads the hash */
    ATTEMPT_WAITING,   /* for a worker, in a line */
    ATTEMPT_VERIFYING, /* a worker has it */
    ATTEMPT_VERIFIED,  /* nobody has asked since */
};

struct attempt {
    struct attempt *next; /* in a line; under the mutex of logins.c */
    struct attempt *peer; /* in the list of all */
    struct logins *logins;
    uint8_t id[ATTEMPT_ID_BYTES];
    enum attempt_state state; /* WAITING to VERIFIED: under the mutex */
    bool is_known;            /* signed in from there before */
    unsigned place;           /* in the line, as of the last tick; 0 = not told yet */
    struct request *req;      /* who waits for it now; NULL = nobody at this moment */
    int64_t since_ms;         /* how long that one waits; without one, when it left */
    struct job job;
    char login[STORE_LOGIN_SIZE];
    char address[REMOTE_SIZE];
    char *password;
    char hash[STORE_PASSWORD_HASH_SIZE];
    int64_t agent_id; /* 0 = nobody has this login */
    bool is_right;
};

/* Of a request whose body passed its checks. NULL: out of memory. */
struct attempt *attempt_new(struct logins *l, const struct request *req);
/* Wipes the password. NULL is fine. */
struct attempt *attempt_free(struct attempt *a);

/* What an attempt is known by: its key and all of its body. */
void attempt_id(const struct request *req, uint8_t ret[ATTEMPT_ID_BYTES]);

/* A line of attempts, first in, first out. */
struct line {
    struct attempt *head;
    struct attempt **tail;
};
void line_init(struct line *l);
void line_push(struct line *l, struct attempt *a);
struct attempt *line_pop(struct line *l);
