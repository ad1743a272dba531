/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The backend as the workstation's ports see it: requests and writes over HTTP, the event stream,
 * the journal, and the session's secrets.
 *
 * One client, many sessions after each other. All handlers are called from the loop. The journal's
 * folder is STATE/journal; its key comes with the session. */

#include "core/workstation_ports.h"
#include "net/api/wire_in.h"
#include "net/client/keep.h"
#include "net/client/stream.h"

struct client;

struct client_config {
    const char *backend;                /* URL without a path */
    const char *ca;                     /* PEM text of who vouches for it; NULL = the system's */
    const char *journal_dir;            /* of this instance */
    const struct stream_config *stream; /* NULL = the default */
    long timeout_ms;                    /* of a request; 0 = 10 s */
};

/* They are the functions of core/workstation_ports.h. */
struct client_handlers {
    void (*answered)(void *arg, const struct ws_answer *answer);
    void (*sent)(void *arg, uint64_t write_id, const struct ws_write_result *result);
    void (*journaled)(void *arg, uint64_t write_id, bool ok);
    void (*restored)(void *arg, struct ws_write *writes, size_t n);
    void (*backend)(void *arg, enum ws_backend state, const char *why);
    void (*queued)(void *arg, unsigned place); /* of a sign-in that waits for its turn */
    void (*work)(void *arg, const struct ws_work *work);
    void (*time)(void *arg, int64_t server_utc_s);
    void (*queues)(void *arg, const struct ws_queue *queues, size_t n);
    /* NULL allowed */
    void (*alarms)(void *arg, int64_t raised, int64_t seen);
    void (*ended)(void *arg, enum ws_end why);
    void (*warn)(void *arg, const char *text);
    void (*log)(void *arg, const char *line); /* never personal data */
    void *arg;
};

/* Errors: ERR_INVALID (backend), ERR_NOMEM. Config strings are copied. */
enum err_code client_new(struct client **ret, const struct client_config *config,
                         const struct client_handlers *handlers, struct err *err) MUSTCHECK;
/* Brings what the journal was given to the disk first. Accepts NULL, returns NULL. */
struct client *client_free(struct client *c);

/* Look whether the backend is there, again and again until it is, or somebody signs in: comes to
 * `backend`. By itself after a sign-in that did not reach it. */
void client_look(struct client *c);

/* The ports; arg is the client. */
void client_ask(void *client, const struct ws_request *req);
void client_send(void *client, const struct ws_write *w, int64_t fence, unsigned base_version);
void client_journal(void *client, const struct ws_write *w);
void client_forget(void *client, uint64_t write_id);
void client_session_over(void *client);

/* The session's secrets, in locked memory; NULL when there is none. */
const struct wire_session *client_session(const struct client *c);
const char *client_backend(const struct client *c);

/* Go on with a session that the desk kept. session is copied; kept: what came with it, its texts
 * are taken. Then workstation_resume, then client_restore. */
enum err_code client_resume(struct client *c, const struct wire_session *session,
                            struct keep_read *kept, struct err *err) MUSTCHECK;
/* Give what the journal held to `restored`, once it is read; after a sign-in it comes by itself. */
void client_restore(struct client *c);
/* What the desk should keep now; owned by the caller, NULL when there is nothing. */
cJSON *client_keep(const struct client *c, const struct ws_words *words, size_t limit);
