/* SPDX-License-Identifier: Apache-2.0 */
/* The client: gives each request and write of the workstation to HTTP, each answer back, and keeps
 * the texts that a new screen would need. */

#include "net/client/client_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/client/requests.h"
#include "net/client/write_json.h"

#define REQUEST_TIMEOUT_MS 10000

void client_say(struct client *c, const char *line)
{
    c->handlers.log(c->handlers.arg, line);
}

static void set_text(struct client *c, int which, char *take)
{
    c->sheets[which][0] = '\0';
    if (c->texts[which])
        sodium_memzero(c->texts[which], strlen(c->texts[which]));
    free(c->texts[which]);
    c->texts[which] = take;
}

static void keep_text(struct client *c, int which, const char *text, size_t len)
{
    set_text(c, which, len ? strndup(text, len) : NULL);
}

static void keep_sheet(struct client *c, int which, const char *text, size_t len)
{
    keep_text(c, which, text, len);
    if (c->texts[which])
        sheet_write(c->texts[which], c->sheets[which]);
}

/* --- what is under way --- */

static void answer_failed(void *arg);

struct pending *client_begin(struct client *c, int what, uint64_t id)
{
    struct pending *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    *p = (struct pending){.next = c->pending, .client = c, .what = what, .id = id};
    c->pending = p;
    return p;
}

void client_end(struct pending *p)
{
    struct pending **at = &p->client->pending;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    client_line_leave(p);
    free(p);
}

void client_answer_later(struct client *c)
{
    timer_start(&c->failed, 0, answer_failed, c);
}

static void answer_code(struct pending *p, enum err_code code)
{
    struct client *c = p->client;
    struct err err = {0};
    struct pending was = *p;
    client_end(p);
    err_set(&err, code, NULL);
    if (was.what == PENDING_REQUEST)
        c->handlers.answered(
            c->handlers.arg,
            &(struct ws_answer){.id = was.id, .kind = was.kind, .code = code, .err = &err});
    else if (was.what == PENDING_WRITE)
        c->handlers.sent(c->handlers.arg, was.id,
                         &(struct ws_write_result){.code = code, .err = &err});
    else if (was.what == PENDING_JOURNAL)
        c->handlers.journaled(c->handlers.arg, was.id, false);
}

static void answer_failed(void *arg)
{
    struct client *c = arg;
    for (struct pending *p = c->pending; p; p = p->next) {
        if (p->call || client_line_waits(p))
            continue;
        answer_code(p, ERR_UNAVAILABLE);
        client_answer_later(c); /* the handler may have changed the list: look again */
        return;
    }
}

void client_log_reply(struct client *c, const char *what, const struct http_reply *r)
{
    char line[400];
    snprintf(line, sizeof line, "%s: %s%s%s", what, err_info(r->code)->name,
             r->err.detail[0] ? ": " : "", r->err.detail);
    if (r->code != ERR_OK)
        client_say(c, line);
    if (r->is_transport)
        stream_probe(c->stream);
}

/* --- the session --- */

static void begin_session(struct client *c)
{
    client_look_stop(c);
    c->has_session = true;
    client_open_journal(c);
    stream_start(c->stream, c->session->token);
}

void client_session_over(void *client)
{
    struct client *c = client;
    stream_stop(c->stream);
    while (c->pending) {
        http_stop(c->pending->call);
        client_end(c->pending);
    }
    client_close_journal(c);
    for (int i = 0; i < KEEP_TEXTS; i++)
        set_text(c, i, NULL);
    sodium_memzero(c->session, sizeof *c->session);
    c->has_session = false;
}

enum err_code client_resume(struct client *c, const struct wire_session *session,
                            struct keep_read *kept, struct err *err)
{
    if (c->has_session)
        return err_set(err, ERR_STATE, NULL);
    *c->session = *session;
    for (int i = 0; i < KEEP_TEXTS; i++) {
        set_text(c, i, kept->texts[i]);
        kept->texts[i] = NULL;
        memcpy(c->sheets[i], kept->sheets[i], sizeof c->sheets[i]);
    }
    memcpy(c->work_offer, kept->work.offer.offer_id, sizeof c->work_offer);
    memcpy(c->record_offer, c->work_offer, sizeof c->record_offer);
    begin_session(c);
    return ERR_OK;
}

const struct wire_session *client_session(const struct client *c)
{
    return c->has_session ? c->session : NULL;
}

const char *client_backend(const struct client *c)
{
    return c->backend;
}

