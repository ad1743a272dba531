/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A backend that does as it is told: an HTTP server of a few lines, in threads of its own, that
 * answers rightly, wrongly, slowly or not at all. */

#include <stdbool.h>
#include <stddef.h>

enum standin_how {
    STANDIN_ANSWER, /* status, type and text as a whole answer */
    STANDIN_RAW,    /* the text as it is, then the end */
    STANDIN_CLOSE,  /* the end at once */
    STANDIN_HANG,   /* nothing, for ever */
    STANDIN_DRIP,   /* as ANSWER, a byte at a time */
    STANDIN_CRAWL,  /* as DRIP, with pauses that no request outlives */
    STANDIN_STALL,  /* the text as it is, then silence */
    STANDIN_FLOOD,  /* the text as it is, and again, and again */
    STANDIN_STREAM, /* an event stream: the text, then silence */
    STANDIN_CUT,    /* an event stream: the text, then the end */
};

struct standin;

/* On a free port of 127.0.0.1. NULL when it cannot be had. */
struct standin *standin_new(void);
struct standin *standin_free(struct standin *s);
int standin_port(const struct standin *s);
/* Speak TLS with this certificate and key (PEM files) from now on; NULL = plain HTTP. */
void standin_secure(struct standin *s, const char *cert, const char *key);

/* What happens to "METHOD /path" from now on; the newest rule for it counts. Texts are borrowed.
 * Without a rule: 404 as HTML. */
void standin_set(struct standin *s, const char *what, enum standin_how how, int status,
                 const char *type, const char *text);

/* Stop listening and cut every connection / listen again on the same port. */
void standin_down(struct standin *s);
void standin_up(struct standin *s);

/* How often it was asked for this; the head and body of the newest time, NUL-terminated. */
unsigned standin_count(struct standin *s, const char *what);
void standin_last(struct standin *s, const char *what, char *ret, size_t size);
