/* SPDX-License-Identifier: Apache-2.0 */
/* The screen's end of the desk protocol (net/desk/link.h). */

#include "net/desk/link.h"

#include <re_types.h>

#include <errno.h>
#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_tmr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <sodium.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "core/text.h"
#include "net/api/json.h"
#include "net/desk/link_start.h"
#include "net/desk/place.h"
#include "net/desk/protocol.h"
#include "net/desk/token_file.h"

#define RETRY_FIRST_MS 250
#define RETRY_MAX_MS 4000
#define IN_MAX (256 * 1024) /* the desk's lines are shorter; more is not a desk */
#define PENDING_MAX 64

struct pending {
    unsigned long id; /* 0 = free */
    desk_link_reply_fn *reply;
    void *arg;
};

struct desk_link {
    struct desk_link_handlers handlers;
    struct desk_place place;
    char *instance, *program, *audio, *baresip, *log;
    bool elsewhere; /* the desk is on another machine */
    enum desk_link_state state;
    int fd;                 /* -1 = not connected */
    unsigned long hello_id; /* its answer is awaited; 0 = none */
    unsigned long last_id;
    uint64_t retry_ms;
    struct buf in;
    struct buf out;
    struct pending pending[PENDING_MAX];
    struct desk_start start;
    struct tmr retry;
};

static void on_ready(int flags, void *arg);
static void on_retry(void *arg);

static void enter(struct desk_link *l, enum desk_link_state state, const cJSON *hello,
                  const char *sentence)
{
    l->state = state;
    l->handlers.state(state, hello, sentence, l->handlers.arg);
}

static void retry_later(struct desk_link *l)
{
    tmr_start(&l->retry, l->retry_ms, on_retry, l);
    l->retry_ms = l->retry_ms * 2 < RETRY_MAX_MS ? l->retry_ms * 2 : RETRY_MAX_MS;
}

static void hang_up(struct desk_link *l)
{
    if (l->fd >= 0) {
        fd_close(l->fd);
        (void)close(l->fd);
    }
    l->fd = -1;
    l->hello_id = 0;
    buf_free(&l->in);
    buf_free(&l->out);
}

/* The connection is over: requests under way get their answer, and another try is due. */
static void lose(struct desk_link *l, enum desk_link_state state, const char *sentence)
{
    struct err err;
    hang_up(l);
    l->state = state; /* already now: who gets an answer below may ask the next thing at once */
    (void)err_set(&err, ERR_UNAVAILABLE, "%s", sentence);
    for (size_t i = 0; i < PENDING_MAX; i++) {
        const struct pending p = l->pending[i];
        l->pending[i] = (struct pending){0};
        if (p.id && p.reply)
            p.reply(ERR_UNAVAILABLE, NULL, &err, p.arg);
    }
    enter(l, state, NULL, sentence);
    if (state != DESK_LINK_REPLACED)
        retry_later(l);
}

static void flush(struct desk_link *l)
{
    while (l->out.len) {
        const ssize_t n = send(l->fd, l->out.data, l->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0)
            break; /* full, or broken: reading will tell */
        sodium_memzero(l->out.data, (size_t)n);
        buf_drop(&l->out, (size_t)n);
    }
    (void)fd_listen(l->fd, FD_READ | (l->out.len ? FD_WRITE : 0), on_ready, l);
}

/* Queue one request; its id, or 0. fields is taken. */
static unsigned long post(struct desk_link *l, const char *op, cJSON *fields)
{
    char id[24];
    CLEANUP_JSON cJSON *j = fields ? fields : cJSON_CreateObject();
    struct buf line = {.limit = DESK_LINE_MAX};
    (void)snprintf(id, sizeof id, "%lu", ++l->last_id);
    const bool ok = cJSON_AddNumberToObject(j, "v", DESK_PROTOCOL_VERSION) &&
                    cJSON_AddStringToObject(j, "id", id) && cJSON_AddStringToObject(j, "op", op);
    if (ok) {
        json_print(j, &line);
        if (!line.failed) {
            buf_add(&l->out, line.data, line.len);
            buf_char(&l->out, '\n');
        }
    }
    const bool sent = ok && !line.failed && !l->out.failed;
    buf_free(&line);
    if (sent)
        flush(l);
    return sent ? l->last_id : 0;
}

/* --- answers and events ------------------------------------------------------------------- */

/* The desk's sentence; what is not plain text stays away from the screen and its log. */
static void read_sentence(const cJSON *j, const char *otherwise, char *ret, size_t size)
{
    const char *sentence = json_str(j, "message", otherwise);
    (void)text_clean_to(ret, size, sentence, strlen(sentence));
}