cJSON *client_keep(const struct client *c, const struct ws_words *words, size_t limit)
{
    if (!c->has_session)
        return NULL;
    bool same = strcmp(c->work_offer, c->record_offer) == 0;
    const struct keep_parts parts = {.work = c->texts[KEEP_WORK],
                                     .record = same ? c->texts[KEEP_RECORD] : NULL,
                                     .service = c->texts[KEEP_SERVICE],
                                     .script = c->texts[KEEP_SCRIPT],
                                     .service_sheet = c->sheets[KEEP_SERVICE],
                                     .script_sheet = c->sheets[KEEP_SCRIPT],
                                     .words = *words};
    return keep_build(c->session, &parts, limit);
}

/* --- requests --- */

void client_keep_work(struct client *c, const struct ws_work *work, const char *text, size_t len)
{
    keep_text(c, KEEP_WORK, text, len);
    memcpy(c->work_offer, work->offer.offer_id, sizeof c->work_offer);
}

static void keep_answer(struct client *c, const struct pending *p, const struct http_reply *r,
                        const struct ws_answer *a)
{
    switch (p->kind) {
    case WS_REQ_SET_STATUS:
    case WS_REQ_SET_ON_QUEUE:
    case WS_REQ_ACCEPT:
    case WS_REQ_SKIP:
    case WS_REQ_ANOTHER:
        client_keep_work(c, a->work, r->body, r->len);
        break;
    case WS_REQ_RECORD:
        keep_text(c, KEEP_RECORD, r->body, r->len);
        memcpy(c->record_offer, p->offer_id, sizeof c->record_offer);
        break;
    case WS_REQ_SERVICE:
        keep_sheet(c, KEEP_SERVICE, r->body, r->len);
        break;
    case WS_REQ_SCRIPT:
        keep_sheet(c, KEEP_SCRIPT, r->body, r->len);
        break;
    case WS_REQ_SIGN_IN:
    case WS_REQ_SIGN_OUT:
    case WS_REQ_PERMIT:
    case WS_REQ_REVEAL:
    case WS_REQ_DRAFT:
    case WS_REQ_INTERACTIONS:
    case WS_REQ_CALLBACKS:
    case WS_REQ_ALARMS:
    case WS_REQ_SEE_ALARM:
    case WS_REQ_CLOSE_ALARM:
    case WS_REQ_INCIDENTS:
    case WS_REQ_RELEASE:
    case WS_REQ_CONTACTS:
    case WS_REQ_DIRECTORY:
    case WS_REQ_CONSULT:
    case WS_REQ_TRANSFER:
        break;
    }
}

/* A sign-in opens the journal before the workstation hears of it: what follows may write. */
static bool take_session(struct client *c, struct wire_session *session)
{
    if (c->has_session)
        return false;
    *c->session = *session;
    begin_session(c);
    return true;
}

static void answer_request(struct pending *p, const struct http_reply *r)
{
    struct client *c = p->client;
    if (p->kind == WS_REQ_SIGN_IN && r->code == ERR_QUEUED && client_line_wait(p, r))
        return;
    struct request_answer *a = calloc(1, sizeof *a);
    struct wire_session *session = sodium_malloc(sizeof *session);
    struct err err = r->err;
    enum err_code code = a && session ? r->code : err_set(&err, ERR_NOMEM, NULL);
    bool begun = false;
    if (code == ERR_OK)
        code = request_read(p->kind, r->body, r->len, session, a, &err);
    if (code == ERR_OK && p->kind == WS_REQ_SIGN_IN)
        begun = take_session(c, session);
    else if (code == ERR_OK)
        keep_answer(c, p, r, &a->answer);
    struct ws_answer none = {0};
    struct ws_answer *answer = a ? &a->answer : &none;
    answer->id = p->id;
    answer->kind = p->kind;
    answer->code = code;
    answer->err = &err;
    answer->why = r->why;
    const struct pending was = *p;
    client_end(p);
    c->handlers.answered(c->handlers.arg, answer);
    if (begun)
        client_restore(c);
    else if (was.kind == WS_REQ_SIGN_IN && code == ERR_UNAVAILABLE)
        client_look(c);
    if (a)
        request_answer_deinit(a);
    free(a);
    sodium_free(session);
}

static void answer_write(struct pending *p, const struct http_reply *r)
{
    struct client *c = p->client;
    CLEANUP_JSON cJSON *j = NULL;
    struct ws_write_result result = {.code = r->code,
                                     .err = &r->err,
                                     .has_version = r->has_version,
                                     .version = r->version,
                                     .retry_after_s = r->retry_after_s};
    uint64_t id = p->id;
    client_end(p);
    if (r->code == ERR_OK && json_parse(r->body, r->len, &json_limits_api, &j, NULL) != ERR_OK) {
        result.code = ERR_UNAVAILABLE; /* whoever answered so did not take the write */
    } else if (r->code == ERR_OK) {
        int64_t version = json_int(j, "version", -1);
        result.has_version = version > 0 && version <= 1000000000;
        result.version = result.has_version ? (unsigned)version : 0;
        result.late = json_bool(j, "late", false);
    }
    c->handlers.sent(c->handlers.arg, id, &result);
}

