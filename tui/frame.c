/* SPDX-License-Identifier: Apache-2.0 */
/* The frame: who, service, region and the four ways out; status, queue switch, health and clock;
 * notices; keys. Times in it are in minutes: an idle screen sends nothing but the clock. */

#include "tui/frame.h"

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/when.h"

struct when_zone tui_zone(const struct tui *t)
{
    const struct service *s = t->view->service;
    return s && s->zone[0] && t->options.hours ? (struct when_zone){t->options.hours, s->zone}
                                               : (struct when_zone){0};
}

/* --- line 1 --- */

static void draw_menu_line(struct tui *t, struct area a, int y)
{
    static const struct {
        const char *text;
        action *run;
    } menu[] = {
        {N_("Home"),        do_home       },
        {N_("Help"),        do_help       },
        {N_("Preferences"), do_preferences},
        {N_("Sign out"),    do_sign_out   },
    };
    const struct workstation_view *v = t->view;
    draw_fill(a, y, ROLE_BAR);
    int x = a.cols - 1;
    for (size_t i = sizeof menu / sizeof menu[0]; i-- > 0;) {
        char key[16];
        const char *text = gettext(menu[i].text);
        command_key_text(command_of(menu[i].run), key, sizeof key);
        x -= draw_width(key) + 1 + draw_width(text);
        draw_key(a, y, x, ROLE_BAR_KEY, ROLE_BAR, key, text);
        x -= 2;
    }
    bool wide = a.cols >= 110;
    const char *service = v->service ? service_label(&v->service->title, t->lang) : v->service_name;
    char who[512];
    /* The region before the service: of the two it must not be cut. */
    snprintf(who, sizeof who, "%s %s %s %s %s", v->agent_name, draw_sign(a, SIGN_DOT),
             wide ? gettext(region_text(v->region)) : region_name(v->region),
             draw_sign(a, SIGN_DOT), service);
    draw_text(a, y, 1, x - 1, ROLE_BAR, who);
}

/* --- line 2 --- */

static enum role status_role(enum agent_status status)
{
    static const enum role roles[] = {
        [AGENT_AVAILABLE] = ROLE_STATUS_AVAILABLE, [AGENT_BUSY] = ROLE_STATUS_BUSY,
        [AGENT_AWAY] = ROLE_STATUS_AWAY,           [AGENT_BREAK] = ROLE_STATUS_PAUSE,
        [AGENT_MEAL] = ROLE_STATUS_PAUSE,          [AGENT_MEETING] = ROLE_STATUS_WORK,
        [AGENT_TRAINING] = ROLE_STATUS_WORK,
    };
    _Static_assert(sizeof roles / sizeof roles[0] == AGENT_STATUS_COUNT, "one role a status");
    return roles[status];
}

static int draw_backend(struct tui *t, struct area a, int y, int x)
{
    const struct workstation_view *v = t->view;
    char since[WHEN_SIZE];
    switch (v->backend) {
    case WS_BACKEND_CONNECTING:
        return draw_text(a, y, x, -1, ROLE_BAR_WARNING, _("Backend: connecting"));
    case WS_BACKEND_OK:
        if (v->sending_is_slow)
            return draw_format(a, y, x, -1, ROLE_BAR_WARNING, _("Backend: %u to send"), v->unsent);
        return draw_text(a, y, x, -1, ROLE_BAR_OK, _("Backend ok"));
    case WS_BACKEND_AWAY:
        return draw_format(a, y, x, -1, ROLE_BAR_ERROR, _("Backend away %s"),
                           when_minutes(v->now_utc_s - v->backend_since_utc_s, since));
    }
    return 0;
}

/* A key acts late, and the phone is all right: who does not see that presses it again. */
static int draw_pace(const struct desk_pace_told *pace, struct area a, int y, int x)
{
    if (pace->silent_s)
        return draw_format(a, y, x, -1, ROLE_BAR_ERROR, _("Line silent %lld s"),
                           (long long)pace->silent_s);
    if (pace->slow_ms < 1000)
        return draw_format(a, y, x, -1, ROLE_BAR_WARNING, _("Slow line %lld ms"),
                           (long long)pace->slow_ms);
    return draw_format(a, y, x, -1, ROLE_BAR_WARNING, _("Slow line %lld.%lld s"),
                       (long long)pace->slow_ms / 1000, (long long)pace->slow_ms % 1000 / 100);
}

