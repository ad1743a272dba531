/* SPDX-License-Identifier: Apache-2.0 */
/* The screen alone, on a workstation made by hand: screen_fixture VIEW [RECORD]
 *
 * Every command that the screen gives is written to the file RECORD, one a line; a few of them
 * change the view as the real workstation would. SIGUSR1 lets a second pass; SIGUSR2 has it note,
 * as a command, "painted N M" once all is painted and passed on: N bytes typed, M sent by then.
 * SIGRTMIN lets it crash in the way that FIXTURE_CRASH names. The clock is fixed. FIXTURE_HOSTILE
 * is a seed for hostile text in every field. */

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/script_tree.h"
#include "net/calendar/calendar.h"
#include "tests/tui/fixture_hostile.h"
#include "tests/tui/fixture_views.h"
#include "tui/tui.h"

struct driver {
    struct fixture fixture;
    bool asked; /* to note what is painted */
    FILE *record;
    char note[8001];
};

static void note(struct driver *d, const char *what, const char *value)
{
    if (!d->record)
        return;
    fprintf(d->record, "%s %s\n", what, value);
    fflush(d->record);
}

static struct workstation_view *view_of(struct driver *d)
{
    return &d->fixture.view;
}

static enum err_code sign_in(void *arg, const char *login, const char *password, struct err *err)
{
    char text[128];
    (void)err;
    snprintf(text, sizeof text, "%s %zu", login, strlen(password)); /* never the password */
    note(arg, "sign_in", text);
    view_of(arg)->login = WS_SIGNING_IN;
    return ERR_OK;
}

static enum err_code sign_out(void *arg, struct err *err)
{
    (void)err;
    note(arg, "sign_out", "");
    view_of(arg)->login = WS_SIGNED_OUT;
    return ERR_OK;
}

static enum err_code set_status(void *arg, enum agent_status status, struct err *err)
{
    (void)err;
    note(arg, "set_status", agent_status_name(status));
    view_of(arg)->status = status;
    return ERR_OK;
}

static enum err_code set_on_queue(void *arg, bool on, struct err *err)
{
    note(arg, "set_on_queue", on ? "on" : "off");
    if (on && view_of(arg)->status != AGENT_AVAILABLE)
        return err_set(err, ERR_STATE, "%s", agent_refusal(AGENT_STATE_BREAK, AGENT_EV_ON_QUEUE));
    view_of(arg)->on_queue = on;
    return ERR_OK;
}

static enum err_code accept_offer(void *arg, struct err *err)
{
    (void)err;
    note(arg, "accept", "");
    return ERR_OK;
}

static enum err_code skip(void *arg, const char *reason, struct err *err)
{
    (void)err;
    note(arg, "skip", reason);
    return ERR_OK;
}

static enum err_code dial(void *arg, size_t phone, struct err *err)
{
    (void)err;
    note(arg, "dial", phone ? "1" : "0");
    view_of(arg)->offer.dial_pending = true;
    return ERR_OK;
}

static enum err_code choose_phone(void *arg, size_t phone, struct err *err)
{
    (void)err;
    note(arg, "choose_phone", phone ? "1" : "0");
    view_of(arg)->offer.phone_index = phone;
    return ERR_OK;
}

static enum err_code end_call(void *arg, struct err *err)
{
    (void)err;
    note(arg, "end_call", "");
    return ERR_OK;
}

static enum err_code take_call(void *arg, struct err *err)
{
    (void)err;
    note(arg, "take_call", "");
    view_of(arg)->incoming.call.state = CALL_TALKING;
    view_of(arg)->incoming.call.answered_utc_s = view_of(arg)->now_utc_s;
    return ERR_OK;
}

/* Of who calls, when somebody does. */
static struct call *call_of(void *arg)
{
    struct workstation_view *v = view_of(arg);
    return call_is_up(&v->incoming.call) ? &v->incoming.call : &v->offer.call;
}

