/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/baresip_standin.h"

#include <errno.h>
#include <string.h>

#include <re_conf.h>
#include <re_mem.h>
#include <re_rtp.h>
#include <re_sa.h>
#include <re_sdp.h>

#include "tests/fuzz/fuzz.h"

struct stream {
    struct le le;
};

struct call {
    struct le le;
    char id[16];
    enum baresip_call_state state;
    baresip_call_event_h *handler;
    void *arg;
    struct list streams;
    struct stream stream;
};

struct ua {
    struct list calls;
};

/* baresip's functions take no context, so these have none either. */
static struct ua *account;
static unsigned last_call;

static void forget_call(void *data)
{
    struct call *call = data;
    list_unlink(&call->le);
}

static struct call *new_call(void)
{
    struct call *call = mem_zalloc(sizeof *call, forget_call);
    FUZZ_HOLDS(call);
    (void)re_snprintf(call->id, sizeof call->id, "call%u", ++last_call % 10);
    list_append(&call->streams, &call->stream.le, &call->stream);
    list_append(&account->calls, &call->le, call);
    return call;
}

struct call *standin_call(void)
{
    const struct le *le = account ? list_tail(&account->calls) : NULL;
    return le ? le->data : NULL;
}

struct call *standin_incoming(void)
{
    struct call *call = account ? new_call() : NULL;
    if (call)
        call->state = BARESIP_STATE_INCOMING;
    return call;
}

void standin_call_event(struct call *call, enum baresip_call_event event,
                        enum baresip_call_state state, const char *text)
{
    call->state = state;
    if (call->handler)
        call->handler(call, event, text, call->arg);
}

void standin_forget(void)
{
    if (account)
        (void)ua_destroy(account);
    last_call = 0;
}

/* --- accounts ----------------------------------------------------------------------------- */

int ua_alloc(struct ua **uap, const char *aor)
{
    FUZZ_HOLDS(aor && !strpbrk(aor, "\r\n")); /* one line: nothing can be slipped in */
    FUZZ_HOLDS(!account);
    account = mem_zalloc(sizeof *account, NULL);
    FUZZ_HOLDS(account);
    list_init(&account->calls);
    *uap = account;
    return 0;
}

unsigned ua_destroy(struct ua *ua)
{
    list_flush(&ua->calls);
    mem_deref(ua);
    account = NULL;
    return 0;
}

struct account *ua_account(const struct ua *ua)
{
    return (struct account *)ua;
}

int account_set_auth_pass(struct account *acc, const char *pass)
{
    FUZZ_HOLDS(acc && pass[0] && !strpbrk(pass, "\r\n;\""));
    return 0;
}

int ua_options_send(struct ua *ua, const char *uri, baresip_options_h *resph, void *arg)
{
    (void)resph;
    (void)arg;
    FUZZ_HOLDS(uri[0]);
    return ua ? 0 : EINVAL;
}

int ua_register(struct ua *ua)
{
    return ua ? 0 : EINVAL;
}

void ua_stop_all(bool forced)
{
    (void)forced;
}

struct list *ua_calls(const struct ua *ua)
{
    return (struct list *)&ua->calls;
}

int ua_connect(struct ua *ua, struct call **callp, const char *from_uri, const char *req_uri,
               enum baresip_vidmode vmode)
{
    (void)from_uri;
    (void)vmode;
    FUZZ_HOLDS(ua && ua == account && strncmp(req_uri, "sip:", 4) == 0);
    FUZZ_HOLDS(!strpbrk(req_uri, " \r\n<>\"?,")); /* no second header, no second address */
    *callp = new_call();
    (*callp)->state = BARESIP_STATE_OUTGOING;
    return 0;
}

/* --- calls -------------------------------------------------------------------------------- */

struct call *call_find_id(const struct list *calls, const char *id)
{
    for (const struct le *le = list_head(calls); le; le = le->next) {
        struct call *call = le->data;
        if (strcmp(call->id, id) == 0)
            return call;
    }
    return NULL;
}

const char *call_id(const struct call *call)
{
    return call->id;
}

enum baresip_call_state call_state(const struct call *call)
{
    return call->state;
}

void call_set_handlers(struct call *call, baresip_call_event_h *eh, baresip_call_dtmf_h *dtmfh,
                       void *arg)
{
    (void)dtmfh;
    call->handler = eh;
    call->arg = arg;
}

void call_hangup(struct call *call, uint16_t scode, const char *reason)
{
    (void)scode;
    (void)reason;
    call->state = BARESIP_STATE_TERMINATED;
}

int call_answer(struct call *call, uint16_t scode, enum baresip_vidmode vmode)
{
    (void)vmode;
    FUZZ_HOLDS(call->state == BARESIP_STATE_INCOMING);
    call->state = BARESIP_STATE_ESTABLISHED;
    return scode == 200 ? 0 : EINVAL;
}

/* Words of whoever calls. */
const char *call_peeruri(const struct call *call)
{
    return call->id[0] % 2 ? "sip:\x1b[31m+32470000000@127.0.0.1" : "no address";
}

