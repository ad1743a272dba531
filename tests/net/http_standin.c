/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's stand-in (see the header). One thread accepts, one serves each connection. */

#include "http_standin.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
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
#define CRAWL_MS 100

static const char not_http[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
static const char flood[] = "x-more: of the same, without an end, as long as somebody reads it\r\n";

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
    gnutls_certificate_credentials_t secure; /* NULL = plain */
    pthread_t threads[CONNECTIONS];
    int fds[CONNECTIONS];
    size_t n;
};

struct connection {
    struct standin *standin;
    int fd;
    int stop;
    gnutls_session_t tls; /* NULL = plain */
};

static ssize_t send_some(const struct connection *c, const char *text, size_t len)
{
    return c->tls ? gnutls_record_send(c->tls, text, len) : send(c->fd, text, len, MSG_NOSIGNAL);
}

static ssize_t receive_some(const struct connection *c, char *bytes, size_t len)
{
    return c->tls ? gnutls_record_recv(c->tls, bytes, len) : recv(c->fd, bytes, len, 0);
}

/* True when the test ends the waiting. pause_ms: -1 = until there is something to read. */
static bool is_over(const struct connection *c, int pause_ms)
{
    struct pollfd fds[] = {
        {c->stop, POLLIN, 0},
        {c->fd,   POLLIN, 0}
    };
    return poll(fds, pause_ms < 0 ? 2 : 1, pause_ms) < 0 || fds[0].revents;
}

/* False: the other side is gone, or the test is over. */
static bool send_all(const struct connection *c, const char *text, size_t len, size_t step,
                     int pause_ms)
{
    while (len) {
        size_t piece = step && step < len ? step : len;
        ssize_t n = send_some(c, text, piece);
        if (n <= 0 || (pause_ms && is_over(c, pause_ms)))
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

/* Wait until the other side, or the test, ends it. */
static void hang(const struct connection *c)
{
    char byte;
    while (!is_over(c, -1) && receive_some(c, &byte, 1) > 0)
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
    for (;;) {
        buf[have] = '\0';
        const char *end = strstr(buf, "\r\n\r\n");
        if (end && have >= (size_t)(end - buf) + 4 + body_length(buf))
            return true;
        if (!(c->tls && gnutls_record_check_pending(c->tls)) && is_over(c, -1))
            return false;
        ssize_t n = receive_some(c, buf + have, REQUEST_MAX - 1 - have);
        if (n <= 0)
            return false;
        have += (size_t)n;
        if (buf[0] < 'A' || buf[0] > 'Z') { /* TLS, where plain HTTP is spoken */
            (void)send_all(c, not_http, sizeof not_http - 1, 0, 0);
            return false;
        }
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
    const size_t step = rule.how == STANDIN_DRIP || rule.how == STANDIN_CRAWL ? 1 : 0;
    const int pause_ms = rule.how == STANDIN_CRAWL ? CRAWL_MS : 0;
    const bool is_raw =
        rule.how == STANDIN_RAW || rule.how == STANDIN_STALL || rule.how == STANDIN_FLOOD;
    bool goes_on = rule.how != STANDIN_CLOSE && rule.how != STANDIN_HANG;
    if (goes_on && !is_raw)
        goes_on = send_all(c, head, (size_t)n, step, pause_ms);
    if (goes_on)
        goes_on = send_all(c, rule.text, strlen(rule.text), step, pause_ms);
    while (rule.how == STANDIN_FLOOD && goes_on)
        goes_on = send_all(c, flood, sizeof flood - 1, 0, 0);
    if (rule.how == STANDIN_STREAM || rule.how == STANDIN_STALL || rule.how == STANDIN_HANG)
        hang(c);
    return goes_on && (rule.how == STANDIN_ANSWER || step);
}

/* False when they do not agree: a client that distrusts the certificate, or speaks plain HTTP. */
static bool shake_hands(struct connection *c)
{
    int rc;
    if (!c->standin->secure)
        return true;
    gnutls_init(&c->tls, GNUTLS_SERVER);
    gnutls_set_default_priority(c->tls);
    gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, c->standin->secure);
    gnutls_transport_set_int(c->tls, c->fd);
    do
        rc = gnutls_handshake(c->tls);
    while (rc < 0 && !gnutls_error_is_fatal(rc));
    return rc == GNUTLS_E_SUCCESS;
}

static void *serve(void *arg)
{
    struct connection *c = arg;
    char *request = malloc(REQUEST_MAX);
    bool ok = shake_hands(c);
    while (ok && request && read_request(c, request) && answer(c, request))
        ;
    shutdown(c->fd, SHUT_RDWR);
    if (c->tls)
        gnutls_deinit(c->tls);
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
        *c = (struct connection){s, fd, s->stop[0], NULL};
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
    standin_secure(s, NULL, NULL);
    pthread_mutex_destroy(&s->mutex);
    free(s);
    return NULL;
}

void standin_secure(struct standin *s, const char *cert, const char *key)
{
    if (s->secure)
        gnutls_certificate_free_credentials(s->secure);
    s->secure = NULL;
    if (!cert)
        return;
    if (gnutls_certificate_allocate_credentials(&s->secure) != GNUTLS_E_SUCCESS ||
        gnutls_certificate_set_x509_key_file(s->secure, cert, key, GNUTLS_X509_FMT_PEM) < 0)
        abort();
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
