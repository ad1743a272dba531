/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
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

int port_free(int span)
{
    for (int i = 0; i < TRIES; i++) {
        unsigned random;
        if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
            break;
        /* Even, because RTP is, and in steps that keep two askers apart. */
        int port = FIRST + (int)(random % ((LAST - FIRST) / 20)) * 20;
        int n = 0;
        while (n < span && is_free(port + n, SOCK_STREAM) && is_free(port + n, SOCK_DGRAM))
            n++;
        if (n == span)
            return port;
    }
    (void)fprintf(stderr, "port: %d free ports in a row not found\n", span);
    exit(99);
}
