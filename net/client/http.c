/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP on libre's loop. libcurl says which sockets and which time it waits for; the loop tells it
 * when they come. libcurl forbids to start or stop a transfer from inside its callbacks, so these
 * only collect, and run_done() hands over when libcurl has returned. */

#include "net/client/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <sodium.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "net/api/backend_url.h"
#include "net/api/json.h"
#include "net/api/problem.h"
#include "net/client/loop.h"
#include "net/client/timer.h"
#include "net/client/trust.h"

#define CONNECT_TIMEOUT_MS 5000
#define RETRY_AFTER_MAX_S 3600

struct http_call {
    struct http_call *next; /* http::calls */
    struct http *http;
    CURL *easy;
    struct curl_slist *headers;
    char *body; /* of the request */
    size_t body_len;
    struct buf answer; /* whole, or a stream's pieces that wait to be handed over */
    size_t limit;
    bool too_large;
    bool stream;
    bool open; /* the stream's head was handed over */
    bool finished;
    bool stopped; /* while its own handler runs */
    CURLcode result;
    http_data_fn *data;
    http_done_fn *done;
    void *arg;
};

struct http {
    char *base;
    char *ca; /* PEM; NULL = the system's */
    CURLM *multi;
    struct timer timer;
    struct http_call *calls;
    bool is_local;
    bool running; /* run_done is at work: calls are freed by it */
};

static void run_done(struct http *h);

static void act(struct http *h, curl_socket_t fd, int flags)
{
    int mask = (flags & FD_READ ? CURL_CSELECT_IN : 0) | (flags & FD_WRITE ? CURL_CSELECT_OUT : 0) |
               (flags & FD_EXCEPT ? CURL_CSELECT_ERR : 0);
    int running;
    curl_multi_socket_action(h->multi, fd, mask, &running);
    run_done(h);
}

/* What the loop needs to know for one socket. */
struct watch {
    struct http *http;
    curl_socket_t fd;
};

static void on_socket(int flags, void *arg)
{
    const struct watch w = *(struct watch *)arg;
    act(w.http, w.fd, flags);
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
    (void)easy;
    struct http *h = arg;
    struct watch *w = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        fd_close(fd);
        free(w);
        curl_multi_assign(h->multi, fd, NULL);
        return 0;
    }
    if (!w) {
        w = malloc(sizeof *w);
        if (!w)
            return -1;
        *w = (struct watch){h, fd};
        curl_multi_assign(h->multi, fd, w);
    }
    int flags = (what & CURL_POLL_IN ? FD_READ : 0) | (what & CURL_POLL_OUT ? FD_WRITE : 0);
    return fd_listen(fd, flags, on_socket, w) ? -1 : 0;
}

static void on_timer(void *arg)
{
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM *multi, long timeout_ms, void *arg)
{
    (void)multi;
    struct http *h = arg;
    if (timeout_ms < 0)
        timer_cancel(&h->timer);
    else
        timer_start(&h->timer, timeout_ms, on_timer, h);
    return 0;
}

static size_t collect(char *bytes, size_t size, size_t n, void *arg)
{
    struct http_call *c = arg;
    size_t len = size * n;
    if (c->answer.len + len > c->limit) {
        c->too_large = true;
        return 0;
    }
    buf_add(&c->answer, bytes, len);
    return c->answer.failed ? 0 : len;
}

static void free_call(struct http_call *c)
{
    if (c->easy) {
        curl_multi_remove_handle(c->http->multi, c->easy);
        curl_easy_cleanup(c->easy);
    }
    for (struct curl_slist *s = c->headers; s; s = s->next)
        sodium_memzero(s->data, strlen(s->data));
    curl_slist_free_all(c->headers);
    if (c->body)
        sodium_memzero(c->body, c->body_len);
    free(c->body);
    buf_free(&c->answer);
    free(c);
}

static void unlink_call(struct http_call *c)
{
    struct http_call **at = &c->http->calls;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
}

/* --- what an answer means --- */

static void not_reached(struct http_reply *r, const char *why, const char *detail)
{
    r->code = ERR_UNAVAILABLE;
    r->is_transport = true;
    r->why = why;
    err_set(&r->err, r->code, "%s", why ? why : N_("The backend is not reachable. Please wait."));
    err_detail(&r->err, "%s", detail);
}

