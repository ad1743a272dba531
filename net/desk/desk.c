/* SPDX-License-Identifier: Apache-2.0 */
/* What the telephone, the clock and the screen's coming and going lead to (net/desk/desk.h). */

#include "net/desk/desk.h"

#include <re_fmt.h>
#include <re_main.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/desk/clock.h"
#include "net/desk/incoming.h"
#include "net/desk/plan.h"

#define SOUND_AGAIN_MS 2000

const char *desk_phone_name(const struct desk *d)
{
    switch (voice_state(d->voice)) {
    case VOICE_READY:
        return d->fault || d->login_refused ? "failed" : "ready";
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
    if (voice_state(d->voice) != VOICE_READY)
        return d->phone_reason;
    if (d->fault)
        return d->fault_reason;
    return d->login_refused ? N_("The telephone's login was refused.") : d->sound_reason;
}

bool desk_phone_tell(const struct desk *d, cJSON *j)
{
    return cJSON_AddStringToObject(j, "reason", desk_phone_reason(d)) &&
           cJSON_AddBoolToObject(j, "sound", d->sound) &&
           cJSON_AddBoolToObject(j, "registered", d->registered) &&
           cJSON_AddStringToObject(j, "fault", phone_fault_name(d->fault)) &&
           cJSON_AddStringToObject(j, "about", d->fault_about);
}

static void tell_phone(struct desk *d)
{
    cJSON *j = cJSON_CreateObject();
    if (cJSON_AddStringToObject(j, "event", "phone") &&
        cJSON_AddStringToObject(j, "state", desk_phone_name(d)) && desk_phone_tell(d, j))
        desk_server_send(d->server, desk_server_screen(d->server), j);
    else
        json_free(j);
}

/* --- the telephone ------------------------------------------------------------------------ */

static void on_voice_state(enum voice_state state, const char *sentence, void *arg)
{
    struct desk *d = arg;
    (void)snprintf(d->phone_reason, sizeof d->phone_reason, "%s", sentence);
    if (state != VOICE_READY)
        d->registered = d->login_refused = false;
    if (state == VOICE_STOPPED && d->leaving)
        re_cancel();
    else
        tell_phone(d);
}

/* The answer to a probe is the event that every look at the devices gives: on_voice_sound. */
static void on_sound_again(void *arg)
{
    struct desk *d = arg;
    if (voice_state(d->voice) == VOICE_READY && !desk_legs_are_busy(d))
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
    /* Silence and 5xx pass; these answers stay the same however often baresip asks. */
    static const char *const refusals[] = {"401 ", "403 ", "404 ", "407 "};
    struct desk *d = arg;
    bool refused = false;
    for (size_t i = 0; !on && i < sizeof refusals / sizeof refusals[0]; i++)
        refused = refused || strncmp(sentence, refusals[i], strlen(refusals[i])) == 0;
    const bool changed = d->registered != on || d->login_refused != refused;
    d->registered = on;
    d->login_refused = refused;
    if (changed)
        tell_phone(d);
}

static void set_fault(struct desk *d, enum phone_fault fault, const char *about)
{
    d->fault = fault;
    (void)snprintf(d->fault_about, sizeof d->fault_about, "%s", about);
    phone_fault_sentence(phone_fault_text(fault), about, d->fault_reason, sizeof d->fault_reason);
}

static void on_voice_tls(const char *fault, const char *about, void *arg)
{
    struct desk *d = arg;
    enum phone_fault known;
    if (!phone_fault_by_name(fault, &known))
        return;
    set_fault(d, known, about);
    tell_phone(d);
}

/* What the telephone's next secret leads to; nobody has to be told. */
static void on_secret_renewed(void *arg)
{
    struct desk *d = arg;
    voice_secret(d->voice);
}

static void on_voice_lost(void *arg)
{
    struct desk *d = arg;
    desk_sound_lost(d);
    set_fault(d, PHONE_FAULT_NONE, "");
    for (size_t i = 0; i < LEG_COUNT; i++)
        desk_leg_hit(&d->legs[i], DESK_BLOW_PHONE);
}

static void on_voice_call(const char *event, const cJSON *m, void *arg)
{
    struct desk *d = arg;
    if (strcmp(event, "incoming") == 0)
        desk_incoming(d, m);
    else
        desk_leg_told(d, event, m);
}

/* --- the clock ---------------------------------------------------------------------------- */

static void on_grace(void *arg)
{
    struct desk *d = arg;
    for (size_t i = 0; i < LEG_COUNT; i++)
        desk_leg_hit(&d->legs[i], DESK_BLOW_GRACE);
}

static bool all_is_told(const struct desk *d)
{
    for (size_t i = 0; i < LEG_COUNT; i++)
        if (!desk_poster_is_done(d->legs[i].poster))
            return false;
    return true;
}

static void on_idle(void *arg);

/* Whether it is needed. */
static void ask_again(struct desk *d, bool signed_in)
{
    tmr_start(&d->idle, (uint64_t)desk_rule_patience_s(signed_in) * 1000, on_idle, d);
}

static void on_idle(void *arg)
{
    struct desk *d = arg;
    /* Never during a call, nor before the backend knows how it ended. */
    if (desk_rule_may_leave(desk_legs_are_busy(d), d->session->signed_in, all_is_told(d)))
        desk_sign_out(d);
    if (!d->leaving)
        ask_again(d, false);
}

/* --- the screen --------------------------------------------------------------------------- */

static void switch_posters(struct desk *d, bool on)
{
    for (size_t i = 0; i < LEG_COUNT; i++)
        desk_poster_switch(d->legs[i].poster, on);
}

static void on_screen_gone(void *arg)
{
    struct desk *d = arg;
    if (d->leaving)
        return;
    desk_sound_end_test(d, false);
    ask_again(d, d->session->signed_in);
    if (desk_rule_teller(false, d->session->signed_in) != DESK_TELLER_DESK)
        return;
    tmr_start(&d->grace, (uint64_t)d->session->screen_grace_s * 1000, on_grace, d);
    switch_posters(d, true);
}

void desk_screen_came(struct desk *d)
{
    tmr_cancel(&d->idle);
    tmr_cancel(&d->grace);
    line_watch_forget(d);
    switch_posters(d, false);
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
    secret_renewal_stop(d->renewal);
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
    for (size_t i = 0; i < LEG_COUNT; i++)
        desk_leg_clear(&d->legs[i]);
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
    const struct voice_handlers on_voice = {
        on_voice_state, on_voice_sound, on_voice_audio, on_voice_registered,
        on_voice_tls,   on_voice_call,  on_voice_lost,  d};
    const struct voice_config voice = {dir,
                                       config->baresip,
                                       config->module,
                                       config->audio,
                                       config->log ? config->log : log,
                                       &d->sound_state.choice};
    d->session = desk_session_new();
    d->renewal = d->session ? secret_renewal_new(d->session, on_secret_renewed, d) : NULL;
    code = d->renewal ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
    for (size_t i = 0; i < LEG_COUNT && !code; i++)
        code = desk_leg_init(&d->legs[i], d, (enum leg)i, err);
    if (!code)
        code = voice_new(&d->voice, &voice, &on_voice, err);
    if (!code)
        code = desk_server_new(&d->server, &place, &on_server, err);
    if (code) {
        desk_deinit(d);
        return code;
    }
    ask_again(d, false);
    return ERR_OK;
}

void desk_deinit(struct desk *d)
{
    tmr_cancel(&d->grace);
    tmr_cancel(&d->idle);
    tmr_cancel(&d->sound_again);
    tmr_cancel(&d->line_every);
    tmr_cancel(&d->sound_test);
    d->server = desk_server_free(d->server);
    d->renewal = secret_renewal_free(d->renewal);
    d->voice = voice_free(d->voice);
    d->plan = plan_free(d->plan);
    for (size_t i = 0; i < LEG_COUNT; i++)
        desk_leg_deinit(&d->legs[i]);
    d->session = desk_session_free(d->session);
    desk_sound_deinit(&d->sound_state);
}
