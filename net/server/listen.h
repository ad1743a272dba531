/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where pupitred listens: addresses with ports, IPv4 and IPv6. */

#include <stdbool.h>
#include <stdint.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "core/err.h"

#define LISTEN_MAX 4
#define LISTEN_TEXT_SIZE (INET6_ADDRSTRLEN + 9) /* "[address]:65535", NUL */

struct listen_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
};

struct listen_list {
    unsigned n;
    struct listen_address at[LISTEN_MAX];
};

/* "127.0.0.1:8080", "[::1]:8080", or up to LISTEN_MAX of them with commas between; addresses in
 * numbers, port 0 = any free one. False leaves *ret. */
bool listen_parse(const char *text, struct listen_list *ret);

/* Does it reach nobody but this machine? 127.0.0.0/8 and ::1. */
bool listen_is_loopback(const struct listen_address *a);
uint16_t listen_port(const struct listen_address *a);
void listen_print(const struct listen_address *a, char ret[LISTEN_TEXT_SIZE]);

/* Open a socket that listens, and fill in the port that was chosen. An IPv6 address takes IPv6 only
 * ("[::]" and "0.0.0.0" may stand side by side). ERR_IO names the address. The socket is the
 * caller's. */
enum err_code listen_open(struct listen_address *a, int *ret_fd, struct err *err) MUSTCHECK;