const char *call_peername(const struct call *call)
{
    return call->id[0] % 2 ? "\xff\"\n" : NULL;
}

int call_hold(struct call *call, bool hold)
{
    (void)hold;
    return call ? 0 : EINVAL;
}

int call_transfer(struct call *call, const char *uri)
{
    return call && uri ? 0 : EINVAL;
}

int call_notify_sipfrag(struct call *call, uint16_t scode, const char *reason, ...)
{
    (void)scode;
    (void)reason;
    return call ? 0 : EINVAL;
}

int call_send_digit(struct call *call, char key)
{
    FUZZ_HOLDS(key == BARESIP_KEY_RELEASE || strchr("0123456789*#ABCD", key));
    return call ? 0 : EINVAL;
}

uint16_t call_scode(const struct call *call)
{
    return call ? 0 : 0;
}

struct audio *call_audio(const struct call *call)
{
    (void)call;
    return NULL;
}

struct list *call_streaml(const struct call *call)
{
    return (struct list *)&call->streams;
}

/* --- sound and figures -------------------------------------------------------------------- */

const struct aucodec *audio_codec(const struct audio *au, bool tx)
{
    static const char some;
    (void)au;
    (void)tx;
    return (const struct aucodec *)&some; /* never looked into */
}

void audio_mute(struct audio *au, bool muted)
{
    (void)au;
    (void)muted;
}

struct list *baresip_ausrcl(void)
{
    return NULL;
}

struct player *baresip_player(void)
{
    return NULL;
}

struct list *baresip_auplayl(void)
{
    return NULL;
}

int ausrc_register(struct ausrc **asp, struct list *ausrcl, const char *name,
                   baresip_ausrc_alloc_h *alloch)
{
    (void)ausrcl;
    (void)name;
    (void)alloch;
    *asp = NULL;
    return 0;
}

int auplay_register(struct auplay **app, struct list *auplayl, const char *name,
                    baresip_auplay_alloc_h *alloch)
{
    (void)auplayl;
    (void)name;
    (void)alloch;
    *app = NULL;
    return 0;
}

int play_file(struct play **playp, struct player *player, const char *filename, int repeat,
              const char *play_mod, const char *play_dev)
{
    (void)player;
    (void)filename;
    (void)repeat;
    (void)play_mod;
    (void)play_dev;
    *playp = mem_zalloc(1, NULL);
    return *playp ? 0 : ENOMEM;
}

/* --- network and encryption --------------------------------------------------------------- */

struct network *baresip_network(void)
{
    return NULL;
}

const struct sa *net_laddr_af(const struct network *net, int af)
{
    (void)net;
    (void)af;
    return NULL;
}

void net_change(struct network *net, uint32_t interval, baresip_net_change_h *ch, void *arg)
{
    (void)net;
    (void)interval;
    (void)ch;
    (void)arg;
}

int call_reset_transp(struct call *call, const struct sa *laddr)
{
    (void)laddr;
    return call ? 0 : EINVAL;
}

struct list *baresip_mencl(void)
{
    return NULL;
}

const struct menc *menc_find(const struct list *mencl, const char *id)
{
    static struct menc any;
    (void)mencl;
    FUZZ_HOLDS(id[0]);
    return &any;
}

bool stream_is_secure(const struct stream *strm)
{
    return strm && last_call % 2;
}

uint32_t stream_metric_get_rx_n_packets(const struct stream *strm)
{
    return strm ? UINT32_MAX : 0;
}

uint32_t stream_metric_get_tx_n_packets(const struct stream *strm)
{
    return strm ? UINT32_MAX : 0;
}

const struct rtcp_stats *stream_rtcp_stats(const struct stream *strm)
{
    static const struct rtcp_stats worst = {
        .rx = {.sent = UINT32_MAX, .lost = INT32_MIN, .jit = UINT32_MAX},
          .rtt = UINT32_MAX
    };
    return strm ? &worst : NULL;
}

void stream_enable_rtp_timeout(struct stream *strm, uint32_t timeout_ms)
{
    (void)strm;
    (void)timeout_ms;
}

struct sdp_media *stream_sdpmedia(const struct stream *strm)
{
    (void)strm;
    return NULL; /* libre: a medium without direction, which the module reads as a hold */
}

/* --- the rest ----------------------------------------------------------------------------- */

struct conf *conf_cur(void)
{
    return NULL;
}

void log_enable_info(bool enable)
{
    (void)enable;
}

void log_enable_stdout(bool enable)
{
    (void)enable;
}

void log_register_handler(struct log *logh)
{
    (void)logh;
}

void log_unregister_handler(struct log *logh)
{
    (void)logh;
}

int uag_event_register(baresip_ua_event_h *eh, void *arg)
{
    (void)arg;
    return eh ? 0 : EINVAL;
}

const char *uag_event_str(int ev)
{
    (void)ev;
    return "?";
}

/* No wire: what is sent goes nowhere. */
struct sip *uag_sip(void)
{
    return NULL;
}

void uag_event_unregister(baresip_ua_event_h *eh)
{
    (void)eh;
}
