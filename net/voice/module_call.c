/* SPDX-License-Identifier: Apache-2.0 */
/* Calls by SIP Call-ID: commands in, events out. */

#include "net/voice/module.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <re_mem.h>
#include <re_rtp.h>
#include <re_sa.h>
#include <re_sdp.h>

#include "core/i18n.h"
#include "net/voice/module_protocol.h"
#include "net/voice/redirect.h"

static struct module_call *note_of(struct module *m, const char *call_id)
{
    for (size_t i = 0; i < MODULE_CALLS_MAX; i++)
        if (call_id && strcmp(m->calls[i].id, call_id) == 0)
            return &m->calls[i];
    return NULL;
}

static void note_drop(struct module *m, const char *call_id)
{
    struct module_call *note = note_of(m, call_id);
    module_goodbye_drop(m, call_id);
    if (!note)
        return;
    tmr_cancel(&note->insecure);
    memset(note, 0, sizeof *note);
}

/* The tone of one call: the other may answer to its own hold in the meantime. */
void module_call_rings(struct module *m, const struct call *call, bool on)
{
    struct module_call *note = call ? note_of(m, call_id(call)) : NULL;
    if (!note || note->rings == on)
        return;
    note->rings = on;
    if (on)
        module_ringback_start(m, call_state(call) == BARESIP_STATE_INCOMING ? "ring.wav"
                                                                            : "ringback.wav");
    else
        module_ringback_stop(m);
}

struct call *module_call_named(struct module *m, const char *id, const struct odict *cmd)
{
    const char *call_id_wanted = odict_string(cmd, "call");
    struct call *call = m->ua && call_id_wanted && *call_id_wanted
                            ? call_find_id(ua_calls(m->ua), call_id_wanted)
                            : NULL;
    if (!call)
        module_refuse(m, id, "not-found", N_("There is no such call."));
    return call;
}

/* Is the wanted truth yes? -1 when the command does not say. */
static int wanted(const struct odict *cmd)
{
    const char *on = odict_string(cmd, "on");
    if (!on)
        return -1;
    return strcmp(on, "yes") == 0 ? 1 : strcmp(on, "no") == 0 ? 0 : -1;
}

/* Why a call closed, from baresip's words: it gives no codes. */
static const char *cause_of(int status, const char *text)
{
    static const struct {
        const char *start;
        const char *cause;
    } words[] = {
        {"Connection reset by peer", "peer"       }, /* BYE */
        {"rtp stream error",         "rtp"        },
        {"Call transfered",          "transferred"}, /* (sic) the target answered: NOTIFY 200 */
        {"mediaenc failed",          "media"      }, /* the keys could not be agreed on */
    };
    if (status)
        return "sip";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(text, words[i].start, strlen(words[i].start)) == 0)
            return words[i].cause;
    return "line";
}

static int status_in(const char *text)
{
    if (text[0] < '1' || text[0] > '6' || !isdigit((unsigned char)text[1]) ||
        !isdigit((unsigned char)text[2]) || text[3] != ' ')
        return 0;
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}

/* A redirection: its status; its words are lost (net/voice/redirect.h). */
static int redirection_in(const char *text)
{
    static const char start[] = "Unknown error ";
    const long error = strncmp(text, start, sizeof start - 1) == 0
                           ? strtol(text + sizeof start - 1, NULL, 10) - VOICE_REDIRECT_ERROR
                           : 0;
    return error >= 300 && error < 400 ? (int)error : 0;
}

static void report_end(struct module *m, struct call *call, const char *text)
{
    const int redirection = redirection_in(text);
    if (redirection)
        text = "300 The number was redirected";
    const int status = redirection ? redirection : status_in(text);
    char number[8];
    (void)re_snprintf(number, sizeof number, "%d", status);
    const char *cause = cause_of(status, text);
    if (strcmp(cause, "transferred") == 0)
        text = ""; /* baresip's words, not the peer's */
    module_send(m, "end", "call", call_id(call), "status", number, "text", status ? text + 4 : text,
                "cause", cause, NULL);
    note_drop(m, call_id(call));
}

/* Answered, but with nothing that both sides could speak through. */
static void hang_up_silent(struct module *m, struct call *call)
{
    call_hangup(call, 0, NULL);
    report_end(m, call, "No common sound format");
    mem_deref(call);
}

/* The REFER was refused, or what it led to failed. */
static void report_failure(struct module *m, struct call *call, const char *text)
{
    const int status = status_in(text);
    char number[8];
    (void)re_snprintf(number, sizeof number, "%d", status);
    module_send(m, "transfer_failed", "call", call_id(call), "status", number, "text",
                status ? text + 4 : text, NULL);
}

