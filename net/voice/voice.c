/* SPDX-License-Identifier: Apache-2.0 */
/* The telephone process under supervision (net/voice/voice.h). */

#include "net/voice/voice.h"

#include <re_types.h>

#include <errno.h>
#include <limits.h>
#include <re_fmt.h>
#include <re_list.h>
#include <re_main.h>
#include <re_tmr.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "core/text.h"
#include "net/api/json.h"
#include "net/voice/module_protocol.h"
#include "net/voice/voice_backoff.h"
#include "net/voice/voice_config.h"
#include "net/voice/voice_goodbyes.h"
#include "net/voice/voice_process.h"
#include "net/voice/voice_replies.h"

#define HELLO_MS 10000
#define REPLY_MS 8000 /* opening a sound device may take a while; nothing else does */
#define SILENT_MAX 3  /* starts without a word before the agent is told to look for the cause */
#define FIRST_WAIT_MS 2500 /* the module itself gives up after 2 s */
#define NEXT_WAIT_MS 1000

struct voice {
    struct voice_handlers handlers;
    char *dir, *baresip, *module, *audio, *log;
    const struct voice_choice *choice;
    struct voice_account account;
    enum voice_state state;
    struct voice_process process;
    bool loopback; /* of the running process */
    bool dtls;     /* likewise */
    bool said_hello;
    bool refused;
    bool stopping;
    bool start_again; /* after the stop under way */
    unsigned silent;  /* starts in a row that said no hello */
    unsigned kills;   /* steps of the escalation taken */
    uint64_t started_ms;
    struct voice_backoff backoff;
    struct voice_goodbyes goodbyes;
    struct voice_replies replies;
    char version[32];
    struct tmr timer;    /* start again, or hello overdue */
    struct tmr escalate; /* while stopping */
    struct tmr overdue;  /* while a reply is awaited */
};

static void start_process(struct voice *v);
static void on_message(int flags, void *arg);

static void enter(struct voice *v, enum voice_state state, const char *sentence)
{
    v->state = state;
    v->handlers.state(state, sentence, v->handlers.arg);
}

static void on_start_timer(void *arg)
{
    start_process(arg);
}

static void start_later(struct voice *v, const char *sentence)
{
    const uint64_t pause_ms = voice_backoff_pause_ms(&v->backoff, tmr_jiffies() - v->started_ms);
    /* Somebody listens to nobody until the next process says that it is over. */
    tmr_start(&v->timer, voice_goodbyes_are_open(&v->goodbyes) ? 0 : pause_ms, on_start_timer, v);
    if (v->silent >= SILENT_MAX)
        enter(v, VOICE_FAILED,
              N_("The telephone program does not start; the desk's log may say why."));
    else
        enter(v, VOICE_STARTING, sentence);
}

/* It runs but answers nothing: a sound driver that hangs, say. Its end starts it again. */
static void on_overdue(void *arg)
{
    struct voice *v = arg;
    voice_process_signal(&v->process, SIGKILL);
}

/* Whoever is open has the full time from here. */
static void await(struct voice *v)
{
    tmr_cancel(&v->overdue);
    if (voice_replies_are_open(&v->replies))
        tmr_start(&v->overdue, REPLY_MS, on_overdue, v);
}

/* The process has ended, whoever wanted it. */
static void on_exit_of_process(int flags, void *arg)
{
    (void)flags;
    struct voice *v = arg;
    fd_close(v->process.pidfd);
    /* Its last words may lie in the socket: the reason of a refusal, the end of a call. */
    on_message(FD_READ, v);
    fd_close(v->process.fd);
    voice_process_reap(&v->process);
    tmr_cancel(&v->timer);
    tmr_cancel(&v->escalate);
    tmr_cancel(&v->overdue);
    v->silent += !v->said_hello;
    voice_replies_drop(&v->replies);
    v->handlers.lost(v->handlers.arg);
    if (v->start_again) {
        v->stopping = v->start_again = false;
        start_process(v);
    } else if (v->stopping) {
        v->stopping = false;
        enter(v, VOICE_STOPPED, "");
    } else if (!v->refused) {
        start_later(v, N_("The telephone program stopped and is being started again."));
    }
}

static void on_hello_overdue(void *arg)
{
    struct voice *v = arg;
    voice_process_signal(&v->process, SIGKILL); /* its end starts it again */
}

