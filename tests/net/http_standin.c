/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's stand-in (see the header). One thread accepts, one serves each connection. */

#include "http_standin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RULES 64
#define CONNECTIONS 128
#define REQUEST_MAX 65536

struct rule {
    const char *what;
    enum standin_how how;
    int status;
    const char *type;
    const char *text;
    unsigned count;
    char last[REQUEST_MAX];
};

struct standin {
    pthread_mutex_t mutex;
    pthread_t acceptor;
    int port;
    int listener;
    int stop[2]; /* closed to end every thread's waiting */
    struct rule rules[RULES];
    size_t n_rules;
    pthread_t threads[CONNECTIONS];
    int fds[CONNECTIONS];
    size_t n;
};

struct connection {
    struct standin *standin;
    int fd;
    int stop;
};

static void send_all(int fd, const char *text, size_t len, size_t step)
{
    while (len) {
        size_t piece = step && step < len ? step : len;
        ssize_t n = send(fd, text, piece, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

/* Wait until the other side, or the test, ends it. */
static void hang(const struct connection *c)
{
    char byte;
    struct pollfd fds[] = {
        {c->fd,   POLLIN, 0},
        {c->stop, POLLIN, 0}
    };
    while (poll(fds, 2, -1) > 0 && !fds[1].revents && recv(c->fd, &byte, 1, 0) > 0)
        ;
}

static size_t body_length(const char *head)
{
    const char *p = strcasestr(head, "\r\nContent-Length:");
    return p ? (size_t)strtoul(p + 17, NULL, 10) : 0;
}

/* A whole request into buf; false when the connection ended. */
static bool read_request(const struct connection *c, char *buf)
{
    size_t have = 0;
    struct pollfd fds[] = {
        {c->fd,   POLLIN, 0},
        {c->stop, POLLIN, 0}
    };
    for (;;) {
        buf[have] = '\0';
        const char *end = strstr(buf, "\r\n\r\n");
        if (end && have >= (size_t)(end - buf) + 4 + body_length(buf))
            return true;
        if (poll(fds, 2, -1) <= 0 || fds[1].revents)
            return false;
        ssize_t n = recv(c->fd, buf + have, REQUEST_MAX - 1 - have, 0);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
}

static struct rule *find(struct standin *s, const char *what, size_t len)
{
    for (size_t i = 0; i < s->n_rules; i++)
        if (strlen(s->rules[i].what) == len && strncmp(s->rules[i].what, what, len) == 0)
            return &s->rules[i];
    return NULL;
}

/* False: the connection ends. */
static bool answer(const struct connection *c, const char *request)
{
    struct standin *s = c->standin;
    struct rule rule = {.how = STANDIN_ANSWER, .status = 404, .type = "text/html", .text = "no"};
    size_t len =
        strcspn(strchr(request, ' ') + 1, " ") + (size_t)(strchr(request, ' ') - request) + 1;
    pthread_mutex_lock(&s->mutex);
    struct rule *r = find(s, request, len);
    if (r) {
        r->count++;
        snprintf(r->last, sizeof r->last, "%s", request);
        rule.how = r->how;
        rule.status = r->status;
        rule.type = r->type;
        rule.text = r->text;
    }
    pthread_mutex_unlock(&s->mutex);
    char head[512];
    bool stream = rule.how == STANDIN_STREAM || rule.how == STANDIN_CUT;
    int n = stream ? snprintf(head, sizeof head,
                              "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                   : snprintf(head, sizeof head,
                              "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                              rule.status, rule.type, strlen(rule.text));
    size_t step = rule.how == STANDIN_DRIP ? 1 : 0;
    if (rule.how == STANDIN_HANG)
        hang(c);
    else if (rule.how != STANDIN_CLOSE && rule.how != STANDIN_RAW)
        send_all(c->fd, head, (size_t)n, step);
    if (rule.how != STANDIN_CLOSE && rule.how != STANDIN_HANG)
        send_all(c->fd, rule.text, strlen(rule.text), step);
    if (rule.how == STANDIN_STREAM)
        hang(c);
    return rule.how == STANDIN_ANSWER || rule.how == STANDIN_DRIP;
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    char *request = malloc(REQUEST_MAX);
    while (request && read_request(c, request) && answer(c, request))
        ;
    shutdown(c->fd, SHUT_RDWR);
    free(request);
    free(c);
    return NULL;
}

static void *accept_all(void *arg)
{
    struct standin *s = arg;
    struct pollfd fds[] = {
        {s->listener, POLLIN, 0},
        {s->stop[0],  POLLIN, 0}
    };
    while (poll(fds, 2, -1) > 0 && !fds[1].revents) {
        int fd = accept(s->listener, NULL, NULL);
        struct connection *c = malloc(sizeof *c);
        if (fd < 0 || !c || s->n == CONNECTIONS) {
            free(c);
            if (fd >= 0)
                close(fd);
            continue;
        }
        *c = (struct connection){s, fd, s->stop[0]};
        s->fds[s->n] = fd;
        pthread_create(&s->threads[s->n++], NULL, serve, c);
    }
    return NULL;
}

void standin_up(struct standin *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)s->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int on = 1;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s->listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(s->listener, 16) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&at, &len) != 0 || pipe(s->stop) != 0)
        abort();
    s->port = ntohs(at.sin_port);
    pthread_create(&s->acceptor, NULL, accept_all, s);
}

void standin_down(struct standin *s)
{
    if (s->listener < 0)
        return;
    close(s->stop[1]);
    pthread_join(s->acceptor, NULL);
    close(s->listener);
    s->listener = -1;
    for (size_t i = 0; i < s->n; i++) {
        shutdown(s->fds[i], SHUT_RDWR);
        pthread_join(s->threads[i], NULL);
        close(s->fds[i]);
    }
    s->n = 0;
    close(s->stop[0]);
}

struct standin *standin_new(void)
{
    struct standin *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    pthread_mutex_init(&s->mutex, NULL);
    standin_up(s);
    return s;
}

struct standin *standin_free(struct standin *s)
{
    standin_down(s);
    pthread_mutex_destroy(&s->mutex);
    free(s);
    return NULL;
}

int standin_port(const struct standin *s)
{
    return s->port;
}

void standin_set(struct standin *s, const char *what, enum standin_how how, int status,
                 const char *type, const char *text)
{
    pthread_mutex_lock(&s->mutex);
    struct rule *r = find(s, what, strlen(what));
    if (!r)
        r = &s->rules[s->n_rules++];
    r->what = what;
    r->how = how;
    r->status = status;
    r->type = type;
    r->text = text;
    pthread_mutex_unlock(&s->mutex);
}

unsigned standin_count(struct standin *s, const char *what)
{
    pthread_mutex_lock(&s->mutex);
    struct rule *r = find(s, what, strlen(what));
    unsigned count = r ? r->count : 0;
    pthread_mutex_unlock(&s->mutex);
    return count;
}

void standin_last(struct standin *s, const char *what, char *ret, size_t size)
{
    pthread_mutex_lock(&s->mutex);
    struct rule *r = find(s, what, strlen(what));
    snprintf(ret, size, "%s", r ? r->last : "");
    pthread_mutex_unlock(&s->mutex);
}
