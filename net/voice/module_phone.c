/* SPDX-License-Identifier: Apache-2.0 */
/* The account at the edge, baresip's events, and a clean end. */

#include "net/voice/module.h"

#include <string.h>
#include <unistd.h>

#include <re_mem.h>

#include "core/i18n.h"

/* How long un-REGISTER and BYE may take when the peer is dead. */
#define STOP_MS 2000
/* How long after an exchange that could not be reached, or refused the account. */
#define TRY_AGAIN_MS 15000

/* Only what cannot change the meaning of a header or of baresip's account line. */
bool module_uri_is_plain(const char *uri)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "+*#%._-:;=@[]";
    return uri && strncmp(uri, "sip:", 4) == 0 && strlen(uri) <= 256 &&
           strspn(uri, plain) == strlen(uri);
}

static void wipe(char *text, size_t size)
{
    memset(text, 0, size);
    __asm__ __volatile__("" : : "r"(text) : "memory"); /* keep the wipe */
}

/* SIP secrets are generated: letters and digits, so that they need no quoting. */
static bool secret_is_plain(const char *secret)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return secret && strlen(secret) <= 128 && strspn(secret, plain) == strlen(secret);
}

/* Names of the desk's commands, and of baresip's `mediaenc`. */
static const struct {
    const char *name;
    const char *baresip; /* NULL = none */
} medias[] = {
    [MODULE_MEDIA_PLAIN] = {"plain",     NULL       },
    [MODULE_MEDIA_SRTP] = {"srtp",      "srtp-mand"},
    [MODULE_MEDIA_DTLS_SRTP] = {"dtls-srtp", "dtls_srtp"},
};

static bool media_by_name(const char *name, enum module_media *ret)
{
    for (size_t i = 0; name && i < sizeof medias / sizeof medias[0]; i++)
        if (strcmp(medias[i].name, name) == 0) {
            *ret = (enum module_media)i;
            return true;
        }
    return false;
}

static const char *string_or(const struct odict *od, const char *key, const char *other)
{
    const char *value = odict_string(od, key);
    return value ? value : other;
}

static bool read_account(const struct odict *cmd, struct module_account *a)
{
    const char *reg = odict_string(cmd, "register");
    *a = (struct module_account){
        .aor = odict_string(cmd, "aor"),
        .secret = odict_string(cmd, "secret"),
        .outbound = odict_string(cmd, "outbound"),
        .transport = string_or(cmd, "transport", ""),
        .ca = string_or(cmd, "ca", ""),
        .registers = reg && strcmp(reg, "yes") == 0,
    };
    return module_uri_is_plain(a->aor) && secret_is_plain(a->secret) && a->outbound && reg &&
           (!*a->outbound || module_uri_is_plain(a->outbound)) &&
           media_by_name(string_or(cmd, "media", "plain"), &a->media);
}

static int account_line(char *line, size_t size, const struct module_account *a, const char *proxy)
{
    const char *media = medias[a->media].baresip;
    const int len =
        re_snprintf(line, size, "<%s>%s%s%s%s%s%s%s;regint=%s;call_transfer=no", a->aor,
                    *a->secret ? ";auth_pass=" : "", a->secret, *proxy ? ";outbound=\"" : "", proxy,
                    *proxy ? "\"" : "", media ? ";mediaenc=" : "", media ? media : "",
                    a->registers ? "60" : "0");
    return len < 0 || (size_t)len >= size ? EINVAL : 0;
}

/* srtp.so sends plain sound when the answer holds no key. Like dtls_srtp.so it has to wait: then
 * baresip opens neither microphone nor stream before the keys are there. False: no such module. */
static bool media_is_strict(enum module_media media)
{
    if (!medias[media].baresip)
        return true;
    struct menc *menc = (struct menc *)menc_find(baresip_mencl(), medias[media].baresip);
    if (menc)
        menc->wait_secure = true;
    return menc;
}

static void on_again(void *arg)
{
    struct module *m = arg;
    if (m->ua && !m->stopping)
        (void)(m->registers ? ua_register(m->ua) : ua_options_send(m->ua, m->aor, NULL, NULL));
}

/* baresip itself waits up to half an hour. An account that does not register asks for the
 * exchange's options, for its certificate's sake. */
void module_phone_try_again(struct module *m)
{
    if (!tmr_isrunning(&m->try_again))
        tmr_start(&m->try_again, TRY_AGAIN_MS, on_again, m);
}

void module_phone_account(struct module *m, const char *id, const struct odict *cmd)
{
    if (m->ua && !list_isempty(ua_calls(m->ua))) {
        module_refuse(m, id, "state", N_("The account cannot change during a call."));
        return;
    }
    char line[1024], proxy[512];
    struct module_account a;
    struct tls *tls = NULL;
    if (!read_account(cmd, &a) || module_transport_of(m, &a, proxy, sizeof proxy, &tls) ||
        account_line(line, sizeof line, &a, proxy)) {
        mem_deref(tls);
        module_refuse(m, id, "invalid", N_("The telephone account is not valid."));
        return;
    }
    if (m->ua)
        (void)ua_destroy(m->ua);
    m->ua = NULL;
    tmr_cancel(&m->try_again);
    int err = module_transport_set(m, tls);
    if (!err)
        err = media_is_strict(a.media) ? ua_alloc(&m->ua, line) : ENOENT;
    wipe(line, sizeof line);
    m->media = a.media;
    m->registers = a.registers;
    (void)re_snprintf(m->aor, sizeof m->aor, "%s", a.aor);
    if (!err && a.registers)
        err = ua_register(m->ua);
    if (err) {
        module_refuse(m, id, "unavailable", N_("The telephone account could not be set up."));
        return;
    }
    module_reply(m, id, NULL);
    if (m->tls && !a.registers)
        on_again(m);
}

/* libre asks for the secret with each registration and each call: nothing has to be sent now. */
void module_phone_secret(struct module *m, const char *id, const struct odict *cmd)
{
    const char *secret = odict_string(cmd, "secret");
    if (!m->ua)
        module_refuse(m, id, "state", N_("No account is set."));
    else if (!secret_is_plain(secret) || !*secret)
        module_refuse(m, id, "invalid", N_("The telephone account is not valid."));
    else if (account_set_auth_pass(ua_account(m->ua), secret))
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
    tmr_cancel(&m->try_again);
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
        tmr_cancel(&m->try_again);
        module_send(m, "registered", "on", "yes", "reason", "", NULL);
        break;
    case MODULE_EV_REGISTER_FAIL:
        module_phone_try_again(m);
        module_send(m, "registered", "on", "no", "reason", prm, NULL);
        break;
    case MODULE_EV_CALL_INCOMING:
        module_incoming_came(m, call);
        break;
    case MODULE_EV_REMOTE_SDP:
        module_call_remote_sdp(m, call, prm);
        break;
    case MODULE_EV_OTHER:
        break;
    }
}
