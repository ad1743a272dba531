/* SPDX-License-Identifier: Apache-2.0 */
/* What the telephone, the clock and the screen's coming and going lead to (net/desk/desk.h). */

#include "net/desk/desk.h"

#include <re_fmt.h>
#include <re_main.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "net/api/json.h"
#include "net/desk/clock.h"

/* Nobody signed in; and a signed-in desk whose screen never came back, with no call up. */
#define NOBODY_MS (60 * 1000)
#define FORGOTTEN_MS (30 * 60 * 1000)
#define SOUND_AGAIN_MS 2000

/* Of the backend, as the screen knew it at the dial; this machine's clock may be wrong, and may be
 * moved in the midst of a call. */
static int64_t now_utc_s(const struct desk *d)
{
    return (d->utc_at_0_ms + desk_clock_ms()) / 1000;
}

const char *desk_phone_name(const struct desk *d)
{
    switch (voice_state(d->voice)) {
    case VOICE_READY:
        return "ready";
    case VOICE_FAILED:
        return "failed";
    case VOICE_STOPPED: /* before the first sign-in */
    case VOICE_STARTING:
        break;
    }
    return "starting";
}

const char *desk_phone_reason(const struct desk *d)
{
    return voice_state(d->voice) == VOICE_READY ? d->sound_reason : d->phone_reason;
}

static void tell_phone(struct desk *d)
{
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "event", "phone") &&
        cJSON_AddStringToObject(j, "state", desk_phone_name(d)) &&
        cJSON_AddStringToObject(j, "reason", desk_phone_reason(d)) &&
        cJSON_AddBoolToObject(j, "sound", d->sound) &&
        cJSON_AddBoolToObject(j, "registered", d->registered))
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