static void on_answer(struct module *m, struct call *call)
{
    struct module_call *note = note_of(m, call_id(call));
    const enum module_keys keys = note ? module_secure_keys(note, call) : MODULE_KEYS_NONE;
    if (keys == MODULE_KEYS_MISSING || keys == MODULE_KEYS_AWAITED)
        module_secure_await(note, keys);
    if (!note || keys == MODULE_KEYS_MISSING)
        return;
    if (keys != MODULE_KEYS_AWAITED && !module_peer_can_talk(call)) {
        hang_up_silent(m, call);
        return;
    }
    module_send(m, "answer", "call", note->id, NULL);
    if (keys == MODULE_KEYS_NONE)
        module_send(m, "secure", "call", note->id, "on", "no", NULL);
    module_call_remote_sdp(m, call, "answer");
}

void module_call_end_insecure(struct module_call *note)
{
    struct module *m = note->module;
    struct call *call = m->ua ? call_find_id(ua_calls(m->ua), note->id) : NULL;
    if (!call)
        return;
    call_hangup(call, 488, "Not Acceptable Here");
    module_send(m, "end", "call", note->id, "status", "0", "text", "", "cause", "media", NULL);
    note_drop(m, note->id);
    mem_deref(call);
}

/* In place of baresip's own handler (call_event_handler in src/ua.c), which drops the call when a
 * transfer fails and resumes a held call when another one closes. */
static void on_call_event(struct call *call, enum baresip_call_event ev, const char *str, void *arg)
{
    struct module *m = arg;
    switch (ev) {
    case BARESIP_CALL_RINGING:
    case BARESIP_CALL_PROGRESS:
        /* 183 with sound: the network's own tone or announcement is heard instead of ours. */
        module_call_rings(m, call, ev == BARESIP_CALL_RINGING);
        module_send(m, "ring", "call", call_id(call), "status",
                    call_state(call) == BARESIP_STATE_RINGING ? "180"
                    : call_state(call) == BARESIP_STATE_EARLY ? "183"
                                                              : "0",
                    NULL);
        break;
    case BARESIP_CALL_ESTABLISHED:
        module_call_rings(m, call, false);
        on_answer(m, call);
        break;
    case BARESIP_CALL_CLOSED:
        module_call_rings(m, call, false);
        report_end(m, call, str);
        mem_deref(call);
        break;
    case BARESIP_CALL_TRANSFER:
        (void)call_notify_sipfrag(call, 603, "Decline");
        break;
    case BARESIP_CALL_TRANSFER_FAILED: /* baresip's own handler would say BYE here */
        report_failure(m, call, str);
        break;
    case BARESIP_CALL_MENC:
        module_secure_tell(m, call, note_of(m, call_id(call)));
        break;
    case BARESIP_CALL_INCOMING:
        break;
    }
}

static void on_dtmf(struct call *call, char key, void *arg)
{
    (void)call;
    (void)key;
    (void)arg;
}

bool module_call_take(struct module *m, struct call *call)
{
    struct module_call *note = note_of(m, "");
    if (!note)
        return false;
    call_set_handlers(call, on_call_event, on_dtmf, m);
    (void)re_snprintf(note->id, sizeof note->id, "%s", call_id(call));
    note->module = m;
    note->media = m->media;
    tmr_init(&note->insecure);
    return true;
}

void module_call_dial(struct module *m, const char *id, const struct odict *cmd)
{
    const char *uri = odict_string(cmd, "uri");
    if (!module_uri_is_plain(uri)) {
        module_refuse(m, id, "invalid", N_("The number is not valid."));
        return;
    }
    if (!m->ua || !note_of(m, "")) {
        module_refuse(m, id, "state", m->ua ? "There are too many calls." : "No account is set.");
        return;
    }
    /* Whoever is spoken with already may be held and somebody else asked, also while a device is
     * gone: its sound comes back with it. */
    if (list_isempty(ua_calls(m->ua)) && !module_sound_works(m)) {
        module_refuse(m, id, "no-sound", N_("There is no sound device."));
        return;
    }
    struct call *call = NULL;
    if (ua_connect(m->ua, &call, NULL, uri, BARESIP_VIDEO_OFF) || !call_id(call)) {
        mem_deref(call);
        module_refuse(m, id, "unavailable", N_("The call could not be started."));
        return;
    }
    (void)module_call_take(m, call);
    module_reply(m, id, "call", call_id(call), NULL);
}

void module_call_hangup(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    const char *here = odict_string(cmd, "here");
    module_reply(m, id, NULL);
    module_call_rings(m, call, false);
    if (call_state(call) != BARESIP_STATE_INCOMING)
        call_hangup(call, 0, NULL);
    else if (here && strcmp(here, "no") == 0)
        call_hangup(call, 480, "Temporarily Unavailable");
    else
        call_hangup(call, 603, "Decline");
    module_send(m, "end", "call", call_id(call), "status", "0", "text", "", "cause", "local", NULL);
    note_drop(m, call_id(call));
    mem_deref(call);
}