static int draw_phone(struct tui *t, struct area a, int y, int x)
{
    if (t->view->phone == WS_PHONE_READY && t->view->sound.silent)
        return draw_text(a, y, x, -1, ROLE_BAR_ERROR, _("Microphone silent"));
    const struct desk_pace_told *pace = &t->view->desk_pace;
    if (t->view->phone == WS_PHONE_READY && (pace->slow_ms || pace->silent_s))
        return draw_pace(pace, a, y, x);
    static const struct {
        enum role role;
        const char *text;
    } looks[] = {
        [WS_PHONE_STARTING] = {ROLE_BAR_WARNING, N_("Phone: starting") },
        [WS_PHONE_READY] = {ROLE_BAR_OK,      N_("Phone ok")        },
        [WS_PHONE_NO_SOUND] = {ROLE_BAR_ERROR,   N_("Phone: no sound") },
        [WS_PHONE_FAILED] = {ROLE_BAR_ERROR,   N_("Phone failed")    },
        [WS_PHONE_NO_DESK] = {ROLE_BAR_ERROR,   N_("Phone: desk gone")},
    };
    return draw_text(a, y, x, -1, looks[t->view->phone].role, gettext(looks[t->view->phone].text));
}

/* Beside the telephone, while a call is up: can whoever is on the way listen? */
static int draw_media(struct tui *t, struct area a, int y, int x)
{
    static const struct {
        enum role role;
        const char *text;
    } looks[] = {
        [WS_MEDIA_UNKNOWN] = {ROLE_BAR,         ""                      },
        [WS_MEDIA_PLAIN] = {ROLE_BAR_WARNING, N_("call not encrypted")},
        [WS_MEDIA_ENCRYPTED] = {ROLE_BAR_OK,      N_("call encrypted")    },
    };
    const enum ws_media media = t->view->offer.media;
    if (media == WS_MEDIA_UNKNOWN)
        return 0;
    return draw_text(a, y, x, -1, looks[media].role, gettext(looks[media].text)) + 2;
}

static void draw_state_line(struct tui *t, struct area a, int y)
{
    const struct workstation_view *v = t->view;
    char text[WHEN_SIZE];
    draw_fill(a, y, ROLE_BAR);
    int end = a.cols - 1;
    if (!t->preferences.hide_clock)
        end = draw_right(a, y, end, ROLE_BAR, when_clock(tui_zone(t), v->now_utc_s, text)) - 1;
    struct area left = area_part(a, 0, 0, -1, end);
    int x = 1;
    /* Without the clock nothing here moves by itself. */
    const char *since =
        t->preferences.hide_clock ? "" : when_minutes(v->now_utc_s - v->status_since_utc_s, text);
    x += draw_format(left, y, x, -1, status_role(v->status), *since ? "%s %s %s" : "%s %s%s",
                     draw_sign(a, SIGN_BULLET), gettext(agent_status_text(v->status)), since) +
         2;
    x += draw_text(left, y, x, -1, v->on_queue ? ROLE_BAR_OK : ROLE_BAR_WARNING,
                   v->on_queue ? _("ON QUEUE") : _("OFF QUEUE")) +
         2;
    x += draw_backend(t, left, y, x) + 2;
    x += draw_phone(t, left, y, x) + 2;
    x += draw_media(t, left, y, x);
    const long long open = (long long)(v->alarms_raised + v->alarms_seen);
    if (open > 0) {
        char key[16];
        const enum role role = v->alarms_raised ? ROLE_BAR_ERROR : ROLE_BAR_WARNING;
        x += draw_format(left, y, x, -1, role, "%s ",
                         command_key_text(command_of(do_alarms), key, sizeof key));
        draw_format(left, y, x, -1, role,
                    ngettext("%lld alarm", "%lld alarms", (unsigned long)open), open);
    }
}

/* --- bottom --- */

/* Where what is typed cannot be kept now. */
static const char *saving_problem(const struct workstation_view *v)
{
    if (v->journal_fails && v->backend == WS_BACKEND_AWAY)
        return _("Nothing can be saved now: this PC's disk fails and the backend is away.");
    if (v->journal_fails && v->store_fails)
        return _("Nothing can be saved now: neither this PC nor the backend can.");
    if (v->journal_fails)
        return _("This PC cannot keep answers (disk full?). The backend still does.");
    if (v->store_fails)
        return _("The backend cannot save now. All is kept on this PC and sent later.");
    return NULL;
}

/* In a call: what of the sound is wrong. The call goes on all the same. */
static const char *sound_problem(const struct workstation_view *v)
{
    const struct ws_sound *s = &v->sound;
    const bool in = s->ways[WS_INPUT].gone, out = s->ways[WS_OUTPUT].gone;
    if (v->offer.state != HOLD_CALL || v->offer.call.state == CALL_ENDED)
        return NULL;
    return in && out
               ? _("The headset is gone: nobody hears anything. Plug it in; the call goes on.")
           : in  ? _("The microphone is gone: you are not heard. Plug it in; the call goes on.")
           : out ? _("The headphones are gone: you hear nothing. Plug them in; the call goes on.")
           : s->silent ? _("Your microphone is silent: nobody hears you. Is it switched off?")
                       : NULL;
}

