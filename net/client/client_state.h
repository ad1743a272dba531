/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to net/client/client*.c: the client's state, and what its parts call of each other. */

#include "net/client/client.h"
#include "net/client/http.h"
#include "net/client/journal.h"
#include "net/client/stream.h"
#include "net/client/timer.h"

#define WRITE_ANSWER_LIMIT ((size_t)256 * 1024)

/* Something under way, whose answer goes to the workstation. */
struct pending {
    struct pending *next; /* client::pending */
    struct client *client;
    struct http_call *call; /* NULL: it could not be started, and is answered by the timer */
    enum { PENDING_REQUEST, PENDING_WRITE, PENDING_WORK, PENDING_JOURNAL } what;
    uint64_t id;
    enum ws_request_kind kind;
    char offer_id[WS_ID_MAX]; /* of a request */
    struct line_place *line;  /* of a sign-in: what is needed to ask again */
};

struct client {
    struct http *http;
    struct stream *stream;
    struct journal *journal;
    struct journal *closing; /* of a session that is over; it may not have finished */
    bool journal_is_open;    /* what earlier processes left was read */
    bool restore_wanted;     /* and the workstation waits for it */
    struct client_handlers handlers;
    char *backend;
    char *journal_dir;
    long timeout_ms;
    struct stream_config stream_config;
    struct wire_session *session; /* locked memory */
    bool has_session;
    struct pending *pending;
    struct timer failed;    /* answers what could not be started */
    struct http_call *look; /* before a session: is the backend there? */
    struct timer look_again;
    unsigned look_failures;
    char *texts[KEEP_TEXTS]; /* KEEP_WORK … */
    char sheets[KEEP_TEXTS][SHEET_NAME_SIZE];
    char work_offer[WS_ID_MAX];   /* the offer of the kept work */
    char record_offer[WS_ID_MAX]; /* the offer of the kept record */
    struct ws_write *leftovers;
    size_t n_leftovers;
    bool leftovers_failed;
    struct timer line; /* a sign-in waits for its turn, and asks again then */
};

/* client.c */
void client_say(struct client *c, const char *line);
/* What went wrong, for the log; and a reason to look whether the backend is there. */
void client_log_reply(struct client *c, const char *what, const struct http_reply *r);
/* Something is under way from here on; NULL when out of memory. */
struct pending *client_begin(struct client *c, int what, uint64_t id);
void client_end(struct pending *p);
/* What could not be started is answered when the loop comes round. */
void client_answer_later(struct client *c);
void client_on_done(const struct http_reply *r, void *pending);
void client_keep_work(struct client *c, const struct ws_work *work, const char *text, size_t len);

/* client_line.c */
/* Start a sign-in whose request may have to be sent again. NULL as of http_start. */
struct http_call *client_line_start(struct pending *p, const struct http_request *http);
/* The answer says that it has a place in a line: it is told, and asked again later. False: there
 * is nothing to ask again with. */
bool client_line_wait(struct pending *p, const struct http_reply *r);
bool client_line_waits(const struct pending *p);
void client_line_leave(struct pending *p);

/* client_look.c */
void client_look_stop(struct client *c);

/* client_journal.c */
void client_open_journal(struct client *c);
void client_close_journal(struct client *c);

/* client_events.c */
extern const struct stream_handlers client_stream_handlers; /* arg is to be set */
/* Take the text of a Work; false when it is none. */
bool client_take_work(struct client *c, const char *data, size_t len);
