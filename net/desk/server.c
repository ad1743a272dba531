/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's Unix socket (net/desk/server.h). */

#include "net/desk/server.h"

#include <re_types.h>

#include <errno.h>
#include <fcntl.h>
#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_tmr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <sodium.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/protocol.h"
#include "net/desk/token_file.h"

#define PEERS_MAX 8
#define OUT_MAX (1024 * 1024) /* a screen that reads nothing is let go */
#define HELLO_MS 15000        /* a connection that does not become the screen */

struct peer {
    struct desk_server *server; /* NULL = free */
    uint64_t number;
    int fd;
    bool closing; /* nothing is read any more; closed when `out` is out */
    struct buf in;
    struct buf out;
    struct tmr hello;
    char lent[DESK_TOKEN_SIZE]; /* of a keeper; "" = it is none */
};

struct desk_server {
    struct desk_server_handlers handlers;
    struct desk_place place;
    char token[DESK_TOKEN_SIZE];
    int lock;
    int fd;
    uint64_t last_number;
    uint64_t screen;
    struct peer peers[PEERS_MAX];
};

static void on_ready(int flags, void *arg);

static struct peer *find(struct desk_server *s, uint64_t number)
{
    for (size_t i = 0; number && i < PEERS_MAX; i++)
        if (s->peers[i].server && s->peers[i].number == number)
            return &s->peers[i];
    return NULL;
}

static void peer_drop(struct peer *p)
{
    struct desk_server *s = p->server;
    const bool was_screen = s->screen == p->number;
    fd_close(p->fd);
    (void)close(p->fd);
    tmr_cancel(&p->hello);
    buf_free(&p->in);
    buf_free(&p->out);
    sodium_memzero(p, sizeof *p);
    if (was_screen) {
        s->screen = 0;
        s->handlers.gone(s->handlers.arg);
    }
}

static void peer_watch(struct peer *p)
{
    const int flags = (p->closing ? 0 : FD_READ) | (p->out.len ? FD_WRITE : 0);
    (void)fd_listen(p->fd, flags, on_ready, p);
}

/* Write what the socket takes. May drop the peer: false then. */
static bool peer_flush(struct peer *p)
{
    while (p->out.len) {
        const ssize_t n = send(p->fd, p->out.data, p->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (n < 0) {
            peer_drop(p);
            return false;
        }
        sodium_memzero(p->out.data, (size_t)n);
        buf_drop(&p->out, (size_t)n);
    }
    if (p->closing && !p->out.len) {
        peer_drop(p);
        return false;
    }
    peer_watch(p);
    return true;
}

static void peer_send(struct peer *p, const cJSON *object)
{
    json_print(object, &p->out);
    buf_char(&p->out, '\n');
    if (p->out.failed)
        p->closing = true; /* reads nothing for a megabyte */
}

/* Break with a peer that broke the rules, and tell it which. */
static void peer_refuse(struct peer *p, enum err_code code, const char *sentence)
{
    CLEANUP_JSON cJSON *j = cJSON_CreateObject();
    if (cJSON_AddNumberToObject(j, "v", DESK_PROTOCOL_VERSION) &&
        cJSON_AddStringToObject(j, "id", "") && cJSON_AddBoolToObject(j, "ok", false) &&
        cJSON_AddStringToObject(j, "code", err_info(code)->name) &&
        cJSON_AddStringToObject(j, "message", sentence))
        peer_send(p, j);
    p->closing = true;
}

static void take_line(struct peer *p, const char *line, size_t len)
{
    static const struct json_limits limits = {DESK_LINE_MAX, 32, 5000};
    CLEANUP_JSON cJSON *j = NULL;
    struct err err;
    const enum err_code code = json_parse(line, len, &limits, &j, &err);
    if (code)
        peer_refuse(p, code, err.sentence);
    else if (!cJSON_IsObject(j))
        peer_refuse(p, ERR_INVALID, N_("A line must be a JSON object."));
    else
        p->server->handlers.request(p->number, j, p->server->handlers.arg);
}

static void take_lines(struct peer *p)
{
    struct desk_server *s = p->server;
    const uint64_t number = p->number;
    while (p->in.len && !p->closing) {
        const char *end = memchr(p->in.data, '\n', p->in.len);
        const size_t len = end ? (size_t)(end - p->in.data) : p->in.len;
        if (len > DESK_LINE_MAX)
            peer_refuse(p, ERR_TOO_LARGE, N_("A line is longer than 64 KiB."));
        else if (!end)
            return;
        else
            take_line(p, p->in.data, len);
        if (!find(s, number))
            return;
        sodium_memzero(p->in.data, end ? len + 1 : len);
        buf_drop(&p->in, end ? len + 1 : len);
    }
}

static void on_ready(int flags, void *arg)
{
    struct peer *p = arg;
    struct desk_server *s = p->server;
    const uint64_t number = p->number;
    if ((flags & FD_READ) && !p->closing) {
        char bytes[8192];
        const ssize_t n = recv(p->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            peer_drop(p);
            return;
        }
        if (n > 0) {
            buf_add(&p->in, bytes, (size_t)n);
            sodium_memzero(bytes, (size_t)n);
            take_lines(p);
        }
    } else if (flags & FD_EXCEPT) {
        peer_drop(p);
        return;
    }
    p = find(s, number);
    if (p)
        (void)peer_flush(p);
}

static void on_hello_overdue(void *arg)
{
    struct peer *p = arg;
    peer_refuse(p, ERR_UNAUTHENTICATED, N_("The connection did not say hello."));
    (void)peer_flush(p);
}

static bool is_ours(int fd)
{
    struct ucred cred;
    socklen_t len = sizeof cred;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.uid == getuid();
}

static void on_connect(int flags, void *arg)
{
    (void)flags;
    struct desk_server *s = arg;
    const int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct peer *p = NULL;
    for (size_t i = 0; i < PEERS_MAX && !p; i++)
        if (!s->peers[i].server)
            p = &s->peers[i];
    if (!p || !is_ours(fd)) {
        (void)close(fd);
        return;
    }
    *p =
        (struct peer){.server = s, .number = ++s->last_number, .fd = fd, .out = {.limit = OUT_MAX}};
    tmr_init(&p->hello);
    tmr_start(&p->hello, HELLO_MS, on_hello_overdue, p);
    peer_watch(p);
}

static enum err_code open_socket(struct desk_server *s, struct err *err)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    memcpy(addr.sun_path, s->place.socket, strlen(s->place.socket) + 1);
    (void)unlink(s->place.socket); /* of a desk that was killed: we hold the lock */
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const mode_t mask = umask(0177);
    const bool bound = s->fd >= 0 && bind(s->fd, (struct sockaddr *)&addr, sizeof addr) == 0;
    (void)umask(mask);
    if (!bound || listen(s->fd, 8) != 0 || fd_listen(s->fd, FD_READ, on_connect, s) != 0) {
        const enum err_code code = err_set(err, ERR_IO, N_("The desk's socket cannot be opened."));
        err_detail(err, "%s", strerror(errno));
        return code;
    }
    return ERR_OK;
}

