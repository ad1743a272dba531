/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/telephone.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/bench/figure.h"
#include "tests/harness/die.h"

#define CALLS_MAX 10000
#define LOOK_MS 50

struct telephone {
    int fd, port;
    bool busy, quit;
    double called_s[CALLS_MAX];
    size_t calls; /* with quit and called_s under the mutex */
    char last[128];
    pthread_mutex_t mutex;
    pthread_cond_t called;
    pthread_t thread;
};

/* The header's lines as they came. */
static void copy_header(struct buf *b, const char *message, const char *name)
{
    const size_t len = strlen(name);
    for (const char *at = strstr(message, "\r\n"); at && at[2] != '\r'; at = strstr(at + 2, "\r\n"))
        if (strncasecmp(at + 2, name, len) == 0 && at[2 + len] == ':')
            buf_add(b, at + 2, strcspn(at + 2, "\r") + 2);
}

static void reply(struct telephone *t, const char *request, const char *status, bool session,
                  const struct sockaddr_in *to)
{
    CLEANUP_BUF struct buf b = {0};
    char sdp[256] = "";
    if (session)
        (void)snprintf(sdp, sizeof sdp,
                       "v=0\r\no=p 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                       "m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n");
    buf_printf(&b, "SIP/2.0 %s\r\n", status);
    copy_header(&b, request, "Via");
    copy_header(&b, request, "From");
    copy_header(&b, request, "To");
    if (!strstr(buf_text(&b), "To: ") || !strstr(strstr(buf_text(&b), "To: "), ";tag=")) {
        b.len -= 2;
        buf_str(&b, ";tag=peer\r\n");
    }
    copy_header(&b, request, "Call-ID");
    copy_header(&b, request, "CSeq");
    buf_printf(&b, "Contact: <sip:peer@127.0.0.1:%d>\r\n%sContent-Length: %zu\r\n\r\n%s", t->port,
               session ? "Content-Type: application/sdp\r\n" : "", strlen(sdp), sdp);
    (void)sendto(t->fd, b.data, b.len, 0, (const struct sockaddr *)to, sizeof *to);
}

static void take_call(struct telephone *t, const char *invite, double now_s)
{
    char id[128] = "";
    const char *at = strstr(invite, "\r\nCall-ID:");
    if (at)
        (void)snprintf(id, sizeof id, "%.*s", (int)strcspn(at + 10, "\r"), at + 10);
    pthread_mutex_lock(&t->mutex);
    if (strcmp(id, t->last) != 0 && t->calls < CALLS_MAX) { /* not one that was sent again */
        t->called_s[t->calls++] = now_s;
        (void)snprintf(t->last, sizeof t->last, "%s", id);
        pthread_cond_broadcast(&t->called);
    }
    pthread_mutex_unlock(&t->mutex);
}

static void answer(struct telephone *t, const char *request, double now_s,
                   const struct sockaddr_in *from)
{
    if (strncmp(request, "INVITE ", 7) == 0) {
        take_call(t, request, now_s);
        reply(t, request, t->busy ? "486 Busy Here" : "200 OK", !t->busy, from);
    } else if (strncmp(request, "SIP/", 4) != 0 && strncmp(request, "ACK ", 4) != 0) {
        reply(t, request, "200 OK", false, from);
    }
}

static bool is_over(struct telephone *t)
{
    pthread_mutex_lock(&t->mutex);
    const bool quit = t->quit;
    pthread_mutex_unlock(&t->mutex);
    return quit;
}

static void *run(void *arg)
{
    struct telephone *t = arg;
    char data[8192];
    while (!is_over(t)) {
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        if (poll(&p, 1, LOOK_MS) != 1)
            continue;
        const ssize_t n = recvfrom(t->fd, data, sizeof data - 1, 0, (struct sockaddr *)&from, &len);
        if (n <= 0)
            continue;
        data[n] = '\0';
        answer(t, data, figure_now_s(), &from);
    }
    return NULL;
}

struct telephone *telephone_new(int port, bool busy)
{
    const struct sockaddr_in here = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct telephone *t = calloc(1, sizeof *t);
    if (!t)
        die("telephone", "memory");
    t->port = port;
    t->busy = busy;
    t->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    (void)pthread_mutex_init(&t->mutex, NULL);
    (void)pthread_cond_init(&t->called, NULL);
    if (bind(t->fd, (const struct sockaddr *)&here, sizeof here) != 0 ||
        pthread_create(&t->thread, NULL, run, t) != 0)
        die("telephone", "its port");
    return t;
}

double telephone_called_s(struct telephone *t, size_t n, int deadline_ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += deadline_ms / 1000;
    pthread_mutex_lock(&t->mutex);
    while (t->calls < n && pthread_cond_timedwait(&t->called, &t->mutex, &until) == 0)
        ;
    const double at_s = t->calls >= n ? t->called_s[n - 1] : 0;
    pthread_mutex_unlock(&t->mutex);
    return at_s;
}

size_t telephone_calls(struct telephone *t)
{
    pthread_mutex_lock(&t->mutex);
    const size_t n = t->calls;
    pthread_mutex_unlock(&t->mutex);
    return n;
}

struct telephone *telephone_free(struct telephone *t)
{
    if (!t)
        return NULL;
    pthread_mutex_lock(&t->mutex);
    t->quit = true;
    pthread_mutex_unlock(&t->mutex);
    (void)pthread_join(t->thread, NULL);
    (void)close(t->fd);
    (void)pthread_cond_destroy(&t->called);
    (void)pthread_mutex_destroy(&t->mutex);
    free(t);
    return NULL;
}
