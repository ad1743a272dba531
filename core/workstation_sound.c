/* SPDX-License-Identifier: Apache-2.0 */
/* The sound: which devices, how loud the microphone is, and what went wrong with them in a call. */

#include "core/workstation_state.h"

#include "core/i18n.h"

#include <string.h>

#define TEST_EVERY_MS 40000 /* the desk ends a test after a minute that nobody asks for again */
#define LIST_EVERY_MS 10000 /* a headset may have been plugged in */
#define RETRY_MS 2000
#define SILENT_AFTER_S 3 /* of test */

static struct ws_sound *sound_of(struct workstation *ws)
{
    return &ws->view.sound;
}

/* Devices are the telephone program's to tell: it has to run; sound need not be there. */
static bool can_ask(const struct workstation *ws)
{
    return ws->desk_up && ws->desk_signed_in &&
           (ws->desk_phone == WS_PHONE_READY || ws->desk_phone == WS_PHONE_NO_SOUND);
}

static enum err_code check(const struct workstation *ws, struct err *err)
{
    enum err_code code = ws_check_signed_in(ws, err);
    if (code == ERR_OK && !can_ask(ws))
        code = err_set(err, ERR_STATE, N_("The telephone is not ready yet."));
    return code;
}

/* --- looking --- */

static bool ask_for_test(struct workstation *ws, bool on)
{
    return ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_SOUND_TEST,
                                                       .on = on,
                                                       .tone = on && sound_of(ws)->tone});
}

static void begin_test(struct workstation *ws)
{
    ws->listening.asked_ms = ws_now_ms(ws);
    ws->listening.testing = ask_for_test(ws, true);
}

/* Another microphone, or another volume: what the test said before is not about it. */
static void forget_level(struct workstation *ws)
{
    struct ws_sound *s = sound_of(ws);
    s->meter = (struct sound_meter){0};
    s->tested = SOUND_NOT_MEASURED;
    ws->listening.since_s = 0;
}

static void take_level(struct workstation *ws, int level_db)
{
    struct ws_sound *s = sound_of(ws);
    const int64_t now_s = ws_now_ms(ws) / 1000 + 1; /* 0 = nothing was measured */
    if (!ws->listening.since_s)
        ws->listening.since_s = now_s;
    sound_meter_add(&s->meter, level_db, now_s);
    const enum sound_word word = sound_meter_word(&s->meter, now_s);
    /* Silence counts once it lasted: the first moment is silent with any device. */
    if (word > s->tested &&
        (word >= SOUND_QUIET || now_s - ws->listening.since_s >= SILENT_AFTER_S))
        s->tested = word;
}

void ws_sound_settle(struct workstation *ws)
{
    struct ws_listening *l = &ws->listening;
    const struct sound_meter *m = &sound_of(ws)->meter;
    const int64_t now = ws_now_ms(ws);
    if (!l->wanted || !can_ask(ws))
        return;
    if (!l->asked_ms || now - l->asked_ms >= (l->testing ? TEST_EVERY_MS : RETRY_MS))
        begin_test(ws);
    if (!l->listed_ms || now - l->listed_ms >= LIST_EVERY_MS) {
        l->listed_ms = now;
        (void)ws_phone_ask(ws, &(struct ws_phone_request){.op = WS_PHONE_DEVICES});
    }
    /* The desk tells a level when it changes: until then it is what it was. */
    if (l->testing && m->second && m->second <= now / 1000)
        take_level(ws, m->level_db);
}

