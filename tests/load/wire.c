/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

void wire_init(struct wire *w, int epoll_fd, bool stream, void *owner)
{
    *w = (struct wire){.fd = -1, .epoll_fd = epoll_fd, .stream = stream, .owner = owner};
}

void wire_deinit(struct wire *w)
{
    wire_close(w);
    buf_free(&w->out);
    buf_free(&w->in);
    buf_free(&w->body);
}

bool wire_is_open(const struct wire *w)
{
    return w->fd >= 0;
}

void wire_close(struct wire *w)
{
    if (w->fd >= 0)
        (void)close(w->fd);
    w->fd = -1;
    w->connected = w->head_done = w->wants_out = false;
    w->sent = w->chunk_left = 0;
    buf_clear(&w->out);
    buf_clear(&w->in);
    buf_clear(&w->body);
}

static void watch(struct wire *w, int how, bool out)
{
    struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = w};
    w->wants_out = out;
    (void)epoll_ctl(w->epoll_fd, how, w->fd, &e);
}

static void reach(struct wire *w, int port)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    wire_close(w);
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (w->fd < 0)
        return;
    (void)setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* Refused at once is told by epoll, too. */
    if (connect(w->fd, (const struct sockaddr *)&to, sizeof to) == 0)
        w->connected = true;
    watch(w, EPOLL_CTL_ADD, true);
}

/* False: broken. */
static bool flush(struct wire *w)
{
    while (w->sent < w->out.len) {
        const ssize_t n = send(w->fd, w->out.data + w->sent, w->out.len - w->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n <= 0)
            return false;
        w->sent += (size_t)n;
    }
    const bool left = w->sent < w->out.len;
    if (left != w->wants_out)
        watch(w, EPOLL_CTL_MOD, left);
    return true;
}

void wire_ask(struct wire *w, int port, const char *method, const char *path, const char *token,
              const char *key, const char *more, const char *body)
{
    if (!wire_is_open(w))
        reach(w, port);
    buf_clear(&w->out);
    buf_clear(&w->in);
    w->sent = 0;
    w->head_done = false;
    buf_printf(&w->out, "%s %s HTTP/1.1\r\nHost: pupitred\r\n", method, path);
    if (token)
        buf_printf(&w->out, "Authorization: Bearer %s\r\n", token);
    if (key)
        buf_printf(&w->out, "Idempotency-Key: %s\r\n", key);
    if (more)
        buf_str(&w->out, more);
    if (body)
        buf_printf(&w->out, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                   strlen(body));
    buf_printf(&w->out, "\r\n%s", body ? body : "");
    if (w->connected)
        (void)flush(w); /* broken: told by epoll */
}

/* Read what has come. False: closed by the other side. */
static bool take_in(struct wire *w)
{
    char block[16384];
    for (;;) {
        const ssize_t n = recv(w->fd, block, sizeof block, 0);
        if (n > 0)
            buf_add(&w->in, block, (size_t)n);
        else if (n < 0 && errno == EINTR)
            continue;
        else
            return n < 0 && errno == EAGAIN;
    }
}

static const char *head_end(const struct wire *w)
{
    return strstr(buf_text(&w->in), "\r\n\r\n");
}

static void read_status(struct wire *w)
{
    const char *text = buf_text(&w->in);
    w->status = strncmp(text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(text + 9, NULL, 10) : 0;
}

static bool is_complete(struct wire *w)
{
    const char *end = head_end(w);
    if (!end)
        return false;
    const char *length = strcasestr(buf_text(&w->in), "\r\nContent-Length:");
    const size_t need = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    read_status(w);
    return w->in.len - (size_t)(end + 4 - w->in.data) >= need;
}

/* Move whole chunks, and what is there of the last one, from `in` to `body`. */
static void decode(struct wire *w)
{
    for (;;) {
        if (w->chunk_left > 2) {
            const size_t most = w->chunk_left - 2;
            const size_t n = w->in.len < most ? w->in.len : most;
            buf_add(&w->body, w->in.data, n);
            buf_drop(&w->in, n);
            w->chunk_left -= n;
        }
        if (w->chunk_left > 2 || w->in.len < w->chunk_left)
            return;
        buf_drop(&w->in, w->chunk_left); /* the line end after it */
        w->chunk_left = 0;
        const char *line = strstr(buf_text(&w->in), "\r\n");
        if (!line)
            return;
        const size_t size = strtoul(w->in.data, NULL, 16);
        buf_drop(&w->in, (size_t)(line + 2 - w->in.data));
        if (size == 0)
            return;
        w->chunk_left = size + 2;
    }
}

static enum wire_news stream_news(struct wire *w)
{
    const size_t before = w->body.len;
    if (!w->head_done) {
        const char *end = head_end(w);
        if (!end)
            return WIRE_NOTHING;
        read_status(w);
        if (w->status != 200)
            return is_complete(w) ? WIRE_ANSWER : WIRE_NOTHING;
        w->head_done = true;
        buf_drop(&w->in, (size_t)(end + 4 - w->in.data));
    }
    decode(w);
    return w->body.len > before ? WIRE_DATA : WIRE_NOTHING;
}

enum wire_news wire_on(struct wire *w, uint32_t events)
{
    if (w->fd < 0)
        return WIRE_NOTHING; /* closed since epoll spoke */
    bool good = true;
    if (events & EPOLLOUT) {
        w->connected = w->connected || !(events & (EPOLLERR | EPOLLHUP));
        good = w->connected && flush(w);
    }
    if (good && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)))
        good = take_in(w);
    /* What came before the end counts. */
    const enum wire_news news = w->stream        ? stream_news(w)
                                : w->in.len == 0 ? WIRE_NOTHING
                                : is_complete(w) ? WIRE_ANSWER
                                                 : WIRE_NOTHING;
    if (good || news != WIRE_NOTHING) {
        if (!good) { /* the next request goes over a new one */
            (void)close(w->fd);
            w->fd = -1;
            w->connected = false;
        }
        return news;
    }
    wire_close(w);
    return WIRE_BROKEN;
}

const char *wire_body(const struct wire *w)
{
    const char *end = head_end(w);
    return end ? end + 4 : "";
}