static enum err_code mute(void *arg, bool on, struct err *err)
{
    (void)err;
    note(arg, "mute", on ? "on" : "off");
    call_of(arg)->muted = on;
    return ERR_OK;
}

static enum err_code hold(void *arg, bool on, struct err *err)
{
    (void)err;
    note(arg, "hold", on ? "on" : "off");
    call_of(arg)->state = on ? CALL_HELD : CALL_TALKING;
    return ERR_OK;
}

static enum err_code dtmf(void *arg, const char *digits, struct err *err)
{
    (void)err;
    note(arg, "dtmf", digits);
    return ERR_OK;
}

/* What the backend would find: whoever has it in the name. */
static enum err_code search(void *arg, const char *typed, struct err *err)
{
    (void)err;
    note(arg, "search", typed);
    fixture_directory(view_of(arg), typed);
    return ERR_OK;
}

static enum err_code consult(void *arg, const struct target *target, const char *name,
                             struct err *err)
{
    struct ws_consult *c = &view_of(arg)->offer.consult;
    (void)err;
    note(arg, "consult", target->value);
    c->pending = true;
    c->target = *target;
    snprintf(c->name, sizeof c->name, "%s", name);
    return ERR_OK;
}

static enum err_code swap(void *arg, struct err *err)
{
    (void)err;
    note(arg, "swap", "");
    return ERR_OK;
}

static enum err_code take_back(void *arg, struct err *err)
{
    (void)err;
    note(arg, "take_back", "");
    return ERR_OK;
}

static enum err_code transfer(void *arg, const struct target *target, const char *name,
                              struct err *err)
{
    struct ws_transfer *tr = &view_of(arg)->offer.transfer;
    (void)err;
    note(arg, "transfer", target->value);
    *tr = (struct ws_transfer){.pending = true, .has_target = true, .target = *target};
    snprintf(tr->name, sizeof tr->name, "%s", name);
    return ERR_OK;
}

static enum err_code reveal_niss(void *arg, bool on, struct err *err)
{
    (void)err;
    note(arg, "reveal_niss", on ? "on" : "off");
    snprintf(view_of(arg)->offer.niss, sizeof view_of(arg)->offer.niss, "%s",
             on ? "85.07.30-033.28" : "");
    return ERR_OK;
}

static enum err_code answer(void *arg, size_t at, const struct script_value *value, struct err *err)
{
    struct driver *d = arg;
    char text[256];
    const char *shown = value->kind == SCRIPT_VALUE_NONE      ? "-"
                        : value->kind == SCRIPT_VALUE_BOOLEAN ? (value->boolean ? "yes" : "no")
                                                              : value->text;
    snprintf(text, sizeof text, "%s %s",
             d->fixture.script.items[script_node_item(d->fixture.answers, at)].link_id, shown);
    note(d, "answer", text);
    enum err_code code = script_node_set(d->fixture.answers, at, value, err);
    if (code == ERR_OK)
        view_of(arg)->offer.saved = WS_SAVED_BACKEND;
    return code;
}

static enum err_code repeat(void *arg, size_t node, enum ws_repeat how, size_t *ret,
                            struct err *err)
{
    static const char *const words[] = {"add", "remove", "up", "down"};
    struct driver *d = arg;
    struct script_answers *a = d->fixture.answers;
    char text[256];
    snprintf(text, sizeof text, "%s %s %zu", words[how],
             d->fixture.script.items[script_node_item(a, node)].link_id,
             script_node_position(a, node));
    note(d, "repeat", text);
    return fixture_repeat(&d->fixture, node, how, ret, err);
}

static enum err_code submit(void *arg, struct err *err)
{
    (void)err;
    note(arg, "submit", "");
    view_of(arg)->offer.submitted = true;
    return ERR_OK;
}

static enum err_code keep_note(void *arg, const char *text, struct err *err)
{
    (void)err;
    struct driver *d = arg;
    snprintf(d->note, sizeof d->note, "%s", text);
    view_of(arg)->offer.note = d->note;
    return ERR_OK;
}