static void on_account(const cJSON *reply, void *arg)
{
    struct voice *v = arg;
    if (!reply)
        return; /* it died: on_exit_of_process goes on */
    if (strcmp(json_str(reply, "ok", "no"), "yes") == 0)
        enter(v, VOICE_READY, "");
    else
        enter(v, VOICE_FAILED,
              json_str(reply, "message", N_("The telephone account was refused.")));
}

static enum err_code post(struct voice *v, cJSON *message, voice_reply_fn *reply, void *arg,
                          struct err *err)
{
    const unsigned long number = voice_replies_next(&v->replies);
    char id[24];
    (void)snprintf(id, sizeof id, "%lu", number);
    CLEANUP_BUF struct buf b = {.limit = VOICE_MESSAGE_MAX};
    if (!number || !cJSON_AddStringToObject(message, "id", id))
        return err_set(err, ERR_UNAVAILABLE, N_("The telephone does not answer."));
    json_print(message, &b);
    const ssize_t n = b.failed ? -1 : send(v->process.fd, b.data, b.len, MSG_NOSIGNAL);
    if (n < 0)
        return err_set(err, ERR_UNAVAILABLE, N_("The telephone does not answer."));
    voice_replies_await(&v->replies, number, reply, arg);
    if (!tmr_isrunning(&v->overdue))
        await(v);
    return ERR_OK;
}

static void send_account(struct voice *v)
{
    CLEANUP_JSON cJSON *m = cJSON_CreateObject();
    struct err err;
    if (cJSON_AddStringToObject(m, "cmd", "account") &&
        cJSON_AddStringToObject(m, "aor", v->account.aor) &&
        cJSON_AddStringToObject(m, "secret", v->account.secret) &&
        cJSON_AddStringToObject(m, "outbound", v->account.outbound) &&
        cJSON_AddStringToObject(m, "register", v->account.register_ ? "yes" : "no") &&
        cJSON_AddStringToObject(m, "transport", v->account.transport) &&
        cJSON_AddStringToObject(m, "media", v->account.media) &&
        cJSON_AddStringToObject(m, "ca", v->account.ca) &&
        post(v, m, on_account, v, &err) == ERR_OK)
        return;
    enter(v, VOICE_FAILED, N_("The telephone account could not be set up."));
}

void voice_choose(struct voice *v)
{
    if (!v->process.pid || !v->said_hello)
        return;
    const struct voice_choice *c = v->choice;
    char input[16], output[16];
    struct err err;
    (void)snprintf(input, sizeof input, "%d", c->input_volume);
    (void)snprintf(output, sizeof output, "%d", c->output_volume);
    CLEANUP_JSON cJSON *m = cJSON_CreateObject();
    if (cJSON_AddStringToObject(m, "cmd", "choose") &&
        cJSON_AddStringToObject(m, "input", c->input) &&
        cJSON_AddStringToObject(m, "output", c->output) &&
        cJSON_AddStringToObject(m, "input_volume", input) &&
        cJSON_AddStringToObject(m, "output_volume", output))
        (void)post(v, m, NULL, NULL, &err); /* it hangs: it is killed, and told anew */
}

/* The first thing that a new process is asked; its devices are known before it is ready. */
static void ask_for_sound(struct voice *v)
{
    CLEANUP_JSON cJSON *m = cJSON_CreateObject();
    struct err err;
    voice_choose(v);
    if (cJSON_AddStringToObject(m, "cmd", "probe"))
        (void)post(v, m, NULL, NULL, &err);
}

static bool is_of_audio(const char *event)
{
    static const char *const names[] = {"found", "device", "level", "microphone"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], event) == 0)
            return true;
    return false;
}

/* What the process before this one could not say. */
static void say_goodbyes(struct voice *v)
{
    cJSON *command;
    while ((command = voice_goodbyes_take(&v->goodbyes))) {
        (void)!post(v, command, NULL, NULL, NULL);
        cJSON_Delete(command);
    }
}

