/* SPDX-License-Identifier: Apache-2.0 */
/* The messages between the module and the desk: one JSON object a packet, strings only. */

#include "net/voice/module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <re_json.h>
#include <re_main.h>
#include <re_mem.h>

#include "net/voice/module_protocol.h"

/* clang-format off */
static const struct {
    const char *name;
    void (*run)(struct module *m, const char *id, const struct odict *cmd);
} commands[] = {
    {"account",   module_phone_account},
    {"dial",      module_call_dial},
    {"hangup",    module_call_hangup},
    {"ring",      module_incoming_ring},
    {"answer",    module_incoming_answer},
    {"mute",      module_call_mute},
    {"hold",      module_call_hold},
    {"dtmf",      module_call_dtmf},
    {"transfer",  module_call_transfer},
    {"stats",     module_call_stats},
    {"probe",     module_sound_probe},
    {"devices",   module_sound_devices},
    {"choose",    module_sound_choose},
    {"test",      module_test_switch},
    {"goodbye",   module_goodbye_say},
    {"quit",      module_phone_quit},
    {"secret",    module_phone_secret},
};
/* clang-format on */

static void post(struct module *m, struct odict *od)
{
    struct mbuf *mb = mbuf_alloc(512);
    if (mb && mbuf_printf(mb, "%H", json_encode_odict, od) == 0 && mb->end <= VOICE_MESSAGE_MAX)
        /* A desk that reads nothing is no reason to block the sound. */
        (void)send(m->fd, mb->buf, mb->end, MSG_DONTWAIT | MSG_NOSIGNAL);
    mem_deref(mb);
}

static void add_pairs(struct odict *od, va_list pairs)
{
    for (const char *key; (key = va_arg(pairs, const char *));) {
        const char *value = va_arg(pairs, const char *);
        (void)odict_entry_add(od, key, ODICT_STRING, value ? value : "");
    }
}

void module_send(struct module *m, const char *event, ...)
{
    struct odict *od = NULL;
    if (odict_alloc(&od, 8))
        return;
    (void)odict_entry_add(od, "event", ODICT_STRING, event);
    va_list pairs;
    va_start(pairs, event);
    add_pairs(od, pairs);
    va_end(pairs);
    post(m, od);
    mem_deref(od);
}

void module_reply(struct module *m, const char *id, ...)
{
    struct odict *od = NULL;
    if (odict_alloc(&od, 8))
        return;
    (void)odict_entry_add(od, "id", ODICT_STRING, id);
    (void)odict_entry_add(od, "ok", ODICT_STRING, "yes");
    va_list pairs;
    va_start(pairs, id);
    add_pairs(od, pairs);
    va_end(pairs);
    post(m, od);
    mem_deref(od);
}

void module_refuse(struct module *m, const char *id, const char *code, const char *message)
{
    struct odict *od = NULL;
    if (odict_alloc(&od, 8))
        return;
    (void)odict_entry_add(od, "id", ODICT_STRING, id);
    (void)odict_entry_add(od, "ok", ODICT_STRING, "no");
    (void)odict_entry_add(od, "code", ODICT_STRING, code);
    (void)odict_entry_add(od, "message", ODICT_STRING, message);
    post(m, od);
    mem_deref(od);
}

static void dispatch(struct module *m, const struct odict *od)
{
    const char *id = odict_string(od, "id");
    const char *name = odict_string(od, "cmd");
    if (!id)
        return;
    for (size_t i = 0; name && i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0) {
            commands[i].run(m, id, od);
            return;
        }
    module_refuse(m, id, "invalid", "There is no such command.");
}

static void on_readable(int flags, void *arg)
{
    (void)flags;
    struct module *m = arg;
    char text[VOICE_MESSAGE_MAX];
    const ssize_t len = recv(m->fd, text, sizeof text, MSG_DONTWAIT);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len <= 0) { /* the desk is gone: nobody else can end these calls */
        fd_close(m->fd);
        module_phone_stop(m);
        return;
    }
    struct odict *od = NULL;
    if (json_decode_odict(&od, 8, text, (size_t)len, 2) == 0 && !m->stopping)
        dispatch(m, od);
    mem_deref(od);
    memset(text, 0, (size_t)len);
    __asm__ __volatile__("" : : "r"(text) : "memory"); /* keep the wipe: it may hold the secret */
}

/* Take over the inherited descriptor. Not to be inherited further. */
int module_link_open(struct module *m)
{
    const char *number = getenv(VOICE_FD_ENV);
    char *end = NULL;
    const long fd = number ? strtol(number, &end, 10) : -1;
    if (!number || !*number || *end || fd < 3 || fd > 1024)
        return EINVAL;
    if (fcntl((int)fd, F_SETFD, FD_CLOEXEC))
        return errno;
    (void)unsetenv(VOICE_FD_ENV);
    m->fd = (int)fd;
    return fd_listen(m->fd, FD_READ, on_readable, m);
}

void module_link_close(struct module *m)
{
    if (m->fd < 0)
        return;
    fd_close(m->fd);
    (void)close(m->fd);
    m->fd = -1;
}