static enum err_code wrapup(void *arg, const char *code, const char *text, int64_t callback_utc_s,
                            struct err *err)
{
    char line[512];
    (void)err;
    snprintf(line, sizeof line, "%s [%s] %lld", code, text, (long long)callback_utc_s);
    note(arg, "wrapup", line);
    return ERR_OK;
}

static enum err_code report_incident(void *arg, const char *what, int64_t happened_utc_s,
                                     bool about_person, struct err *err)
{
    (void)err;
    note(arg, "incident", what);
    note(arg, happened_utc_s ? "happened then" : "happened now",
         about_person ? "person" : "nobody");
    return ERR_OK;
}

static enum err_code watch_alarms(void *arg, bool on, struct err *err)
{
    struct workstation_view *v = view_of(arg);
    (void)err;
    note(arg, "watch_alarms", on ? "on" : "off");
    memset(&v->incident, 0, sizeof v->incident);
    return ERR_OK;
}

static enum err_code watch_sound(void *arg, bool on, struct err *err)
{
    (void)err;
    note(arg, "watch_sound", on ? "on" : "off");
    return ERR_OK;
}

static enum err_code sound_tone(void *arg, bool on, struct err *err)
{
    (void)err;
    note(arg, "sound_tone", on ? "on" : "off");
    view_of(arg)->sound.tone = on;
    return ERR_OK;
}

static enum err_code choose_device(void *arg, enum ws_way way, const char *device, struct err *err)
{
    struct ws_sound_way *w = &view_of(arg)->sound.ways[way];
    (void)err;
    note(arg, way == WS_INPUT ? "choose_input" : "choose_output", device);
    snprintf(w->chosen, sizeof w->chosen, "%s", device);
    return ERR_OK;
}

static enum err_code set_volume(void *arg, enum ws_way way, int volume, struct err *err)
{
    char number[16];
    (void)err;
    snprintf(number, sizeof number, "%d", volume);
    note(arg, way == WS_INPUT ? "volume_input" : "volume_output", number);
    view_of(arg)->sound.ways[way].volume = volume;
    return ERR_OK;
}

static enum err_code see_alarm(void *arg, const char *alarm_id, struct err *err)
{
    struct workstation_view *v = view_of(arg);
    (void)err;
    note(arg, "see_alarm", alarm_id);
    for (size_t i = 0; i < v->n_alarms; i++)
        if (strcmp(v->alarms[i].alarm_id, alarm_id) == 0)
            v->alarms[i].state = ALARM_SEEN;
    return ERR_OK;
}

static enum err_code close_alarm(void *arg, const char *alarm_id, struct err *err)
{
    (void)err;
    note(arg, "close_alarm", alarm_id);
    return ERR_OK;
}

static enum err_code read_incident(void *arg, const char *incident_id, struct err *err)
{
    (void)err;
    note(arg, "read_incident", incident_id);
    fixture_incident(view_of(arg), incident_id);
    return ERR_OK;
}

static enum err_code release(void *arg, const char *offer_id, const char *reason, struct err *err)
{
    (void)err;
    char text[256];
    snprintf(text, sizeof text, "%s %s", offer_id, reason);
    note(arg, "release", text);
    return ERR_OK;
}

static enum err_code wish(void *arg, const char *offer_id, enum ws_wish what, struct err *err)
{
    struct ws_offer *o = &view_of(arg)->offer;
    (void)err;
    note(arg, what == WS_WISH_ANY ? "wish any" : "wish number", offer_id);
    o->wish = what;
    for (size_t i = 0; i < o->preview.n_phones; i++)
        if (what == WS_WISH_ANY || strcmp(o->preview.phones[i], o->call_phone) == 0)
            o->preview.unwanted_phones |= 1U << i;
    return ERR_OK;
}

