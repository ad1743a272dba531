/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The thread of federal.c: PUTs that were given to it, side by side, and their answers back. */

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/outbox.h"
#include "net/api/response_resource.h"

#define FEDERAL_SECRET_MAX 1024
#define FEDERAL_ANSWER_MAX ((size_t)64 * 1024)
#define FEDERAL_ID_MAX 64

struct federal_put {
    struct federal_put *next; /* of whoever has it */
    char id[FEDERAL_ID_MAX + 1];
    char *url;       /* malloc */
    struct buf body; /* JSON; wiped when it was sent */
    /* What came of it: */
    struct outbox_answer answer;
    char fault[RESPONSE_ISSUE_SIZE]; /* why it was not accepted: a code */
    /* federal_send.c's own */
    void *easy;
    void *headers;
    struct buf reply;
    bool reply_too_large;
    bool has_etag;
    char location[512];
};

struct federal_send;

struct federal_send_options {
    const char *ca; /* PEM file; NULL = the system's */
    long timeout_ms;
};

/* Start the thread. ca is borrowed. */
enum err_code federal_send_new(const struct federal_send_options *options,
                               struct federal_send **ret, struct err *err) MUSTCHECK;
/* End it. What was not finished is given back as if no answer had come. */
void federal_send_stop(struct federal_send *s);
struct federal_send *federal_send_free(struct federal_send *s);

/* "Authorization: …", or "" for none; copied. */
void federal_send_authorize(struct federal_send *s, const char *header);

/* Send one; taken until it comes back. */
void federal_send_put(struct federal_send *s, struct federal_put *put);
/* Readable when some are finished; then take them one by one, NULL = no more. */
int federal_send_fd(const struct federal_send *s);
struct federal_put *federal_send_take(struct federal_send *s);