static bool is_media(const char *have, const char *want)
{
    size_t len = strlen(want);
    return have && strncasecmp(have, want, len) == 0 &&
           (have[len] == '\0' || have[len] == ';' || have[len] == ' ');
}

/* An answer is ours when it is a problem with one of our types. Anything else that is no success
 * comes from something in between: trying again is right. */
static void read_problem(struct http_reply *r, const char *media)
{
    static const char prefix[] = "/problems/";
    CLEANUP_JSON cJSON *j = NULL;
    const char *type = "";
    if (is_media(media, "application/problem+json") &&
        json_parse(r->body, r->len, &json_limits_api, &j, NULL) == ERR_OK)
        type = json_str(j, "type", "");
    if (strncmp(type, prefix, sizeof prefix - 1) != 0) {
        not_reached(r, r->status < 400 ? trust_not_ours : NULL, "");
        err_detail(&r->err, "status %d without a problem of ours", r->status);
        return;
    }
    problem_read(j, r->status, &r->err);
    r->code = r->err.code == ERR_OK ? ERR_INTERNAL : r->err.code;
    int64_t version = json_int(j, "version", -1);
    r->has_version = version >= 0 && version <= 1000000000;
    r->version = r->has_version ? (unsigned)version : 0;
    const int64_t position = json_int(j, "position", 0);
    r->position = position > 0 && position <= 1000000 ? (unsigned)position : 0;
}

/* In seconds, or as a date, which libcurl takes from our clock: that may be wrong by anything. */
static int64_t retry_after(CURL *easy)
{
    curl_off_t s = 0;
    if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &s) != CURLE_OK || s <= 0)
        return 0;
    return s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S;
}

static void read_reply(struct http_call *c, struct http_reply *r)
{
    char *media = NULL;
    long status = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &media);
    r->status = (int)status;
    r->body = buf_text(&c->answer);
    r->len = c->answer.len;
    r->retry_after_s = retry_after(c->easy);
    if (c->too_large)
        not_reached(r, trust_not_ours, "the answer is too large");
    else if (c->result != CURLE_OK)
        not_reached(r, trust_why(c->easy, c->result), curl_easy_strerror(c->result));
    else if (status < 200 || status > 299)
        read_problem(r, media);
    else if (!c->stream && r->len && !is_media(media, "application/json") &&
             !is_media(media, "application/fhir+json"))
        not_reached(r, trust_not_ours, "the answer is no JSON");
}

static bool stream_is_good(struct http_call *c)
{
    char *media = NULL;
    long status = 0;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &media);
    return status == 200 && is_media(media, "text/event-stream");
}

/* Hand a stream's pieces over. What is no event stream is kept as the body of a problem. */
static void hand_over(struct http_call *c)
{
    if (!c->answer.len || (!c->open && !stream_is_good(c)))
        return;
    if (!c->open) {
        c->open = true;
        c->data(NULL, 0, c->arg);
    }
    struct buf piece = c->answer;
    c->answer = (struct buf){0};
    if (!c->stopped)
        c->data(buf_text(&piece), piece.len, c->arg);
    buf_free(&piece);
}

static void finish_call(struct http_call *c)
{
    struct http_reply r = {0};
    read_reply(c, &r);
    if (!c->stopped)
        c->done(&r, c->arg);
}

/* Handlers may start and stop calls: after each one the list is looked at afresh. */
static void run_done(struct http *h)
{
    if (h->running)
        return;
    CURLMsg *msg;
    int left;
    while ((msg = curl_multi_info_read(h->multi, &left))) {
        struct http_call *c = NULL;
        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&c);
        c->finished = true;
        c->result = msg->data.result;
    }
    h->running = true;
    struct http_call *c = h->calls;
    while (c) {
        if (c->stream && !c->stopped)
            hand_over(c);
        if (c->finished && !c->stopped) {
            finish_call(c);
            c->stopped = true;
        }
        if (c->stopped) {
            unlink_call(c);
            free_call(c);
            c = h->calls;
        } else {
            c = c->next;
        }
    }
    h->running = false;
}

/* --- making calls --- */

static bool add_header(struct http_call *c, const char *name, const char *value)
{
    struct buf b = {0};
    buf_printf(&b, "%s: %s", name, value);
    struct curl_slist *more = b.failed ? NULL : curl_slist_append(c->headers, b.data);
    if (more)
        c->headers = more;
    buf_free(&b);
    return more != NULL;
}

