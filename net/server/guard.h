/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What libmicrohttpd 0.9.75 does not do for us: how many connections there may be, how long a
 * request may take to come, and that nothing is taken which two programs could read in two ways.
 *
 * It refuses many a request before we are asked, with a page of HTML. Two functions that it calls
 * in itself are therefore defined here as well, and the dynamic linker prefers ours:
 * MHD_set_connection_value_n, which sees each header, and MHD_queue_response, through which only
 * its own answers pass (ours take guard_queue). Where the library is linked in another way its
 * pages come back and nothing else breaks; tests/contract/test_wire.py tells.
 *
 * All in the loop thread. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

#include "core/err.h"

struct guard;
struct log;

/* What a 503 says when nothing better is known. */
#define GUARD_RETRY_AFTER_S 5

struct guard_limits {
    unsigned connections; /* one more is answered 503 and closed */
    int64_t patience_ms;  /* for a head, and for a body beside what came of it at 1 KiB/s */
};

/* The log is borrowed. ERR_NOMEM; ERR_INTERNAL when libmicrohttpd has not what we need. */
struct guard *guard_new(struct log *log, const struct guard_limits *limits, struct err *err);
/* After MHD_stop_daemon. NULL is fine. */
struct guard *guard_free(struct guard *guard);

/* For MHD_OPTION_NOTIFY_CONNECTION and MHD_OPTION_URI_LOG_CALLBACK; cls is the guard. */
void guard_connection(void *cls, struct MHD_Connection *connection, void **context,
                      enum MHD_ConnectionNotificationCode code);
void *guard_uri(void *cls, const char *uri, struct MHD_Connection *connection);

/* Was the connection answered past libmicrohttpd? Then it is being closed: give no answer. */
bool guard_is_closing(struct MHD_Connection *connection);
/* The head is complete: is it one that can be read in one way only? ERR_MALFORMED. */
enum err_code guard_head(struct MHD_Connection *connection, const char *method, const char *path,
                         const char *version, struct err *err) MUSTCHECK;
/* More of the body came; it is complete; the answer was sent. */
void guard_received(struct MHD_Connection *connection, size_t len);
void guard_complete(struct MHD_Connection *connection);
/* After guard_complete: no, more is to come, and its time begins now. */
void guard_more(struct MHD_Connection *connection);
void guard_answered(struct MHD_Connection *connection);

/* MHD_queue_response of the library. */
enum MHD_Result guard_queue(struct MHD_Connection *connection, unsigned status,
                            struct MHD_Response *response);

/* Answer past libmicrohttpd, where it takes no answer (in the midst of a body), and close. Without
 * TLS only: a TLS connection is just closed. */
void guard_refuse(struct MHD_Connection *connection, const struct err *err);

/* Once a second: end what takes too long. */
void guard_tick(struct guard *guard, int64_t now_ms);
