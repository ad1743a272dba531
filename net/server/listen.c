/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, their text, and sockets that listen there. */

#include "net/server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

/* All that an 08:00 brings while the loop is at something else. */
#define BACKLOG 1024

static bool parse_ip(const char *text, size_t len, uint16_t port, struct listen_address *ret)
{
    char ip[INET6_ADDRSTRLEN];
    struct listen_address a = {0};
    const bool is_v6 = len > 2 && text[0] == '[' && text[len - 1] == ']';
    if (is_v6) {
        text++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof ip)
        return false;
    memcpy(ip, text, len);
    ip[len] = '\0';
    if (is_v6)
        a.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
    else
        a.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(a.any.sa_family, ip, is_v6 ? (void *)&a.v6.sin6_addr : &a.v4.sin_addr) != 1)
        return false;
    *ret = a;
    return true;
}

static bool parse_one(const char *text, size_t len, struct listen_address *ret)
{
    size_t colon = len;
    int64_t port;
    while (colon > 0 && text[colon - 1] != ':')
        colon--;
    return colon > 0 && text_to_int(text + colon, len - colon, 0, 65535, &port) &&
           parse_ip(text, colon - 1, (uint16_t)port, ret);
}

bool listen_parse(const char *text, struct listen_list *ret)
{
    struct listen_list list = {0};
    for (const char *at = text;;) {
        const size_t len = strcspn(at, ",");
        if (list.n == LISTEN_MAX || !parse_one(at, len, &list.at[list.n++]))
            return false;
        if (!at[len])
            break;
        at += len + 1;
    }
    *ret = list;
    return true;
}

bool listen_is_loopback(const struct listen_address *a)
{
    if (a->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
    return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

uint16_t listen_port(const struct listen_address *a)
{
    return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

void listen_print(const struct listen_address *a, char ret[LISTEN_TEXT_SIZE])
{
    char ip[INET6_ADDRSTRLEN] = "";
    const bool is_v6 = a->any.sa_family == AF_INET6;
    (void)inet_ntop(a->any.sa_family,
                    is_v6 ? (const void *)&a->v6.sin6_addr : (const void *)&a->v4.sin_addr, ip,
                    sizeof ip);
    snprintf(ret, LISTEN_TEXT_SIZE, is_v6 ? "[%s]:%u" : "%s:%u", ip, (unsigned)listen_port(a));
}

/* SO_REUSEADDR, as a restart needs; never SO_REUSEPORT, with which a second pupitred of the same
 * user would share the address and take every other connection. */
static bool prepare(int fd, struct listen_address *a)
{
    const int yes = 1;
    socklen_t len = a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
           (a->any.sa_family != AF_INET6 ||
            setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes) == 0) &&
           bind(fd, &a->any, len) == 0 && listen(fd, BACKLOG) == 0 &&
           getsockname(fd, &a->any, &len) == 0;
}

enum err_code listen_open(struct listen_address *a, int *ret_fd, struct err *err)
{
    struct listen_address bound = *a;
    const int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || !prepare(fd, &bound)) {
        const int why = errno;
        char text[LISTEN_TEXT_SIZE];
        listen_print(a, text);
        if (fd >= 0)
            close(fd);
        return err_set(err, ERR_IO, "%s cannot be listened on: %s", text,
                       why == EADDRINUSE ? "another program has this address" : strerror(why));
    }
    *a = bound;
    *ret_fd = fd;
    return ERR_OK;
}
