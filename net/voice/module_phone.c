/* SPDX-License-Identifier: Apache-2.0 */
/* The account at the edge, baresip's events, and a clean end. */

#include "net/voice/module.h"

#include <string.h>
#include <unistd.h>

#include <re_mem.h>

#include "core/i18n.h"

/* How long un-REGISTER and BYE may take when the peer is dead. */
#define STOP_MS 2000

/* Only what cannot change the meaning of a header or of baresip's account line. */
bool module_uri_is_plain(const char *uri)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "+*#%._-:;=@[]";
    return uri && strncmp(uri, "sip:", 4) == 0 && strlen(uri) <= 256 &&
           strspn(uri, plain) == strlen(uri);
}

/* SIP secrets are generated: letters and digits, so that they need no quoting. */
static bool secret_is_plain(const char *secret)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return secret && strlen(secret) <= 128 && strspn(secret, plain) == strlen(secret);
}

static int account_line(char *line, size_t size, const struct odict *cmd)
{
    const char *aor = odict_string(cmd, "aor");
    const char *secret = odict_string(cmd, "secret");
    const char *outbound = odict_string(cmd, "outbound");
    const char *reg = odict_string(cmd, "register");
    if (!module_uri_is_plain(aor) || !secret_is_plain(secret) || !outbound || !reg ||
        (*outbound && !module_uri_is_plain(outbound)))
        return EINVAL;
    const int len =
        re_snprintf(line, size, "<%s>%s%s%s%s%s;regint=%s;call_transfer=no", aor,
                    *secret ? ";auth_pass=" : "", secret, *outbound ? ";outbound=\"" : "", outbound,
                    *outbound ? "\"" : "", strcmp(reg, "yes") == 0 ? "60" : "0");
    return len < 0 || (size_t)len >= size ? EINVAL : 0;
}

void module_phone_account(struct module *m, const char *id, const struct odict *cmd)
{
    if (m->ua && !list_isempty(ua_calls(m->ua))) {
        module_refuse(m, id, "state", N_("The account cannot change during a call."));
        return;
    }
    char line[1024];
    if (account_line(line, sizeof line, cmd)) {
        module_refuse(m, id, "invalid", N_("The telephone account is not valid."));
        return;
    }
    if (m->ua)
        (void)ua_destroy(m->ua);
    m->ua = NULL;
    int err = ua_alloc(&m->ua, line);
    memset(line, 0, sizeof line);
    __asm__ __volatile__("" : : "r"(line) : "memory"); /* keep the wipe */
    if (!err)
        err = ua_register(m->ua);
    if (err)
        module_refuse(m, id, "unavailable", N_("The telephone account could not be set up."));
    else
        module_reply(m, id, NULL);
}

static void stop_now(void *arg)
{
    /* The peer answers nothing: it is told once more, and its own timers have to notice. Nothing of
     * ours is open but memory and sockets. */
    module_goodbye_say_all(arg);
    _exit(0);
}

void module_phone_stop(struct module *m)
{
    if (m->stopping)
        return;
    m->stopping = true;
    module_ringback_stop(m);
    m->ua = NULL;
    tmr_start(&m->stop, STOP_MS, stop_now, m);
    ua_stop_all(false);
}

void module_phone_quit(struct module *m, const char *id, const struct odict *cmd)
{
    (void)cmd;
    module_reply(m, id, NULL);
    module_phone_stop(m);
}

void module_phone_event(struct ua *ua, int ev, struct call *call, const char *prm, void *arg)
{
    (void)ua;
    struct module *m = arg;
    if (ev < 0 || ev >= MODULE_EVENTS_MAX || m->stopping)
        return;
    switch (m->events[ev]) {
    case MODULE_EV_REGISTER_OK:
        module_send(m, "registered", "on", "yes", "reason", "", NULL);
        break;
    case MODULE_EV_REGISTER_FAIL:
        module_send(m, "registered", "on", "no", "reason", prm, NULL);
        break;
    case MODULE_EV_CALL_INCOMING:
        module_call_decline(call);
        break;
    case MODULE_EV_REMOTE_SDP:
        module_call_remote_sdp(m, call, prm);
        break;
    case MODULE_EV_AUDIO_ERROR:
        module_call_device_failed(m, call);
        break;
    case MODULE_EV_OTHER:
        break;
    }
}
