/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms, for supervisors: the list; one of them, with the words of a report or with what to do;
 * and the form in which its person is set free. To look at one tells the others that it is seen. */

#include "tui/popup_alarms.h"

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/panes.h"
#include "tui/popup_list.h"
#include "tui/when.h"

static const struct ws_alarm *present(const struct tui *t)
{
    for (size_t i = 0; i < t->view->n_alarms; i++)
        if (strcmp(t->view->alarms[i].alarm_id, t->alarm.alarm_id) == 0)
            return &t->view->alarms[i];
    return NULL;
}

bool alarm_has_hold(const struct tui *t)
{
    const struct ws_alarm *a = present(t);
    return t->popup == POPUP_ALARM && a && a->offer_id[0] &&
           (a->kind == ALARM_HOLD_STUCK || a->kind == ALARM_CALL_WITHOUT_SCREEN);
}

/* --- the list --- */

static size_t alarms_count(const struct tui *t)
{
    return t->view->n_alarms ? t->view->n_alarms : 1; /* a sentence stands for none */
}

static void alarms_item(const struct tui *t, size_t i, struct area row, enum role role)
{
    char at[WHEN_SIZE], text[256];
    if (!t->view->n_alarms) {
        draw_text(row, 0, 1, -1, ROLE_DIM,
                  t->view->alarms_known ? _("No alarm is open.") : _("Asking the backend…"));
        return;
    }
    const struct ws_alarm *a = &t->view->alarms[i];
    snprintf(text, sizeof text, "%s  %s",
             when_instant(tui_zone(t), a->raised_utc_s, t->view->now_utc_s, at),
             gettext(alarm_title(a->kind)));
    list_draw_choice(row, i, a->state == ALARM_SEEN, role, text);
    const int used = 5 + draw_width(text) + 2;
    if (a->agent[0] && used + draw_width(a->agent) < row.cols)
        draw_right(row, 0, row.cols - 1, role == ROLE_FOCUS ? role : ROLE_DIM, a->agent);
}

static void alarms_opened(struct tui *t)
{
    struct err err = {0};
    t->alarm.close_asked = false;
    for (size_t i = 0; i < t->view->n_alarms; i++)
        if (strcmp(t->view->alarms[i].alarm_id, t->alarm.alarm_id) == 0)
            t->list_row = i;
    const enum err_code code = t->commands.watch_alarms(t->commands.arg, true, &err);
    if (code != ERR_OK)
        tui_done(t, code, &err);
}

static void alarms_choose(struct tui *t, size_t i)
{
    struct err err = {0};
    if (i >= t->view->n_alarms)
        return;
    const struct ws_alarm *a = &t->view->alarms[i];
    snprintf(t->alarm.alarm_id, sizeof t->alarm.alarm_id, "%s", a->alarm_id);
    tui_open(t, POPUP_ALARM);
    enum err_code code = ERR_OK;
    if (a->kind == ALARM_INCIDENT && a->incident_id[0])
        code = t->commands.read_incident(t->commands.arg, a->incident_id, &err);
    if (code == ERR_OK && a->state == ALARM_RAISED)
        code = t->commands.see_alarm(t->commands.arg, t->alarm.alarm_id, &err);
    tui_done(t, code, &err);
}

void do_alarms(struct tui *t, int key)
{
    (void)key;
    tui_open(t, POPUP_ALARMS);
}

const struct popup popup_alarms = {
    .title = N_("Alarms"),
    .scopes = SCOPE_LIST | SCOPE_ALARMS,
    .rows = WS_ALARMS_MAX + 2,
    .cols = 76,
    .draw = list_draw,
    .opened = alarms_opened,
    .count = alarms_count,
    .item = alarms_item,
    .choose = alarms_choose,
};

/* --- one alarm --- */