static void tell_call(struct desk *d, const struct desk_call_event *ev)
{
    cJSON *j = desk_call_event_json(ev);
    if (j && cJSON_AddStringToObject(j, "event", "call") &&
        cJSON_AddStringToObject(j, "call_id", d->call.call_id) &&
        cJSON_AddStringToObject(j, "sip_call_id", d->call.sip_call_id))
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

void desk_call_happened(struct desk *d, enum call_event kind, enum call_end end, int sip_status,
                        const char *text)
{
    const struct desk_call_event *ev =
        desk_call_step(&d->call, kind, end, sip_status, text, now_utc_s(d));
    if (!ev)
        return;
    if (kind == CALL_EV_ANSWER || kind == CALL_EV_END)
        tmr_cancel(&d->ring_limit);
    tell_call(d, ev);
    line_watch_follow(d);
    desk_sound_follow(d);
    desk_poster_kick(d->poster);
}

/* --- ending the call ---------------------------------------------------------------------- */

/* The module knew no such call, or died: there is nobody left who would report the end. */
static void on_hung_up(const cJSON *reply, void *arg)
{
    struct desk *d = arg;
    if (call_is_up(&d->call.call) && (!reply || strcmp(json_str(reply, "ok", "no"), "yes") != 0))
        desk_call_happened(d, CALL_EV_END, d->call.ending, 0, "");
}

void desk_hang_up(struct desk *d, enum call_end why)
{
    struct err err;
    if (!call_is_up(&d->call.call) || d->call.ending != CALL_END_NONE)
        return;
    d->call.ending = why;
    if (voice_command(d->voice, "hangup", "call", d->call.sip_call_id, NULL, NULL, on_hung_up, d,
                      &err))
        on_hung_up(NULL, d);
}

/* --- the telephone ------------------------------------------------------------------------ */

static void on_voice_state(enum voice_state state, const char *sentence, void *arg)
{
    struct desk *d = arg;
    (void)snprintf(d->phone_reason, sizeof d->phone_reason, "%s", sentence);
    if (state != VOICE_READY)
        d->registered = false;
    if (state == VOICE_STOPPED && d->leaving)
        re_cancel();
    else
        tell_phone(d);
}

/* The answer to a probe is the event that every look at the devices gives: on_voice_sound. */
static void on_sound_again(void *arg)
{
    struct desk *d = arg;
    if (voice_state(d->voice) == VOICE_READY && !desk_call_is_busy(&d->call))
        (void)!voice_command(d->voice, "probe", NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    tmr_start(&d->sound_again, SOUND_AGAIN_MS, on_sound_again, d);
}

static void on_voice_sound(bool on, const char *sentence, void *arg)
{
    struct desk *d = arg;
    const bool changed = d->sound != on || strcmp(d->sound_reason, sentence) != 0;
    d->sound = on;
    (void)snprintf(d->sound_reason, sizeof d->sound_reason, "%s", sentence);
    if (on)
        tmr_cancel(&d->sound_again);
    else if (!tmr_isrunning(&d->sound_again))
        tmr_start(&d->sound_again, SOUND_AGAIN_MS, on_sound_again, d);
    if (changed && voice_state(d->voice) == VOICE_READY)
        tell_phone(d);
}

static void on_voice_audio(const char *event, const cJSON *m, void *arg)
{
    desk_sound_heard(arg, event, m);
}

static void on_voice_registered(bool on, const char *sentence, void *arg)
{
    struct desk *d = arg;
    (void)sentence;
    const bool changed = d->registered != on;
    d->registered = on;
    if (changed)
        tell_phone(d);
}

static void on_voice_lost(void *arg)
{
    struct desk *d = arg;
    desk_sound_lost(d);
    if (call_is_up(&d->call.call))
        desk_call_happened(d, CALL_EV_END,
                           d->call.ending != CALL_END_NONE ? d->call.ending : CALL_END_PHONE_LOST,
                           0, "");
}

static enum call_end end_of(const struct desk *d, const char *cause, int status)
{
    static const struct {
        const char *cause;
        enum call_end before, after; /* the answer */
    } ends[] = {
        {"local", CALL_END_BY_AGENT,  CALL_END_BY_AGENT },
        {"peer",  CALL_END_FAILED,    CALL_END_BY_PERSON},
        {"rtp",   CALL_END_LINE_LOST, CALL_END_LINE_LOST},
        {"line",  CALL_END_FAILED,    CALL_END_FAILED   },
    };
    const bool answered = d->call.call.answered_utc_s != 0;
    if (d->call.ending != CALL_END_NONE)
        return d->call.ending;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (strcmp(ends[i].cause, cause) == 0)
            return answered ? ends[i].after : ends[i].before;
    return call_end_of_sip(status, answered);
}

/* A gateway says 180 again every minute: that is no news. */
static bool rings_already(const struct desk_call *c, int status)
{
    const struct desk_call_event *last = c->n_events ? &c->events[c->n_events - 1] : NULL;
    return last && last->kind == CALL_EV_RING && last->sip_status == status;
}

static void on_voice_call(const char *event, const cJSON *m, void *arg)
{
    struct desk *d = arg;
    enum call_event kind;
    const char *id = json_str(m, "call", "");
    if (!*id || strcmp(id, d->call.sip_call_id) != 0 || !call_event_by_name(event, &kind))
        return;
    const int status = (int)strtol(json_str(m, "status", "0"), NULL, 10);
    if (kind == CALL_EV_END)
        desk_call_happened(d, kind, end_of(d, json_str(m, "cause", "line"), status), status,
                           json_str(m, "text", ""));
    else if (kind == CALL_EV_RING && rings_already(&d->call, status))
        return;
    else if (kind == CALL_EV_RING || kind == CALL_EV_ANSWER || kind == CALL_EV_PEER_HOLD ||
             kind == CALL_EV_PEER_RESUME)
        desk_call_happened(d, kind, CALL_END_NONE, kind == CALL_EV_ANSWER ? 200 : status, "");
}

/* --- the clock ---------------------------------------------------------------------------- */

static void on_grace(void *arg)
{
    desk_hang_up(arg, CALL_END_SCREEN_LOST);
}

static void on_idle(void *arg)
{
    struct desk *d = arg;
    /* Never during a call, nor before the backend knows how it ended. */
    const bool untold = d->session->signed_in && !desk_poster_is_done(d->poster);
    if (!desk_call_is_busy(&d->call) && !untold)
        desk_sign_out(d);
    if (!d->leaving)
        tmr_start(&d->idle, NOBODY_MS, on_idle, d);
}

/* --- the screen --------------------------------------------------------------------------- */

static void on_screen_gone(void *arg)
{
    struct desk *d = arg;
    if (d->leaving)
        return;
    desk_sound_end_test(d, false);
    tmr_start(&d->idle, d->session->signed_in ? FORGOTTEN_MS : NOBODY_MS, on_idle, d);
    if (!d->session->signed_in)
        return;
    tmr_start(&d->grace, (uint64_t)d->session->screen_grace_s * 1000, on_grace, d);
    desk_poster_switch(d->poster, true);
}

void desk_screen_came(struct desk *d)
{
    tmr_cancel(&d->idle);
    tmr_cancel(&d->grace);
    line_watch_forget(d);
    desk_poster_switch(d->poster, false);
}

bool desk_stays(const struct desk *d)
{
    return d->listens || desk_server_is_kept(d->server);
}

/* --- life --------------------------------------------------------------------------------- */

void desk_leave(struct desk *d)
{
    if (d->leaving)
        return;
    d->leaving = true;
    if (voice_state(d->voice) == VOICE_STOPPED)
        re_cancel();
    else
        voice_stop(d->voice);
}

void desk_sign_out(struct desk *d)
{
    desk_session_clear(d->session);
    if (!desk_stays(d)) {
        desk_leave(d);
        return;
    }
    desk_call_clear(&d->call);
    desk_poster_forget(d->poster);
    if (voice_state(d->voice) != VOICE_STOPPED)
        voice_stop(d->voice);
}

enum err_code desk_init(struct desk *d, const struct desk_config *config, struct err *err)
{
    struct desk_place place;
    char dir[DESK_PATH_MAX + 16], log[DESK_PATH_MAX + 16];
    *d = (struct desk){.sound = true,
                       .listens = config->listen,
                       .utc_at_0_ms = (int64_t)time(NULL) * 1000 - desk_clock_ms()};
    tmr_init(&d->ring_limit);
    tmr_init(&d->grace);
    tmr_init(&d->idle);
    tmr_init(&d->sound_again);
    tmr_init(&d->line_every);
    tmr_init(&d->sound_test);
    desk_sound_init(&d->sound_state, config->instance);
    enum err_code code = desk_place_name(&place, config->instance, err);
    if (code)
        return code;
    (void)snprintf(dir, sizeof dir, "%s/baresip", place.dir);
    (void)snprintf(log, sizeof log, "%s/desk.log", place.dir);
    const struct desk_server_handlers on_server = {desk_request, on_screen_gone, d};
    const struct voice_handlers on_voice = {on_voice_state,
                                            on_voice_sound,
                                            on_voice_audio,
                                            on_voice_registered,
                                            on_voice_call,
                                            on_voice_lost,
                                            d};
    const struct voice_config voice = {dir,
                                       config->baresip,
                                       config->module,
                                       config->audio,
                                       config->log ? config->log : log,
                                       &d->sound_state.choice};
    d->session = desk_session_new();
    d->poster = d->session ? desk_poster_new(&d->call, d->session) : NULL;
    code = d->poster ? voice_new(&d->voice, &voice, &on_voice, err) : err_set(err, ERR_NOMEM, NULL);
    if (!code)
        code = desk_server_new(&d->server, &place, &on_server, err);
    if (code) {
        desk_deinit(d);
        return code;
    }
    tmr_start(&d->idle, NOBODY_MS, on_idle, d);
    return ERR_OK;
}

void desk_deinit(struct desk *d)
{
    tmr_cancel(&d->ring_limit);
    tmr_cancel(&d->grace);
    tmr_cancel(&d->idle);
    tmr_cancel(&d->sound_again);
    tmr_cancel(&d->line_every);
    tmr_cancel(&d->sound_test);
    d->server = desk_server_free(d->server);
    d->voice = voice_free(d->voice);
    d->poster = desk_poster_free(d->poster);
    d->session = desk_session_free(d->session);
    desk_sound_deinit(&d->sound_state);
}
