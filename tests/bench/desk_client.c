/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/desk_client.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "tests/harness/deadline.h"
#include "tests/harness/die.h"
#include "tests/harness/tmpdir.h"

#define DEADLINE_MS 20000

struct desk_client {
    int fd;
    unsigned id;   /* of the last request */
    unsigned call; /* of the last dial */
    long long before_ms;
    uint64_t bytes;
    char data[2 * 65536];
    size_t len;  /* bytes in data */
    size_t used; /* of them, the line that was read last */
};

static void connect_to(struct desk_client *c, const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    const int64_t until = deadline_now_ms() + DEADLINE_MS;
    (void)snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    do {
        c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(c->fd, (const struct sockaddr *)&a, sizeof a) == 0)
            return;
        (void)close(c->fd);
        (void)poll(NULL, 0, 10);
    } while (deadline_left(until) > 0);
    die("desk_client", path);
}

/* The next line, without its end; borrowed until the next one. */
static const char *next_line(struct desk_client *c)
{
    memmove(c->data, c->data + c->used, c->len - c->used);
    c->len -= c->used;
    for (;;) {
        char *end = memchr(c->data, '\n', c->len);
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        if (end) {
            *end = '\0';
            c->used = (size_t)(end + 1 - c->data);
            return c->data;
        }
        const ssize_t n = poll(&p, 1, DEADLINE_MS) == 1
                              ? recv(c->fd, c->data + c->len, sizeof c->data - c->len, 0)
                              : 0;
        if (n <= 0)
            die("desk_client", "the desk says nothing");
        c->len += (size_t)n;
        c->bytes += (size_t)n;
    }
}

/* Until a line that holds both texts. */
static const char *wait_line(struct desk_client *c, const char *text, const char *more)
{
    const char *line;
    do
        line = next_line(c);
    while (!strstr(line, text) || !strstr(line, more));
    return line;
}

static const char *ask(struct desk_client *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Its fields as JSON text; the answer. */
static const char *ask(struct desk_client *c, const char *fmt, ...)
{
    CLEANUP_BUF struct buf b = {0};
    char fields[1024], id[32];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(fields, sizeof fields, fmt, args);
    va_end(args);
    buf_printf(&b, "{\"v\":1,\"id\":\"%u\",%s}\n", ++c->id, fields);
    if (send(c->fd, b.data, b.len, MSG_NOSIGNAL) != (ssize_t)b.len)
        die("desk_client", "the desk is gone");
    c->bytes += b.len;
    (void)snprintf(id, sizeof id, "\"id\":\"%u\"", c->id);
    const char *answer = wait_line(c, id, "");
    if (!strstr(answer, "\"ok\":true"))
        die("desk_client", answer);
    return answer;
}

struct desk_client *desk_client_new(const char *dir, int sip_port)
{
    CLEANUP_FREE char *path = tmpdir_path(dir, "desk.sock");
    CLEANUP_FREE char *attach = tmpdir_path(dir, "attach");
    struct desk_client *c = calloc(1, sizeof *c);
    if (!c)
        die("desk_client", "memory");
    connect_to(c, path);
    CLEANUP_FREE char *token = tmpdir_read(attach);
    const char *hello = ask(c, "\"op\":\"hello\",\"attach\":\"%s\"", token ? token : "");
    const char *clock = strstr(hello, "\"clock_ms\":");
    c->before_ms = (clock ? strtoll(clock + 11, NULL, 10) : 0) + 24LL * 3600 * 1000;
    (void)ask(c,
              "\"op\":\"sign_in\",\"backend\":\"http://127.0.0.1:9\",\"agent_id\":\"agent-1\","
              "\"token\":\"t\",\"journal_key\":\"k\",\"aor\":\"sip:agent1@127.0.0.1\","
              "\"sip_secret\":\"\",\"outbound\":\"sip:127.0.0.1:%d\",\"register\":false,"
              "\"screen_grace_s\":60",
              sip_port);
    (void)wait_line(c, "\"event\":\"phone\"", "\"ready\"");
    return c;
}

void desk_client_dial(struct desk_client *c, const char *until_kind)
{
    char kind[64];
    (void)ask(c,
              "\"op\":\"dial\",\"call_id\":\"call-%u\",\"call_token\":\"t\","
              "\"number\":\"+32470000100\",\"uri\":\"sip:+32470000100@127.0.0.1\","
              "\"ring_limit_s\":30,\"before_ms\":%lld",
              ++c->call, c->before_ms);
    (void)snprintf(kind, sizeof kind, "\"kind\":\"%s\"", until_kind);
    (void)wait_line(c, "\"event\":\"call\"", kind);
}

void desk_client_end(struct desk_client *c)
{
    (void)ask(c, "\"op\":\"end\",\"call_id\":\"call-%u\"", c->call);
    (void)wait_line(c, "\"event\":\"call\"", "\"kind\":\"end\"");
}

uint64_t desk_client_bytes(const struct desk_client *c)
{
    return c->bytes;
}

struct desk_client *desk_client_free(struct desk_client *c)
{
    if (!c)
        return NULL;
    (void)close(c->fd);
    free(c);
    return NULL;
}