static void take_hello(struct desk_link *l, const cJSON *j)
{
    l->hello_id = 0;
    if (json_bool(j, "ok", false)) {
        l->retry_ms = RETRY_FIRST_MS;
        enter(l, DESK_LINK_UP, j, "");
        return;
    }
    char sentence[256];
    if (json_int(j, "v", DESK_PROTOCOL_VERSION) != DESK_PROTOCOL_VERSION)
        (void)snprintf(sentence, sizeof sentence, "%s",
                       N_("Your PC's pupitre-desk is of another version: install the same one."));
    else
        read_sentence(j, "The desk refused this screen.", sentence, sizeof sentence);
    lose(l, DESK_LINK_REFUSED, sentence);
}

static void take_answer(struct desk_link *l, const cJSON *j, const char *id)
{
    const unsigned long number = strtoul(id, NULL, 10);
    struct err err;
    if (l->hello_id) { /* nothing else was asked before it; a refusal may have an empty id */
        take_hello(l, j);
        return;
    }
    for (size_t i = 0; number && i < PENDING_MAX; i++) {
        if (l->pending[i].id != number)
            continue;
        const struct pending p = l->pending[i];
        l->pending[i] = (struct pending){0};
        if (!p.reply)
            return;
        if (json_bool(j, "ok", false)) {
            p.reply(ERR_OK, j, NULL, p.arg);
        } else {
            const enum err_code code = err_by_name(json_str(j, "code", "internal"));
            (void)err_set(&err, code, NULL);
            read_sentence(j, err_info(code)->sentence, err.sentence, sizeof err.sentence);
            p.reply(code, NULL, &err, p.arg);
        }
        return;
    }
}

static void take_line(struct desk_link *l, const char *line, size_t len)
{
    CLEANUP_JSON cJSON *j = NULL;
    struct err err;
    if (json_parse(line, len, &json_limits_api, &j, &err) || !cJSON_IsObject(j)) {
        lose(l, DESK_LINK_DOWN, N_("The desk does not speak clearly."));
        return;
    }
    const char *event = json_str(j, "event", NULL);
    if (!event)
        take_answer(l, j, json_str(j, "id", ""));
    else if (strcmp(event, "replaced") == 0)
        lose(l, DESK_LINK_REPLACED, N_("Another screen took over this desk."));
    else if (l->state == DESK_LINK_UP)
        l->handlers.event(event, j, l->handlers.arg);
}

static void take_lines(struct desk_link *l)
{
    while (l->in.len) {
        const char *end = memchr(l->in.data, '\n', l->in.len);
        if (!end)
            break;
        /* A handler may cause the loss of this connection: take the line out first. */
        const size_t len = (size_t)(end - l->in.data);
        struct buf line = {0};
        buf_add(&line, l->in.data, len);
        sodium_memzero(l->in.data, len);
        buf_drop(&l->in, len + 1);
        if (!line.failed)
            take_line(l, buf_text(&line), line.len);
        buf_free(&line);
    }
}

/* Who forwards a socket takes every connection, and closes it when nobody is at the other end. */
static const char *gone(const struct desk_link *l)
{
    if (!l->elsewhere)
        return N_("The desk is gone.");
    return l->hello_id ? N_("No desk answers on your PC. There, run: pupitre-desk --listen")
                       : N_("The line to your PC is gone. There, run: pupitre-desk ssh HOST");
}

static void on_ready(int flags, void *arg)
{
    struct desk_link *l = arg;
    char bytes[8192];
    if (flags & FD_WRITE)
        flush(l);
    const ssize_t n = recv(l->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        buf_add(&l->in, bytes, (size_t)n);
    if (n <= 0 || l->in.failed || l->in.len > IN_MAX) {
        lose(l, DESK_LINK_DOWN, gone(l));
        return;
    }
    sodium_memzero(bytes, (size_t)n);
    take_lines(l);
}

/* --- connecting --------------------------------------------------------------------------- */

static void on_started(int flags, void *arg)
{
    (void)flags;
    struct desk_link *l = arg;
    fd_close(l->start.pidfd);
    const int status = desk_start_end(&l->start);
    /* Conflict: another pupitre started one at the same moment. */
    if (status == EX_OK || status == err_info(ERR_CONFLICT)->exit_status) {
        on_retry(l);
        return;
    }
    enter(l, DESK_LINK_DOWN, NULL,
          status == EX_UNAVAILABLE ? N_("The program pupitre-desk is missing.")
                                   : N_("The desk could not be started."));
    retry_later(l);
}

static bool start_desk(struct desk_link *l)
{
    char *argv[12];
    size_t n = 0;
    const struct {
        const char *name;
        char *value;
    } args[] = {
        {"--instance", l->instance},
        {"--audio",    l->audio   },
        {"--baresip",  l->baresip },
        {"--log",      l->log     }
    };
    argv[n++] = l->program;
    for (size_t i = 0; i < sizeof args / sizeof args[0]; i++)
        if (args[i].value) {
            argv[n++] = (char *)args[i].name;
            argv[n++] = args[i].value;
        }
    argv[n] = NULL;
    if (!desk_start_begin(&l->start, argv))
        return false;
    return fd_listen(l->start.pidfd, FD_READ, on_started, l) == 0;
}

static bool connect_socket(struct desk_link *l)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    memcpy(addr.sun_path, l->place.socket, strlen(l->place.socket) + 1);
    l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->fd >= 0 && connect(l->fd, (struct sockaddr *)&addr, sizeof addr) == 0)
        return true;
    if (l->fd >= 0)
        (void)close(l->fd);
    l->fd = -1;
    return false;
}