static void on_event(struct voice *v, const cJSON *m, const char *event)
{
    const struct voice_handlers *h = &v->handlers;
    const bool on = strcmp(json_str(m, "on", "no"), "yes") == 0;
    const char *reason = json_str(m, "reason", "");
    if (strcmp(event, "hello") == 0) {
        tmr_cancel(&v->timer);
        v->said_hello = true;
        v->silent = 0;
        (void)snprintf(v->version, sizeof v->version, "%s", json_str(m, "version", ""));
        ask_for_sound(v);
        send_account(v);
        say_goodbyes(v); /* by the account's way */
    } else if (strcmp(event, "refused") == 0) {
        tmr_cancel(&v->timer);
        v->refused = true;
        enter(v, VOICE_FAILED, reason);
    } else if (strcmp(event, "sound") == 0) {
        h->sound(on, reason, h->arg);
    } else if (is_of_audio(event)) {
        h->audio(event, m, h->arg);
    } else if (strcmp(event, "registered") == 0) {
        h->registered(on, reason, h->arg);
    } else if (strcmp(event, "goodbye") == 0) {
        voice_goodbyes_keep(&v->goodbyes, m);
    } else if (strcmp(event, "tls") == 0) {
        h->tls(json_str(m, "fault", ""), json_str(m, "about", ""), h->arg);
    } else {
        if (strcmp(event, "end") == 0)
            voice_goodbyes_drop(&v->goodbyes, json_str(m, "call", ""));
        voice_backoff_reset(&v->backoff); /* it works: if it dies now, the agent waits for it */
        h->call(event, m, h->arg);
    }
}

static void on_message(int flags, void *arg)
{
    (void)flags;
    struct voice *v = arg;
    char text[VOICE_MESSAGE_MAX];
    /* Several may wait; the process may die in between, which its pidfd tells. */
    for (int i = 0; i < 16 && v->process.pid; i++) {
        const ssize_t n = recv(v->process.fd, text, sizeof text, MSG_DONTWAIT);
        if (n == 0) { /* its end is closed: the pidfd has the last word */
            fd_close(v->process.fd);
            return;
        }
        if (n < 0)
            return;
        CLEANUP_JSON cJSON *m = NULL;
        struct err err;
        /* Words of the peer are in it as they came: in Latin-1, or cut in the middle of a letter.
         * The event around them counts all the same. */
        text_make_utf8(text, (size_t)n);
        if (json_parse(text, (size_t)n, &json_limits_api, &m, &err))
            continue; /* media code is not trusted: what is not JSON is not heard */
        const char *id = json_str(m, "id", NULL);
        const char *event = json_str(m, "event", NULL);
        if (event) {
            on_event(v, m, event);
        } else if (id) {
            voice_replies_take(&v->replies, strtoul(id, NULL, 10), m);
            await(v);
        }
    }
}

/* The library that stands beside the module (net/voice/jiffies.c). */
static void clock_path(const struct voice *v, char *ret, size_t size)
{
    const char *slash = strrchr(v->module, '/');
    const int folder = slash ? (int)(slash - v->module) + 1 : 0;
    (void)snprintf(ret, size, "%.*spupitre_clock.so", folder, v->module);
}

static void start_process(struct voice *v)
{
    char clock[PATH_MAX];
    struct err err = {0};
    const struct voice_setup setup = {v->dir, v->module, v->audio, v->loopback, v->dtls};
    v->said_hello = v->refused = false;
    v->kills = 0;
    v->started_ms = tmr_jiffies();
    if (access(v->module, R_OK) != 0) {
        enter(v, VOICE_FAILED, N_("Pupitre's telephone module is missing: pupitre_voice.so."));
        return;
    }
    clock_path(v, clock, sizeof clock);
    if (voice_config_write(&setup, &err) ||
        voice_process_start(&v->process, v->baresip, clock, v->dir, v->log, &err)) {
        enter(v, VOICE_FAILED, err.sentence);
        return;
    }
    if (fd_listen(v->process.pidfd, FD_READ, on_exit_of_process, v) ||
        fd_listen(v->process.fd, FD_READ, on_message, v)) {
        voice_process_signal(&v->process, SIGKILL);
        enter(v, VOICE_FAILED, N_("The telephone program cannot be watched."));
        return;
    }
    tmr_start(&v->timer, HELLO_MS, on_hello_overdue, v);
    enter(v, VOICE_STARTING, N_("The telephone is being started."));
}

static char *copy(const char *s)
{
    return strdup(s ? s : "");
}