/* What is wrong for as long as it is wrong, and what to do about it. */
static const char *lasting_problem(const struct tui *t, int cols, char *ret, size_t size)
{
    const struct workstation_view *v = t->view;
    char since[WHEN_SIZE];
    const char *unsaved = saving_problem(v);
    if (unsaved)
        return unsaved;
    if (v->backend == WS_BACKEND_AWAY && v->backend_reason[0])
        return v->backend_reason;
    if (v->backend == WS_BACKEND_AWAY) {
        snprintf(ret, size,
                 _("Backend away since %s. Go on: all is kept on this PC and sent later."),
                 when_clock(tui_zone(t), v->backend_since_utc_s, since));
        return ret;
    }
    const char *no_sound = sound_problem(v);
    if (no_sound)
        return no_sound;
    switch (v->phone) {
    case WS_PHONE_NO_SOUND:
        return _("No sound device: plug in the headset. Nobody is called without it.");
    case WS_PHONE_FAILED:
        snprintf(ret, size, _("%s Call the helpdesk."), v->phone_reason); /* a sentence */
        return draw_width(ret) <= cols ? ret : v->phone_reason; /* what to tell them goes first */
    case WS_PHONE_NO_DESK:
        if (!v->phone_reason[0])
            return _("The telephone program stopped. It is being started again.");
        if (t->options.desk_elsewhere)
            return v->phone_reason; /* it says what to do on the other machine */
        snprintf(ret, size, _("%s Trying again; else call the helpdesk."), v->phone_reason);
        return ret;
    case WS_PHONE_STARTING:
    case WS_PHONE_READY:
        break;
    }
    return NULL;
}

static const struct ws_notice *newest_notice(const struct tui *t)
{
    const struct ws_notice *theirs = &t->view->notice, *ours = &t->notice;
    const struct ws_notice *n = ours->at_utc_s >= theirs->at_utc_s ? ours : theirs;
    if (n->kind == WS_NOTICE_NONE)
        n = n == ours ? theirs : ours;
    int64_t age_s = t->view->now_utc_s - n->at_utc_s;
    bool fresh = age_s >= -2 && age_s <= 10; /* a clock may be set back */
    return n->kind != WS_NOTICE_NONE && fresh ? n : NULL;
}

static void draw_notice(struct tui *t, struct area a, int y)
{
    static const enum role roles[] = {
        [WS_NOTICE_NONE] = ROLE_TEXT,
        [WS_NOTICE_INFO] = ROLE_OK,
        [WS_NOTICE_WARNING] = ROLE_WARNING,
        [WS_NOTICE_ERROR] = ROLE_ERROR,
    };
    const struct ws_notice *n = newest_notice(t);
    char text[512];
    if (n) {
        draw_text(a, y, 1, a.cols - 2, roles[n->kind], n->text);
        return;
    }
    const char *problem = lasting_problem(t, a.cols - 2, text, sizeof text);
    if (problem)
        draw_text(a, y, 1, a.cols - 2, ROLE_ERROR, problem);
}

void frame_draw(struct tui *t, struct area screen)
{
    bool signed_in = t->view->login == WS_SIGNED_IN;
    if (t->options.demo) {
        demo_frame_draw(t, screen);
    } else if (signed_in) {
        draw_menu_line(t, screen, 0);
        draw_state_line(t, screen, 1);
    }
    draw_notice(t, screen, screen.rows - 2);
    command_draw_hints(t, screen, screen.rows - 1);
}

/* --- commands of the frame --- */

void do_nothing(struct tui *t, int key)
{
    (void)t;
    (void)key;
}

void do_repaint(struct tui *t, int key)
{
    (void)key;
    terminal_repaint(t->terminal);
}

void do_suspend(struct tui *t, int key)
{
    (void)key;
    t->suspend = true;
}

void do_quit(struct tui *t, int key)
{
    (void)key;
    t->quit = true;
}

void do_help(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_HELP);
}

void do_home(struct tui *t, int key)
{
    (void)key;
    t->home = !t->home && t->view->offer.state != HOLD_NONE;
}

void do_status(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_STATUS);
}

void do_queue(struct tui *t, int key)
{
    (void)key;
    struct err err = {0};
    tui_done(t, t->commands.set_on_queue(t->commands.arg, !t->view->on_queue, &err), &err);
}

void do_preferences(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_PREFERENCES);
}

void do_sign_out(struct tui *t, int key)
{
    (void)key;
    enum hold_state state = t->view->offer.state;
    if (state == HOLD_CALL)
        tui_say(t, WS_NOTICE_WARNING,
                _("You cannot sign out during a call: end the call and choose a code first."));
    else if (state == HOLD_ACW)
        tui_say(t, WS_NOTICE_WARNING, _("You cannot sign out yet: choose a wrap-up code first."));
    else
        tui_open(t, POPUP_SIGN_OUT);
}