static enum err_code correct(void *arg, const char *offer_id, const char *code,
                             const struct callback_wish *callback, struct err *err)
{
    char text[192], date[DATE_PRINT_SIZE] = "-";
    (void)err;
    if (callback)
        date_print(callback->date, date);
    snprintf(text, sizeof text, "%s %s %s %d %s %s", offer_id, code, date,
             callback ? callback->minute_of_day : 0, callback ? callback->phone : "",
             callback && !callback->route_to_me ? "anybody" : "");
    note(arg, "correct", text);
    return ERR_OK;
}

static enum err_code end_preview(void *arg, struct err *err)
{
    (void)err;
    note(arg, "end_preview", "");
    return ERR_OK;
}

static enum err_code list_contacts(void *arg, struct err *err)
{
    (void)err;
    note(arg, "list_contacts", "");
    return ERR_OK;
}

static enum err_code call_contact(void *arg, const char *person_id, struct err *err)
{
    const struct workstation_view *v = view_of(arg);
    for (size_t i = 0; i < v->n_contacts; i++)
        if (strcmp(v->contacts[i].person_id, person_id) == 0 &&
            v->contacts[i].refusal != ANOTHER_MAY)
            return err_set(err, ERR_STATE, "%s", another_refusal_text(v->contacts[i].refusal));
    note(arg, "call_contact", person_id);
    view_of(arg)->another_pending = true;
    return ERR_OK;
}

static enum err_code call_party(void *arg, const struct party *party, struct err *err)
{
    char text[PARTY_NAME_SIZE + 64];
    (void)err;
    snprintf(text, sizeof text, "%s %s %s", party_relation_name(party->relation), party->number,
             party->name);
    note(arg, "call_party", text);
    view_of(arg)->another_pending = true;
    return ERR_OK;
}

static void preferences_changed(void *arg, const struct tui_preferences *p)
{
    char text[32];
    snprintf(text, sizeof text, "%s %s", p->language, p->hide_clock ? "hidden" : "shown");
    note(arg, "preferences", text);
}

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    static const int wanted[] = {SIGWINCH, SIGUSR1, SIGUSR2, SIGCONT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        sigaddset(&set, wanted[i]);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Nobody's stack holds this; volatile, so that the compiler does not see it. */
static int __attribute__((noinline)) use_up_stack(volatile int *depth)
{
    volatile char room[4096];
    room[0] = (char)*depth;
    if (++*depth == 1 << 30)
        return 0;
    return use_up_stack(depth) + room[0];
}

static void crash(void)
{
    const char *how = getenv("FIXTURE_CRASH");
    volatile int zero = 0;
    volatile int *volatile nowhere = NULL;
    if (!how)
        return;
    if (strcmp(how, "null") == 0)
        *nowhere = 1;
    else if (strcmp(how, "stack") == 0)
        zero = use_up_stack(&zero);
    else if (strcmp(how, "assert") == 0)
        assert(zero == 1);
    else if (strcmp(how, "division") == 0)
        zero = 1000 / zero; /* one over it is no division to a compiler */
    else
        raise((int)strtol(how, NULL, 10));
}

/* False: leave. */
static bool take_signal(struct driver *d, struct tui *t, int sig)
{
    switch (sig) {
    case SIGWINCH:
        tui_resize(t);
        break;
    case SIGUSR1:
        d->fixture.view.now_utc_s++;
        break;
    case SIGUSR2:
        d->asked = true;
        break;
    case SIGCONT:
        tui_resume(t);
        break;
    case SIGTERM:
    case SIGHUP:
        return false;
    default:
        crash();
        break;
    }
    return true;
}

static bool take_signals(struct driver *d, struct tui *t, int fd)
{
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) == sizeof info)
        if (!take_signal(d, t, (int)info.ssi_signo))
            return false;
    return true;
}

static void note_painted(struct driver *d, const struct tui *t)
{
    char text[64];
    uint64_t typed, sent;
    if (!d->asked || tui_output_pending(t))
        return;
    tui_bytes(t, &typed, &sent);
    snprintf(text, sizeof text, "%llu %llu", (unsigned long long)typed, (unsigned long long)sent);
    note(d, "painted", text);
    d->asked = false;
}