enum err_code voice_new(struct voice **ret, const struct voice_config *config,
                        const struct voice_handlers *handlers, struct err *err)
{
    struct voice *v = calloc(1, sizeof *v);
    if (!v)
        return err_set(err, ERR_NOMEM, NULL);
    v->handlers = *handlers;
    v->dir = copy(config->dir);
    v->baresip = copy(config->baresip);
    v->module = copy(config->module);
    v->audio = copy(config->audio);
    v->log = copy(config->log);
    v->choice = config->choice;
    tmr_init(&v->timer);
    tmr_init(&v->escalate);
    tmr_init(&v->overdue);
    if (!v->dir || !v->baresip || !v->module || !v->audio || !v->log) {
        v = voice_free(v);
        return err_set(err, ERR_NOMEM, NULL);
    }
    *ret = v;
    return ERR_OK;
}

void voice_start(struct voice *v, const struct voice_account *account)
{
    const bool loopback =
        voice_uri_is_loopback(*account->outbound ? account->outbound : account->aor);
    const bool dtls = strcmp(account->media, "dtls-srtp") == 0;
    const bool same_setup = loopback == v->loopback && dtls == v->dtls;
    v->account = *account;
    v->loopback = loopback;
    v->dtls = dtls;
    tmr_cancel(&v->timer);
    if (v->process.pid && same_setup && v->said_hello && !v->stopping) {
        send_account(v);
    } else if (v->process.pid) {
        voice_stop(v);
        v->start_again = true;
    } else {
        voice_backoff_reset(&v->backoff);
        start_process(v);
    }
}

enum err_code voice_command(struct voice *v, const char *cmd, const char *key1, const char *value1,
                            const char *key2, const char *value2, voice_reply_fn *reply, void *arg,
                            struct err *err)
{
    if (v->state != VOICE_READY || !v->process.pid)
        return err_set(err, ERR_UNAVAILABLE, N_("The telephone is not ready."));
    CLEANUP_JSON cJSON *m = cJSON_CreateObject();
    if (!cJSON_AddStringToObject(m, "cmd", cmd) ||
        (key1 && !cJSON_AddStringToObject(m, key1, value1)) ||
        (key1 && key2 && !cJSON_AddStringToObject(m, key2, value2)))
        return err_set(err, ERR_NOMEM, NULL);
    return post(v, m, reply, arg, err);
}

void voice_secret(struct voice *v)
{
    (void)!voice_command(v, "secret", "secret", v->account.secret, NULL, NULL, NULL, NULL, NULL);
}

/* baresip counts SIGTERM: the first waits for its SIP peers, the second ends it at once. */
static void on_escalate(void *arg)
{
    static const int signals[] = {SIGTERM, SIGTERM, SIGKILL};
    struct voice *v = arg;
    const size_t last = sizeof signals / sizeof signals[0] - 1;
    voice_process_signal(&v->process, signals[v->kills < last ? v->kills : last]);
    v->kills++;
    tmr_start(&v->escalate, NEXT_WAIT_MS, on_escalate, v);
}

void voice_stop(struct voice *v)
{
    struct err err;
    tmr_cancel(&v->timer);
    if (v->stopping)
        return;
    if (!v->process.pid) {
        enter(v, VOICE_STOPPED, "");
        return;
    }
    v->stopping = true;
    voice_goodbyes_clear(&v->goodbyes); /* it says them itself */
    CLEANUP_JSON cJSON *m = cJSON_CreateObject();
    const bool asked = v->said_hello && cJSON_AddStringToObject(m, "cmd", "quit") &&
                       post(v, m, NULL, NULL, &err) == ERR_OK;
    tmr_start(&v->escalate, asked ? FIRST_WAIT_MS : 0, on_escalate, v);
}

enum voice_state voice_state(const struct voice *v)
{
    return v->state;
}

const char *voice_baresip_version(const struct voice *v)
{
    return v->version;
}

struct voice *voice_free(struct voice *v)
{
    if (!v)
        return NULL;
    tmr_cancel(&v->timer);
    tmr_cancel(&v->escalate);
    tmr_cancel(&v->overdue);
    if (v->process.pid) {
        fd_close(v->process.pidfd);
        fd_close(v->process.fd);
        voice_process_signal(&v->process, SIGKILL);
        (void)waitpid(v->process.pid, NULL, 0); /* killed: this is short */
        voice_process_reap(&v->process);
    }
    voice_goodbyes_clear(&v->goodbyes);
    free(v->dir);
    free(v->baresip);
    free(v->module);
    free(v->audio);
    free(v->log);
    free(v);
    return NULL;
}