static enum err_code take_lock(struct desk_server *s, struct err *err)
{
    char path[DESK_PATH_MAX + 8];
    (void)re_snprintf(path, sizeof path, "%s/lock", s->place.dir);
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0)
        return err_set(err, ERR_IO, N_("The desk's folder cannot be written."));
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
        return err_set(err, ERR_CONFLICT, N_("A desk with this name is running already."));
    /* Whoever has to end a desk by hand finds its number here. */
    if (ftruncate(s->lock, 0) == 0)
        (void)dprintf(s->lock, "%ld\n", (long)getpid());
    return ERR_OK;
}

enum err_code desk_server_new(struct desk_server **ret, const struct desk_place *place,
                              const struct desk_server_handlers *handlers, struct err *err)
{
    struct desk_server *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, ERR_NOMEM, NULL);
    s->handlers = *handlers;
    s->place = *place;
    s->fd = s->lock = -1;
    enum err_code code = desk_place_make(place, err);
    if (!code)
        code = take_lock(s, err);
    /* The token before the socket: who finds the socket finds the right token. */
    if (!code)
        code = desk_token_write(place->attach, s->token, err);
    if (!code)
        code = open_socket(s, err);
    if (code) {
        (void)desk_server_free(s);
        return code;
    }
    *ret = s;
    return ERR_OK;
}

static bool is_token(const char *token, const char *right)
{
    return sodium_memcmp(token, right, DESK_TOKEN_SIZE - 1) == 0;
}

bool desk_server_knows(const struct desk_server *s, const char *token)
{
    if (strlen(token) != DESK_TOKEN_SIZE - 1)
        return false;
    bool known = is_token(token, s->token);
    for (size_t i = 0; i < PEERS_MAX; i++) /* one that was not lent is empty: no token is */
        known |= is_token(token, s->peers[i].lent);
    return known;
}

const char *desk_server_lend(struct desk_server *s, uint64_t number)
{
    struct peer *p = find(s, number);
    if (!p)
        return NULL;
    tmr_cancel(&p->hello);
    desk_token_make(p->lent);
    return p->lent;
}

bool desk_server_is_keeper(const struct desk_server *s, uint64_t number)
{
    for (size_t i = 0; number && i < PEERS_MAX; i++)
        if (s->peers[i].number == number)
            return s->peers[i].lent[0];
    return false;
}

bool desk_server_is_kept(const struct desk_server *s)
{
    for (size_t i = 0; i < PEERS_MAX; i++)
        if (s->peers[i].lent[0])
            return true;
    return false;
}

void desk_server_attach(struct desk_server *s, uint64_t number)
{
    struct peer *former = find(s, s->screen);
    struct peer *p = find(s, number);
    if (!p || former == p)
        return;
    s->screen = number;
    tmr_cancel(&p->hello);
    if (former) {
        cJSON *j = cJSON_CreateObject();
        (void)cJSON_AddStringToObject(j, "event", "replaced");
        desk_server_send(s, former->number, j);
        desk_server_close(s, former->number);
    }
}

uint64_t desk_server_screen(const struct desk_server *s)
{
    return s->screen;
}

void desk_server_send(struct desk_server *s, uint64_t number, cJSON *object)
{
    struct peer *p = find(s, number);
    if (p && object && !p->closing) {
        (void)cJSON_AddNumberToObject(object, "v", DESK_PROTOCOL_VERSION);
        peer_send(p, object);
        (void)peer_flush(p);
    }
    json_free(object);
}

void desk_server_close(struct desk_server *s, uint64_t number)
{
    struct peer *p = find(s, number);
    if (!p)
        return;
    p->closing = true;
    (void)peer_flush(p);
}

struct desk_server *desk_server_free(struct desk_server *s)
{
    if (!s)
        return NULL;
    s->handlers.gone = NULL;
    s->screen = 0;
    for (size_t i = 0; i < PEERS_MAX; i++)
        if (s->peers[i].server && peer_flush(&s->peers[i]))
            peer_drop(&s->peers[i]);
    if (s->fd >= 0) {
        fd_close(s->fd);
        (void)close(s->fd);
        (void)unlink(s->place.socket);
        (void)unlink(s->place.attach);
    }
    if (s->lock >= 0)
        (void)close(s->lock);
    sodium_memzero(s, sizeof *s);
    free(s);
    return NULL;
}