static const char *const advice[] = {
    [ALARM_CALLBACK_MISSED] =
        N_("The callback still stands, in front of others. See that somebody who speaks the "
           "person's language is on queue, and that they ring."),
    [ALARM_CALLBACK_AT_RISK] =
        N_("See that somebody who speaks the person's language is on queue: the callback goes to "
           "the first who is free."),
    [ALARM_CALL_WITHOUT_SCREEN] =
        N_("The person may still be on the line, and the agent sees nothing. Go to the agent: a "
           "new start of the screen brings the call back. Set the person free only when nobody "
           "talks any more."),
    [ALARM_HOLD_STUCK] =
        N_("Ask the agent to go on. When nobody can, set the person free: before a call they wait "
           "again, after one they are unresolved until somebody decides."),
    [ALARM_INCIDENT] = "",
    [ALARM_ANSWERS_STUCK] =
        N_("The answers are safe here and are sent again by themselves. If it goes on, tell the "
           "operator; there is nothing to do at this screen."),
    [ALARM_WISH_LATE] =
        N_("Tell the agent: they need not call, or may have to apologise. After this hold nobody "
           "calls there again. Close the alarm when it is settled."),
    [ALARM_ANSWERS_UNREAD] = N_(
        "They came when the person was with somebody else, or their script is not loaded. Have "
        "them read: contacts named in them have to be brought in by hand. Close the alarm then."),
    [ALARM_PERSON_UNREADABLE] = N_(
        "The person is unresolved and offered to nobody. Tell the operator the number of the "
        "person: the disk damaged what is stored, and an earlier backup may have it whole. Close "
        "the alarm when it is settled."),
};
_Static_assert(sizeof advice / sizeof advice[0] == ALARM_KIND_COUNT, "one text a kind");

#define LABEL_COLS 14

static int draw_fact(struct area a, int y, const char *label, const char *text)
{
    draw_text(a, y, 0, LABEL_COLS - 1, ROLE_DIM, label);
    draw_text(a, y, LABEL_COLS, -1, ROLE_TEXT, text);
    return 1;
}

static int draw_instant(const struct tui *t, struct area a, int y, const char *label, int64_t at)
{
    char text[WHEN_SIZE];
    return draw_fact(a, y, label, when_instant(tui_zone(t), at, t->view->now_utc_s, text));
}

/* The text below the facts, as far down as it was scrolled. */
static void draw_text_part(struct tui *t, struct area a, const char *text)
{
    struct area part = area_part(a, 0, 0, -1, a.cols - 2);
    struct area nothing = part;
    nothing.rows = 0;
    const int lines = draw_wrapped(nothing, 0, 0, ROLE_TEXT, text);
    const int most = lines > a.rows ? lines - a.rows : 0;
    t->scroll = t->scroll > most ? most : t->scroll;
    draw_wrapped(part, 0, t->scroll, ROLE_TEXT, text);
    if (t->scroll < most)
        draw_text(a, a.rows - 1, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_DOWN));
    if (t->scroll > 0)
        draw_text(a, 0, a.cols - 1, 1, ROLE_WARNING, draw_sign(a, SIGN_UP));
}

static void draw_incident(struct tui *t, struct area a, int y)
{
    const struct ws_incident *i = &t->view->incident;
    if (!i->incident_id[0]) {
        draw_wrapped(
            a, y + 1, 0, ROLE_DIM,
            t->view->incident_missing
                ? _("This report is older than the newest fifty. The operator can list it.")
                : _("Asking the backend…"));
        return;
    }
    y += draw_fact(a, y, _("Reported by"), i->agent);
    y += draw_instant(t, a, y, _("Happened"), i->happened_utc_s);
    y += draw_instant(t, a, y, _("Reported"), i->reported_utc_s);
    y += draw_fact(a, y, _("About"), i->person_id[0] ? i->person_id : _("nobody in particular"));
    draw_text_part(t, area_part(a, y + 1, 0, -1, -1), i->what);
}

static void draw_other(struct tui *t, struct area a, int y, const struct ws_alarm *alarm)
{
    char times[64];
    y += draw_instant(t, a, y, _("Raised"), alarm->raised_utc_s);
    if (alarm->times > 1) {
        snprintf(times, sizeof times,
                 ngettext("%lld time", "%lld times", (unsigned long)alarm->times),
                 (long long)alarm->times);
        y += draw_fact(a, y, _("Happened"), times);
        y += draw_instant(t, a, y, _("Last"), alarm->again_utc_s);
    }
    if (alarm->agent[0])
        y += draw_fact(a, y, _("Agent"), alarm->agent);
    if (alarm->person_id[0])
        y += draw_fact(a, y, _("Person"), alarm->person_id);
    draw_text_part(t, area_part(a, y + 1, 0, -1, -1), gettext(advice[alarm->kind]));
}

static void alarm_draw(struct tui *t, struct area a)
{
    const struct ws_alarm *alarm = present(t);
    tui_cursor(t, a, 0, 0);
    if (!alarm) {
        draw_wrapped(a, 0, 0, ROLE_DIM, _("This alarm is closed."));
        return;
    }
    int y = draw_wrapped(a, 0, 0, ROLE_STRONG, gettext(alarm_title(alarm->kind)));
    if (alarm->seen_by[0])
        y += draw_fact(a, y, _("Seen by"), alarm->seen_by);
    if (alarm->kind == ALARM_INCIDENT)
        draw_incident(t, a, y);
    else
        draw_other(t, a, y, alarm);
}

