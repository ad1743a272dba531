/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/harness/die.h"

void load_allow_files(size_t n)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        die("load", "getrlimit");
    if (limit.rlim_cur >= n)
        return;
    limit.rlim_cur = n;
    if (limit.rlim_max < n)
        limit.rlim_max = n;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        die("load", "not so many open files are allowed here");
}

void load_connect(struct load_connection *c, int port)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    *c = (struct load_connection){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&to, sizeof to) != 0 ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
        die("load", "connect");
}

void load_close(struct load_connection *c)
{
    (void)close(c->fd);
    buf_free(&c->in);
}

void load_send(struct load_connection *c, const char *method, const char *path, const char *token,
               const char *key, const char *body)
{
    CLEANUP_BUF struct buf out = {0};
    buf_printf(&out, "%s %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n", method, path,
               token);
    if (key)
        buf_printf(&out, "Idempotency-Key: %s\r\n", key);
    if (body)
        buf_printf(&out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
    buf_printf(&out, "\r\n%s", body ? body : "");
    buf_clear(&c->in);
    /* Small against the socket's buffer, and nothing else is under way. */
    if (out.failed || send(c->fd, out.data, out.len, MSG_NOSIGNAL) != (ssize_t)out.len)
        die("load", "send");
}

bool load_read(struct load_connection *c)
{
    char block[16384];
    for (;;) {
        const ssize_t n = recv(c->fd, block, sizeof block, 0);
        if (n > 0) {
            buf_add(&c->in, block, (size_t)n);
            if ((size_t)n < sizeof block)
                return true;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else {
            return n < 0 && errno == EAGAIN;
        }
    }
}

bool load_answer(struct load_connection *c, int *ret_status, const char **ret_body)
{
    const char *text = buf_text(&c->in);
    const char *end = strstr(text, "\r\n\r\n");
    if (!end)
        return false;
    const char *length = strcasestr(text, "\r\nContent-Length:");
    const size_t need =
        length && length < end ? strtoul(length + sizeof "\r\nContent-Length:" - 1, NULL, 10) : 0;
    *ret_body = end + 4;
    *ret_status = strncmp(text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(text + 9, NULL, 10) : 0;
    return c->in.len - (size_t)(*ret_body - text) >= need;
}