static bool set_headers(struct http_call *c, const struct http_request *req)
{
    char bearer[512];
    snprintf(bearer, sizeof bearer, "Bearer %s", req->token ? req->token : "");
    bool ok = add_header(c, "Accept", req->accept ? req->accept : "application/json") &&
              (!req->token || add_header(c, "Authorization", bearer)) &&
              (!req->key || add_header(c, "Idempotency-Key", req->key)) &&
              (!req->last_event_id || add_header(c, "Last-Event-ID", req->last_event_id)) &&
              (!req->body || add_header(c, "Content-Type", "application/json"));
    sodium_memzero(bearer, sizeof bearer);
    /* An empty Expect keeps libcurl from waiting for "100 Continue". */
    struct curl_slist *more = ok ? curl_slist_append(c->headers, "Expect:") : NULL;
    if (more)
        c->headers = more;
    return more != NULL;
}

static bool set_options(struct http_call *c, const struct http_request *req)
{
    struct http *h = c->http;
    CURL *e = c->easy;
    CLEANUP_BUF struct buf url = {0};
    buf_printf(&url, "%s%s", h->base, req->path);
    bool ok = !url.failed && curl_easy_setopt(e, CURLOPT_URL, url.data) == CURLE_OK;
    ok = ok && curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, req->method) == CURLE_OK;
    ok = ok && curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    ok = ok && trust_set(e, h->ca);
    curl_easy_setopt(e, CURLOPT_PRIVATE, c);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    /* Otherwise letting go of a call waits for the name server. */
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, req->timeout_ms);
    if (req->idle_s) {
        curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, req->idle_s);
    }
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
    ok = ok && curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers) == CURLE_OK;
    ok = ok && curl_easy_setopt(e, CURLOPT_USERAGENT, "pupitre/" PUPITRE_VERSION) == CURLE_OK;
    if (h->is_local)
        ok = ok && curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK;
    if (c->body) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, c->body);
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body_len);
    } else if (strcmp(req->method, "POST") == 0) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, "");
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
    }
    return ok;
}

struct http_call *http_start(struct http *h, const struct http_request *req, http_data_fn *data,
                             http_done_fn *done, void *arg)
{
    struct http_call *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct http_call){.http = h,
                            .limit = req->body_limit,
                            .stream = data != NULL,
                            .data = data,
                            .done = done,
                            .arg = arg};
    c->easy = curl_easy_init();
    c->body = req->body ? strdup(req->body) : NULL;
    c->body_len = c->body ? strlen(c->body) : 0;
    if (!c->easy || (req->body && !c->body) || !set_headers(c, req) || !set_options(c, req) ||
        curl_multi_add_handle(h->multi, c->easy) != CURLM_OK) {
        free_call(c);
        return NULL;
    }
    c->next = h->calls;
    h->calls = c;
    return c;
}

struct http_call *http_stop(struct http_call *c)
{
    if (!c)
        return NULL;
    c->stopped = true;
    if (!c->http->running) {
        unlink_call(c);
        free_call(c);
    }
    return NULL;
}

/* --- the whole --- */

enum err_code http_new(struct http **ret, const char *base, const char *ca, struct err *err)
{
    bool is_local = false;
    enum err_code code = backend_url_check(base, false, &is_local, err);
    if (code != ERR_OK)
        return code;
    struct http *h = calloc(1, sizeof *h);
    if (!h)
        return err_set(err, ERR_NOMEM, NULL);
    h->is_local = is_local;
    timer_init(&h->timer);
    h->base = strdup(base);
    h->ca = ca ? strdup(ca) : NULL;
    h->multi = curl_multi_init();
    if (!h->base || (ca && !h->ca) || !h->multi) {
        http_free(h);
        return err_set(err, ERR_NOMEM, NULL);
    }
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    *ret = h;
    return ERR_OK;
}

struct http *http_free(struct http *h)
{
    if (!h)
        return NULL;
    while (h->calls)
        http_stop(h->calls);
    timer_cancel(&h->timer);
    if (h->multi)
        curl_multi_cleanup(h->multi);
    timer_deinit(&h->timer);
    free(h->base);
    free(h->ca);
    free(h);
    return NULL;
}