/* Whoever listens there is told the session's secrets: in a folder that others can write, such as
 * /tmp, it may be anybody. A forwarded socket is that of the user's own ssh. */
static bool is_ours(int fd)
{
    struct ucred cred;
    socklen_t len = sizeof cred;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == 0 && cred.uid == getuid();
}

static void say_hello(struct desk_link *l)
{
    char token[DESK_TOKEN_SIZE];
    struct err err;
    if (desk_token_read(l->place.attach, token, &err)) {
        lose(l, DESK_LINK_DOWN, err.sentence);
        return;
    }
    cJSON *fields = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(fields, "attach", token);
    sodium_memzero(token, sizeof token);
    l->hello_id = post(l, "hello", fields);
    if (!l->hello_id)
        lose(l, DESK_LINK_DOWN, N_("Out of memory."));
}

static void on_retry(void *arg)
{
    struct desk_link *l = arg;
    struct err err;
    if (l->fd >= 0 || l->start.pid)
        return;
    if (l->elsewhere && desk_place_check(&l->place, &err) != ERR_OK) {
        enter(l, DESK_LINK_DOWN, NULL, err.sentence);
        retry_later(l);
    } else if (connect_socket(l)) {
        if (is_ours(l->fd))
            say_hello(l);
        else
            lose(l, DESK_LINK_DOWN, N_("The desk's socket belongs to somebody else."));
    } else if (l->program && start_desk(l)) {
        return; /* on_started goes on */
    } else {
        enter(l, DESK_LINK_DOWN, NULL, l->elsewhere ? gone(l) : N_("There is no desk."));
        retry_later(l);
    }
}

/* --- public ------------------------------------------------------------------------------- */

static bool copy(char **ret, const char *s)
{
    *ret = s ? strdup(s) : NULL;
    return !s || *ret;
}

enum err_code desk_link_new(struct desk_link **ret, const struct desk_link_config *config,
                            const struct desk_link_handlers *handlers, struct err *err)
{
    struct desk_place place;
    const enum err_code code = config->socket ? desk_place_of_socket(&place, config->socket, err)
                                              : desk_place_name(&place, config->instance, err);
    if (code)
        return code;
    struct desk_link *l = calloc(1, sizeof *l);
    if (!l)
        return err_set(err, ERR_NOMEM, NULL);
    *l = (struct desk_link){.handlers = *handlers,
                            .place = place,
                            .elsewhere = config->socket,
                            .fd = -1,
                            .retry_ms = RETRY_FIRST_MS};
    tmr_init(&l->retry);
    if (!copy(&l->instance, config->instance) || !copy(&l->program, config->program) ||
        !copy(&l->audio, config->audio) || !copy(&l->baresip, config->baresip) ||
        !copy(&l->log, config->log)) {
        (void)desk_link_free(l);
        return err_set(err, ERR_NOMEM, NULL);
    }
    tmr_start(&l->retry, 0, on_retry, l);
    *ret = l;
    return ERR_OK;
}

enum err_code desk_link_request(struct desk_link *l, const char *op, cJSON *fields,
                                desk_link_reply_fn *reply, void *arg, struct err *err)
{
    struct pending *slot = NULL;
    for (size_t i = 0; i < PENDING_MAX && !slot; i++)
        if (!l->pending[i].id)
            slot = &l->pending[i];
    if (l->state != DESK_LINK_UP || !slot) {
        json_free(fields);
        return err_set(err, ERR_UNAVAILABLE, N_("The desk is not there."));
    }
    const unsigned long id = post(l, op, fields);
    if (!id)
        return err_set(err, ERR_TOO_LARGE, NULL);
    *slot = (struct pending){.id = id, .reply = reply, .arg = arg};
    return ERR_OK;
}

enum desk_link_state desk_link_state(const struct desk_link *l)
{
    return l->state;
}

void desk_link_retry(struct desk_link *l)
{
    if (l->fd >= 0 || l->start.pid)
        return;
    l->retry_ms = RETRY_FIRST_MS;
    tmr_start(&l->retry, 0, on_retry, l);
}

struct desk_link *desk_link_free(struct desk_link *l)
{
    if (!l)
        return NULL;
    tmr_cancel(&l->retry);
    hang_up(l);
    if (l->start.pid) {
        fd_close(l->start.pidfd);
        (void)desk_start_end(&l->start); /* it goes on without us; init collects it */
    }
    free(l->instance);
    free(l->program);
    free(l->audio);
    free(l->baresip);
    free(l->log);
    free(l);
    return NULL;
}