enum err_code ws_watch_sound(void *arg, bool on, struct err *err)
{
    struct workstation *ws = arg;
    struct ws_listening *l = &ws->listening;
    const enum err_code code = on ? check(ws, err) : ERR_OK;
    if (code != ERR_OK)
        return code;
    if (l->wanted && !on && l->testing)
        (void)ask_for_test(ws, false);
    *l = (struct ws_listening){.wanted = on};
    sound_of(ws)->tone = false;
    sound_of(ws)->meter = (struct sound_meter){0};
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_sound_tone(void *arg, bool on, struct err *err)
{
    struct workstation *ws = arg;
    const enum err_code code = check(ws, err);
    if (code != ERR_OK)
        return code;
    sound_of(ws)->tone = on;
    begin_test(ws);
    ws_settle(ws);
    return ERR_OK;
}

/* --- choosing --- */

static enum err_code ask(struct workstation *ws, const struct ws_phone_request *req,
                         struct err *err)
{
    enum err_code code = check(ws, err);
    if (code == ERR_OK && !ws_phone_ask(ws, req))
        code = err_set(err, ERR_STATE, N_("The telephone is not ready yet."));
    return code;
}

enum err_code ws_choose_device(void *arg, enum ws_way way, const char *device, struct err *err)
{
    struct workstation *ws = arg;
    struct ws_sound_way *w = &sound_of(ws)->ways[way];
    const enum err_code code = ask(
        ws, &(struct ws_phone_request){.op = WS_PHONE_CHOOSE, .way = way, .device = device}, err);
    if (code != ERR_OK)
        return code;
    ws_copy(w->chosen, sizeof w->chosen, device);
    if (way == WS_INPUT)
        forget_level(ws);
    ws_settle(ws);
    return ERR_OK;
}

enum err_code ws_set_volume(void *arg, enum ws_way way, int volume, struct err *err)
{
    struct workstation *ws = arg;
    const int bounded = volume < 0 ? 0 : volume > 100 ? 100 : volume;
    const enum err_code code = ask(
        ws, &(struct ws_phone_request){.op = WS_PHONE_VOLUME, .way = way, .volume = bounded}, err);
    if (code != ERR_OK)
        return code;
    sound_of(ws)->ways[way].volume = bounded;
    if (way == WS_INPUT)
        forget_level(ws);
    ws_settle(ws);
    return ERR_OK;
}

bool ws_sound_was_silent(const struct workstation *ws)
{
    return ws->view.sound.tested == SOUND_SILENT;
}

/* --- what the desk tells --- */

static const char *sentence_of(const struct ws_sound *s)
{
    const bool in = s->ways[WS_INPUT].gone, out = s->ways[WS_OUTPUT].gone;
    return in && out ? N_("The headset is gone. The call goes on: plug it in again.")
           : in      ? N_("The microphone is gone: the other side hears nothing. The call goes on.")
           : out     ? N_("The device to hear with is gone. The call goes on: plug it in again.")
                     : N_("The sound is back.");
}

void workstation_desk_sound(struct workstation *ws, const struct ws_desk_way ways[WS_WAY_COUNT],
                            bool silent)
{
    struct ws_sound *s = sound_of(ws);
    bool changed = false, moved = false;
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++) {
        struct ws_sound_way *w = &s->ways[way];
        changed = changed || w->gone == ways[way].works;
        moved = moved || (w->label[0] && ways[way].label[0] && ways[way].works &&
                          strcmp(w->label, ways[way].label) != 0);
        w->gone = !ways[way].works;
        ws_copy(w->label, sizeof w->label, ways[way].label);
    }
    const bool gone = s->ways[WS_INPUT].gone || s->ways[WS_OUTPUT].gone;
    if (call_is_up(&ws->told.call) && changed)
        ws_notice(ws, gone ? WS_NOTICE_ERROR : WS_NOTICE_INFO, sentence_of(s));
    if (call_is_up(&ws->told.call) && moved && !gone)
        ws_notice(ws, WS_NOTICE_WARNING,
                  N_("The sound goes on with another device: look at Sound."));
    s->silent = silent;
    if (moved)
        forget_level(ws);
    if (changed || moved)
        ws->listening.listed_ms = 0;
    ws_settle(ws);
}

void workstation_desk_devices(struct workstation *ws, const struct ws_sound_way ways[WS_WAY_COUNT])
{
    struct ws_sound *s = sound_of(ws);
    if (!ws->listening.wanted)
        return;
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++) {
        const bool gone = s->ways[way].gone;
        s->ways[way] = ways[way];
        s->ways[way].gone = gone; /* the event has the newer word */
    }
    s->known = true;
    ws_settle(ws);
}

void workstation_desk_level(struct workstation *ws, bool on, int level_db)
{
    if (!on)
        ws->listening.testing = false;
    else if (ws->listening.wanted)
        take_level(ws, level_db);
    ws_settle(ws);
}

void ws_sound_done(struct workstation *ws, enum ws_phone_op op, enum err_code code,
                   const struct err *err)
{
    if (code == ERR_OK)
        return;
    if (op == WS_PHONE_SOUND_TEST)
        ws->listening.testing = false; /* asked again after a moment */
    else if (op != WS_PHONE_DEVICES)
        ws_notice(ws, WS_NOTICE_ERROR, err_sentence(err, code));
    ws->listening.listed_ms = 0; /* what counts is what the desk has */
}

void ws_sound_drop(struct workstation *ws)
{
    struct ws_sound *s = sound_of(ws);
    const enum sound_word tested = s->tested;
    const bool wanted = ws->listening.wanted;
    *s = (struct ws_sound){.tested = tested};
    ws->listening = (struct ws_listening){.wanted = wanted};
}