void module_call_mute(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    const int on = wanted(cmd);
    if (on < 0) {
        module_refuse(m, id, "invalid", N_("on must be yes or no."));
        return;
    }
    audio_mute(call_audio(call), on);
    module_reply(m, id, NULL);
}

void module_call_hold(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    const int on = wanted(cmd);
    if (on < 0)
        module_refuse(m, id, "invalid", N_("on must be yes or no."));
    else if (call_state(call) != BARESIP_STATE_ESTABLISHED)
        module_refuse(m, id, "state", N_("The call is not answered."));
    else if (call_hold(call, on))
        module_refuse(m, id, "unavailable", N_("The other side could not be told."));
    else
        module_reply(m, id, NULL);
}

/* In angle brackets: without them what follows a semicolon belongs to the header (RFC 3261 20). */
static int transfer(struct call *call, const char *uri)
{
    char target[300];
    return re_snprintf(target, sizeof target, "<%s>", uri) < 0 ? ENOMEM
                                                               : call_transfer(call, target);
}

void module_call_transfer(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    const char *uri = odict_string(cmd, "uri");
    if (!module_uri_is_plain(uri))
        module_refuse(m, id, "invalid", N_("The number is not valid."));
    else if (call_state(call) != BARESIP_STATE_ESTABLISHED)
        module_refuse(m, id, "state", N_("The call is not answered."));
    else if (transfer(call, uri))
        module_refuse(m, id, "unavailable", N_("The other side could not be told."));
    else
        module_reply(m, id, NULL);
}

void module_call_dtmf(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    const char *digits = odict_string(cmd, "digits");
    if (!digits || !*digits || strlen(digits) > 32 ||
        strspn(digits, "0123456789*#ABCD") != strlen(digits)) {
        module_refuse(m, id, "invalid", N_("Only the digits, *, # and A to D can be sent."));
        return;
    }
    if (call_state(call) != BARESIP_STATE_ESTABLISHED) {
        module_refuse(m, id, "state", N_("The call is not answered."));
        return;
    }
    int err = 0;
    for (const char *d = digits; *d && !err; d++) {
        err = call_send_digit(call, *d);
        err |= call_send_digit(call, BARESIP_KEY_RELEASE);
    }
    if (err)
        module_refuse(m, id, "unavailable", N_("The digits could not be sent."));
    else
        module_reply(m, id, NULL);
}

void module_call_stats(struct module *m, const char *id, const struct odict *cmd)
{
    struct call *call = module_call_named(m, id, cmd);
    if (!call)
        return;
    const struct le *le = list_head(call_streaml(call));
    const struct stream *stream = le ? le->data : NULL;
    const struct rtcp_stats *rtcp = stream ? stream_rtcp_stats(stream) : NULL;
    char sent[16], received[16], lost[16], jitter[16], rtt[16];
    (void)re_snprintf(sent, sizeof sent, "%u", stream_metric_get_tx_n_packets(stream));
    (void)re_snprintf(received, sizeof received, "%u", stream_metric_get_rx_n_packets(stream));
    (void)re_snprintf(lost, sizeof lost, "%d", rtcp && rtcp->rx.lost > 0 ? rtcp->rx.lost : 0);
    (void)re_snprintf(jitter, sizeof jitter, "%u", rtcp ? rtcp->rx.jit : 0);
    (void)re_snprintf(rtt, sizeof rtt, "%u", rtcp ? rtcp->rtt : 0);
    module_reply(m, id, "sent", sent, "received", received, "lost", lost, "jitter_us", jitter,
                 "rtt_us", rtt, NULL);
}

void module_call_forget(struct module *m)
{
    for (size_t i = 0; i < MODULE_CALLS_MAX; i++)
        tmr_cancel(&m->calls[i].insecure);
}

/* The sound of the call starts right after the first answer, so the ringback tone gives the device
 * back here. */
void module_call_remote_sdp(struct module *m, struct call *call, const char *kind)
{
    module_call_rings(m, call, false);
    struct module_call *note = call ? note_of(m, call_id(call)) : NULL;
    if (note)
        module_peer_session(m, call, note, strcmp(kind, "offer") != 0);
}

bool module_call_answered(struct module *m, const struct pl *call_id)
{
    for (size_t i = 0; i < MODULE_CALLS_MAX; i++)
        if (m->calls[i].id[0] && pl_strcmp(call_id, m->calls[i].id) == 0) {
            const bool first = !m->calls[i].answered;
            m->calls[i].answered = true;
            return first;
        }
    return false;
}
