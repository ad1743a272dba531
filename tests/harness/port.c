/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Linux gives clients 32768 and above. */
enum {
    FIRST = 10240,
    LAST = 32000,
    TRIES = 500,
};

static bool is_free(int port, int type)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

/* A mark in the kernel's abstract namespace, until this program ends, that the slot is ours: others
 * who look before anybody listens there would take it, too. */
static bool take(int port)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int n = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1, "pupitre-test-port-%d", port);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&addr,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) == 0)
        return true; /* it stays open */
    if (fd >= 0)
        (void)close(fd);
    return false;
}

int port_free(int span)
{
    for (int i = 0; i < TRIES; i++) {
        unsigned random;
        if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
            break;
        /* Even, because RTP is, and in steps that keep two askers apart. */
        int port = FIRST + (int)(random % ((LAST - FIRST) / 20)) * 20;
        if (!take(port))
            continue;
        int n = 0;
        while (n < span && is_free(port + n, SOCK_STREAM) && is_free(port + n, SOCK_DGRAM))
            n++;
        if (n == span)
            return port;
    }
    (void)fprintf(stderr, "port: %d free ports in a row not found\n", span);
    exit(99);
}
