/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTP request at a time (net/desk/http.h). */

#include "net/desk/http.h"

#include <re_types.h>

#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_tmr.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "core/buf.h"

#define CONNECT_S 5L
#define WHOLE_S 15L
#define BODY_MAX (16 * 1024)

struct desk_http {
    desk_http_done_fn *done;
    void *arg;
    CURLM *multi;
    CURL *easy; /* the request under way, or NULL */
    struct curl_slist *headers;
    struct buf body; /* of a get's answer */
    struct tmr timer;
};

static void finish(struct desk_http *h, long status)
{
    (void)curl_multi_remove_handle(h->multi, h->easy);
    curl_easy_cleanup(h->easy);
    curl_slist_free_all(h->headers);
    h->easy = NULL;
    h->headers = NULL;
    h->done(status, h->arg);
    if (!h->easy) /* done may have asked for more */
        buf_free(&h->body);
}

static void collect(struct desk_http *h)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));) {
        if (m->msg != CURLMSG_DONE || m->easy_handle != h->easy)
            continue;
        long status = 0;
        if (m->data.result == CURLE_OK)
            (void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
        finish(h, status);
    }
}

struct watch {
    struct desk_http *http;
    curl_socket_t fd;
};

static void on_socket_ready(int flags, void *arg)
{
    const struct watch *w = arg;
    struct desk_http *h = w->http;
    int running;
    (void)curl_multi_socket_action(h->multi, w->fd,
                                   ((flags & FD_READ) ? CURL_CSELECT_IN : 0) |
                                       ((flags & FD_WRITE) ? CURL_CSELECT_OUT : 0) |
                                       ((flags & FD_EXCEPT) ? CURL_CSELECT_ERR : 0),
                                   &running);
    collect(h);
}

/* libcurl wants a socket watched, differently, or no more. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    (void)easy;
    struct desk_http *h = arg;
    struct watch *w = known;
    if (what == CURL_POLL_REMOVE) {
        fd_close(fd);
        (void)curl_multi_assign(h->multi, fd, NULL);
        free(w);
        return 0;
    }
    if (!w && (w = malloc(sizeof *w))) {
        *w = (struct watch){h, fd};
        (void)curl_multi_assign(h->multi, fd, w);
    }
    const int flags = (what != CURL_POLL_OUT ? FD_READ : 0) | (what != CURL_POLL_IN ? FD_WRITE : 0);
    return !w || fd_listen(fd, flags, on_socket_ready, w) ? -1 : 0;
}

static void on_timer(void *arg)
{
    struct desk_http *h = arg;
    int running;
    (void)curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(h);
}

static int on_timeout_wanted(CURLM *multi, long ms, void *arg)
{
    (void)multi;
    struct desk_http *h = arg;
    if (ms < 0)
        tmr_cancel(&h->timer);
    else
        tmr_start(&h->timer, (uint64_t)ms, on_timer, h);
    return 0;
}

static size_t ignore_body(char *bytes, size_t size, size_t n, void *arg)
{
    (void)bytes;
    (void)arg;
    return size * n;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
    struct buf *body = arg;
    buf_add(body, bytes, size * n);
    return body->failed ? 0 : size * n; /* 0: libcurl gives up */
}

struct desk_http *desk_http_new(desk_http_done_fn *done, void *arg)
{
    struct desk_http *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    *h = (struct desk_http){.done = done, .arg = arg, .multi = curl_multi_init()};
    tmr_init(&h->timer);
    if (!h->multi)
        return desk_http_free(h);
    (void)curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    (void)curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timeout_wanted);
    (void)curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    return h;
}

static bool add_header(struct desk_http *h, const char *name, const char *value)
{
    CLEANUP_BUF struct buf b = {0};
    buf_printf(&b, "%s: %s", name, value);
    struct curl_slist *all = b.failed ? NULL : curl_slist_append(h->headers, buf_text(&b));
    if (all)
        h->headers = all;
    return all;
}

static bool set_trust(CURL *easy, const char *ca)
{
    bool ok = !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) &&
              !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) &&
              !curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!ok || !ca[0])
        return ok;
    struct curl_blob pem = {(void *)ca, strlen(ca), CURL_BLOB_COPY};
    return !curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &pem) &&
           !curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

/* What every request has; its own headers are in h->headers. */
static bool prepare(struct desk_http *h, const char *url, const char *ca, const char *token)
{
    CLEANUP_BUF struct buf bearer = {0};
    buf_printf(&bearer, "Bearer %s", token);
    return !bearer.failed && add_header(h, "Authorization", buf_text(&bearer)) &&
           !curl_easy_setopt(h->easy, CURLOPT_URL, url) &&
           !curl_easy_setopt(h->easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
           set_trust(h->easy, ca) && !curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->headers) &&
           !curl_easy_setopt(h->easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S) &&
           !curl_easy_setopt(h->easy, CURLOPT_TIMEOUT, WHOLE_S) &&
           !curl_easy_setopt(h->easy, CURLOPT_NOSIGNAL, 1L) &&
           /* Otherwise letting go waits for the name server, and the call with it. */
           !curl_easy_setopt(h->easy, CURLOPT_QUICK_EXIT, 1L);
}

static enum err_code begin(struct desk_http *h, bool ok, struct err *err)
{
    if (ok && !curl_multi_add_handle(h->multi, h->easy))
        return ERR_OK;
    curl_easy_cleanup(h->easy);
    curl_slist_free_all(h->headers);
    h->easy = NULL;
    h->headers = NULL;
    return err_set(err, ERR_NOMEM, NULL);
}

enum err_code desk_http_post(struct desk_http *h, const char *url, const char *ca,
                             const char *token, const char *key, const char *json, struct err *err)
{
    if (h->easy)
        return err_set(err, ERR_STATE, NULL);
    h->easy = curl_easy_init();
    const bool ok = h->easy && add_header(h, "Idempotency-Key", key) &&
                    add_header(h, "Content-Type", "application/json") &&
                    add_header(h, "Expect", "") && prepare(h, url, ca, token) &&
                    !curl_easy_setopt(h->easy, CURLOPT_COPYPOSTFIELDS, json) &&
                    !curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, ignore_body);
    return begin(h, ok, err);
}

enum err_code desk_http_get(struct desk_http *h, const char *url, const char *ca, const char *token,
                            struct err *err)
{
    if (h->easy)
        return err_set(err, ERR_STATE, NULL);
    buf_free(&h->body);
    h->body.limit = BODY_MAX;
    h->easy = curl_easy_init();
    const bool ok = h->easy && prepare(h, url, ca, token) &&
                    !curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, take_body) &&
                    !curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, &h->body);
    return begin(h, ok, err);
}

const struct buf *desk_http_body(const struct desk_http *h)
{
    return &h->body;
}

void desk_http_cancel(struct desk_http *h)
{
    if (!h->easy)
        return;
    (void)curl_multi_remove_handle(h->multi, h->easy);
    curl_easy_cleanup(h->easy);
    curl_slist_free_all(h->headers);
    h->easy = NULL;
    h->headers = NULL;
    buf_free(&h->body);
}

struct desk_http *desk_http_free(struct desk_http *h)
{
    if (!h)
        return NULL;
    desk_http_cancel(h);
    buf_free(&h->body);
    if (h->multi)
        (void)curl_multi_cleanup(h->multi);
    tmr_cancel(&h->timer);
    free(h);
    return NULL;
}