/* A picture depends on nothing that painting itself changes: painting again sends nothing. */
static void paint(struct driver *d, struct tui *t)
{
    uint64_t typed, before, after;
    tui_paint(t);
    if (tui_output_pending(t))
        return;
    tui_bytes(t, &typed, &before);
    tui_paint(t);
    tui_bytes(t, &typed, &after);
    if (after != before || tui_output_pending(t))
        note(d, "unsteady", "");
}

static void run(struct driver *d, struct tui *t, int signals)
{
    tui_paint(t);
    while (!tui_wants_quit(t)) {
        struct pollfd p[3] = {
            {.fd = STDIN_FILENO,                                  .events = POLLIN },
            {.fd = signals,                                       .events = POLLIN },
            {.fd = tui_output_pending(t) ? tui_output_fd(t) : -1, .events = POLLOUT},
        };
        if (poll(p, 3, -1) < 0 && errno != EINTR)
            return;
        if (p[0].revents && !tui_read(t))
            return;
        if (p[1].revents && !take_signals(d, t, signals))
            return;
        if (p[2].revents)
            tui_flush(t);
        if (tui_wants_suspend(t)) {
            tui_stop(t);
        }
        paint(d, t);
        note_painted(d, t);
    }
}

int main(int argc, char **argv)
{
    static struct driver d;
    struct err err = {0};
    const char *localedir = getenv("PUPITRE_LOCALEDIR");
    const char *name = argc > 1 ? argv[1] : "home";
    tui_locale(localedir ? localedir : NULL);
    fixture_init(&d.fixture);
    if (!fixture_fill(&d.fixture, name)) {
        fprintf(stderr, "no view of this name: %s\n", name);
        return 64;
    }
    const char *seed = getenv("FIXTURE_HOSTILE");
    if (seed)
        fixture_hostile(&d.fixture, (unsigned)strtoul(seed, NULL, 10));
    if (argc > 2)
        d.record = fopen(argv[2], "a");
    struct workstation_commands commands = {
        .sign_in = sign_in,
        .sign_out = sign_out,
        .set_status = set_status,
        .set_on_queue = set_on_queue,
        .accept = accept_offer,
        .skip = skip,
        .dial = dial,
        .choose_phone = choose_phone,
        .end_call = end_call,
        .take_call = take_call,
        .mute = mute,
        .hold = hold,
        .dtmf = dtmf,
        .search = search,
        .consult = consult,
        .swap = swap,
        .take_back = take_back,
        .transfer = transfer,
        .reveal_niss = reveal_niss,
        .answer = answer,
        .repeat = repeat,
        .submit = submit,
        .note = keep_note,
        .wrapup = wrapup,
        .end_preview = end_preview,
        .list_contacts = list_contacts,
        .call_contact = call_contact,
        .call_party = call_party,
        .report_incident = report_incident,
        .wish = wish,
        .watch_alarms = watch_alarms,
        .see_alarm = see_alarm,
        .close_alarm = close_alarm,
        .read_incident = read_incident,
        .release = release,
        .correct = correct,
        .watch_sound = watch_sound,
        .sound_tone = sound_tone,
        .choose_device = choose_device,
        .set_volume = set_volume,
        .arg = &d,
    };
    struct tui_options options = {
        .preferences_changed = preferences_changed, .hours = calendar_hours(), .arg = &d};
    int signals = open_signals();
    struct tui *t = tui_new(&d.fixture.view, &commands, &options, &err);
    if (!t) {
        fprintf(stderr, "%s\n", err.sentence);
        return 69;
    }
    tui_catch_crashes();
    run(&d, t, signals);
    t = tui_free(t);
    if (d.record)
        fclose(d.record);
    fixture_deinit(&d.fixture);
    return 0;
}