static void alarm_opened(struct tui *t)
{
    t->alarm.close_asked = false;
}

/* From the form to the alarm, from the alarm to the list. */
void do_alarm_back(struct tui *t, int key)
{
    (void)key;
    tui_open(t, t->popup == POPUP_RELEASE ? POPUP_ALARM : POPUP_ALARMS);
}

/* The one that is read, or the highlighted one of the list. */
void do_alarm_close(struct tui *t, int key)
{
    struct err err = {0};
    (void)key;
    if (t->popup == POPUP_ALARMS) {
        if (t->list_row >= t->view->n_alarms)
            return;
        const char *id = t->view->alarms[t->list_row].alarm_id;
        t->alarm.close_asked &= strcmp(t->alarm.alarm_id, id) == 0;
        snprintf(t->alarm.alarm_id, sizeof t->alarm.alarm_id, "%s", id);
    }
    if (!t->alarm.close_asked) {
        t->alarm.close_asked = true;
        tui_say(t, WS_NOTICE_WARNING,
                _("Nobody will see it any more. Press Del once more to close it."));
        return;
    }
    t->alarm.close_asked = false;
    if (tui_done(t, t->commands.close_alarm(t->commands.arg, t->alarm.alarm_id, &err), &err) &&
        t->popup == POPUP_ALARM)
        tui_open(t, POPUP_ALARMS);
}

const struct popup popup_alarm = {
    .title = N_("Alarm"),
    .scopes = SCOPE_SCROLL | SCOPE_ALARM | SCOPE_ALARMS,
    .rows = 18,
    .cols = 76,
    .draw = alarm_draw,
    .opened = alarm_opened,
};

/* --- setting a person free --- */

static void release_draw(struct tui *t, struct area a)
{
    char text[96];
    int cx = 0;
    draw_wrapped(a, 0, 0, ROLE_TEXT,
                 _("The agent loses the person, and a call that is up ends in the books. This is "
                   "recorded with your name and the reason."));
    draw_text(a, 4, 0, LABEL_COLS - 1, t->alarm.on_button ? ROLE_DIM : ROLE_STRONG, _("Why"));
    edit_draw(&t->alarm.reason, a, 4, LABEL_COLS, a.cols - LABEL_COLS, !t->alarm.on_button, &cx);
    snprintf(text, sizeof text, "  %s  ", _("Set the person free"));
    draw_text(a, 6, LABEL_COLS, -1,
              !t->alarm.reason.len ? ROLE_DISABLED
              : t->alarm.on_button ? ROLE_FOCUS
                                   : ROLE_STRONG,
              text);
    if (t->alarm.on_button)
        tui_cursor(t, a, 6, LABEL_COLS + 2);
    else
        tui_cursor(t, a, 4, cx);
}

static void release_opened(struct tui *t)
{
    t->alarm.on_button = false;
    t->alarm.reason.max_chars = 200;
}

static struct edit *release_editor(struct tui *t)
{
    return t->alarm.on_button ? NULL : &t->alarm.reason;
}

void do_release(struct tui *t, int key)
{
    (void)key;
    edit_set(&t->alarm.reason, "");
    tui_open(t, POPUP_RELEASE);
}

void do_release_field(struct tui *t, int key)
{
    (void)key;
    t->alarm.on_button = !t->alarm.on_button;
}

void do_release_enter(struct tui *t, int key)
{
    struct err err = {0};
    const struct ws_alarm *a = present(t);
    if (!a) {
        tui_open(t, POPUP_ALARM);
    } else if (!t->alarm.reason.len) {
        t->alarm.on_button = false;
        tui_say(t, WS_NOTICE_WARNING, _("Say why."));
    } else if (!t->alarm.on_button) {
        do_release_field(t, key);
    } else if (tui_done(
                   t, t->commands.release(t->commands.arg, a->offer_id, t->alarm.reason.text, &err),
                   &err)) {
        tui_open(t, POPUP_ALARMS);
    } else {
        t->alarm.on_button = false;
    }
}

const struct popup popup_release = {
    .title = N_("Set the person free"),
    .scopes = SCOPE_RELEASE | SCOPE_ALARM,
    .rows = 10,
    .cols = 70,
    .draw = release_draw,
    .opened = release_opened,
    .editor = release_editor,
};