void client_on_done(const struct http_reply *r, void *arg)
{
    struct pending *p = arg;
    struct client *c = p->client;
    static const char *const what[] = {"request", "write", "work", "journal"};
    client_log_reply(c, what[p->what], r);
    switch (p->what) {
    case PENDING_REQUEST:
        answer_request(p, r);
        break;
    case PENDING_WRITE:
        answer_write(p, r);
        break;
    case PENDING_WORK:
        client_end(p);
        if (r->code == ERR_OK)
            (void)client_take_work(c, r->body, r->len); /* garbage: the next beat asks again */
        break;
    case PENDING_JOURNAL:
        break;
    }
}

void client_ask(void *client, const struct ws_request *req)
{
    struct client *c = client;
    const struct request_form *form = request_form(req->kind);
    struct pending *p = client_begin(c, PENDING_REQUEST, req->id);
    if (!p)
        return;
    p->kind = req->kind;
    if (req->offer_id)
        snprintf(p->offer_id, sizeof p->offer_id, "%s", req->offer_id);
    struct buf path = {0};
    struct buf body = {0};
    if (request_write(req, &path, &body) && (c->has_session || !form->needs_session)) {
        const struct http_request http = {.method = form->method,
                                          .path = buf_text(&path),
                                          .accept = form->accept,
                                          .token = form->needs_session ? c->session->token : NULL,
                                          .key = form->has_key ? req->key : NULL,
                                          .body = body.len ? buf_text(&body) : NULL,
                                          .body_limit = form->limit,
                                          .timeout_ms = c->timeout_ms};
        p->call = req->kind == WS_REQ_SIGN_IN ? client_line_start(p, &http)
                                              : http_start(c->http, &http, NULL, client_on_done, p);
    }
    if (!p->call)
        client_answer_later(c);
    buf_free(&body);
    buf_free(&path);
}

void client_send(void *client, const struct ws_write *w, int64_t fence, unsigned base_version)
{
    struct client *c = client;
    struct pending *p = client_begin(c, PENDING_WRITE, w->id);
    if (!p)
        return;
    struct write_request r;
    if (write_json_request(w, fence, base_version, &r) && c->has_session) {
        const struct http_request http = {.method = r.method,
                                          .path = buf_text(&r.path),
                                          .token = c->session->token,
                                          .key = r.has_key ? w->key : NULL,
                                          .body = buf_text(&r.body),
                                          .body_limit = WRITE_ANSWER_LIMIT,
                                          .timeout_ms = c->timeout_ms};
        p->call = http_start(c->http, &http, NULL, client_on_done, p);
    }
    write_request_deinit(&r);
    if (!p->call)
        client_answer_later(c);
}

/* --- the whole --- */

enum err_code client_new(struct client **ret, const struct client_config *config,
                         const struct client_handlers *handlers, struct err *err)
{
    struct client *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(err, ERR_NOMEM, NULL);
    c->handlers = *handlers;
    c->timeout_ms = config->timeout_ms ? config->timeout_ms : REQUEST_TIMEOUT_MS;
    c->stream_config = config->stream ? *config->stream : stream_config_default;
    timer_init(&c->failed);
    timer_init(&c->line);
    timer_init(&c->look_again);
    enum err_code code = http_new(&c->http, config->backend, config->ca, err);
    if (code != ERR_OK) {
        client_free(c);
        return code;
    }
    struct stream_handlers stream = client_stream_handlers;
    stream.arg = c;
    c->stream = stream_new(c->http, &c->stream_config, &stream);
    c->session = sodium_malloc(sizeof *c->session);
    c->backend = strdup(config->backend);
    c->journal_dir = strdup(config->journal_dir);
    if (!c->stream || !c->session || !c->backend || !c->journal_dir) {
        client_free(c);
        return err_set(err, ERR_NOMEM, NULL);
    }
    sodium_memzero(c->session, sizeof *c->session);
    *ret = c;
    return ERR_OK;
}

struct client *client_free(struct client *c)
{
    if (!c)
        return NULL;
    if (c->stream && c->session)
        client_session_over(c);
    if (c->http)
        client_look_stop(c);
    journal_free(c->closing);
    timer_deinit(&c->failed);
    timer_deinit(&c->line);
    timer_deinit(&c->look_again);
    stream_free(c->stream);
    http_free(c->http);
    sodium_free(c->session);
    free(c->backend);
    free(c->journal_dir);
    free(c);
    return NULL;
}
