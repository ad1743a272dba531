/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the views of the screen share: the state of the screen itself (never of the work, which
 * stands in the view of core/workstation.h), and what a view and a popup are. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agenda.h"
#include "core/workstation.h"
#include "tui/draw.h"
#include "tui/edit.h"
#include "tui/lang.h"
#include "tui/terminal.h"
#include "tui/tui.h"

#define TUI_ROWS_MIN 24
#define TUI_COLS_MIN 80

/* Where a key means something: a set of the scopes below. A command works in any of its own. */
typedef uint64_t scope_set;

#define SCOPE_ALWAYS (UINT64_C(1) << 0)
#define SCOPE_FRAME (UINT64_C(1) << 1) /* signed in, nothing in front */
#define SCOPE_SIGN_IN (UINT64_C(1) << 2)
#define SCOPE_LOCKED (UINT64_C(1) << 3)
#define SCOPE_HOME (UINT64_C(1) << 4)
#define SCOPE_OFFER (UINT64_C(1) << 5)
#define SCOPE_PREVIEW (UINT64_C(1) << 6)
#define SCOPE_CALL (UINT64_C(1) << 7) /* a call is up, whatever else is on the screen */
#define SCOPE_WORK (UINT64_C(1) << 8) /* there is a record */
#define SCOPE_SCRIPT (UINT64_C(1) << 9)
#define SCOPE_YES_NO (UINT64_C(1) << 10)
#define SCOPE_CHOICE (UINT64_C(1) << 11)
#define SCOPE_WRAPUP (UINT64_C(1) << 12)
#define SCOPE_CODES (UINT64_C(1) << 13)
#define SCOPE_DONE (UINT64_C(1) << 14)
#define SCOPE_POPUP (UINT64_C(1) << 15)
#define SCOPE_LIST (UINT64_C(1) << 16)
#define SCOPE_SCROLL (UINT64_C(1) << 17)
#define SCOPE_DIALPAD (UINT64_C(1) << 18)
#define SCOPE_NOTE (UINT64_C(1) << 19)
#define SCOPE_TYPING (UINT64_C(1) << 20)   /* a line editor has the focus */
#define SCOPE_SMALL (UINT64_C(1) << 21)    /* the terminal is too small for more */
#define SCOPE_CALLBACK (UINT64_C(1) << 22) /* the form of a callback */
#define SCOPE_ALARMS (UINT64_C(1) << 23)   /* the list, or one of it: Del closes it */
#define SCOPE_INCIDENT (UINT64_C(1) << 24)
#define SCOPE_WISH (UINT64_C(1) << 25)     /* not to be called again: which? */
#define SCOPE_ALARM (UINT64_C(1) << 26)    /* one alarm: Esc goes back a step */
#define SCOPE_RELEASE (UINT64_C(1) << 27)  /* the form in which a person is set free */
#define SCOPE_DEMO (UINT64_C(1) << 28)     /* a demonstration, nothing in front */
#define SCOPE_RECODE (UINT64_C(1) << 29)   /* another number corrects the code */
#define SCOPE_CORRECT (UINT64_C(1) << 30)  /* a callback for a code that is corrected */
#define SCOPE_ANOTHER (UINT64_C(1) << 31)  /* another number: Esc goes back a step */
#define SCOPE_PARTY (UINT64_C(1) << 32)    /* the form of who answers in the person's place */
#define SCOPE_INCOMING (UINT64_C(1) << 33) /* somebody calls whom no queue sent */
#define SCOPE_SOUND (UINT64_C(1) << 34)    /* devices, level, test tone */
#define SCOPE_TARGET (UINT64_C(1) << 35)   /* whom to hand the call to, or to consult */

enum view_id {
    VIEW_SIGN_IN,
    VIEW_LOCKED,
    VIEW_HOME,
    VIEW_PREVIEW,
    VIEW_CALL, /* record and script; also after the call, while the script is looked at */
    VIEW_WRAPUP,
    VIEW_DONE,
    VIEW_DEMO,
};
#define VIEW_COUNT (VIEW_DEMO + 1)

enum popup_id {
    POPUP_NONE,
    POPUP_HELP,
    POPUP_PREFERENCES,
    POPUP_SIGN_OUT,
    POPUP_STATUS,
    POPUP_SKIP,
    POPUP_DIALPAD,
    POPUP_RECORD,
    POPUP_NOTE,
    POPUP_INCIDENT,
    POPUP_QUESTIONS,
    POPUP_MISSING,
    POPUP_CALLBACK,
    POPUP_ALARMS,
    POPUP_WISH,
    POPUP_ALARM,
    POPUP_RELEASE,
    POPUP_TODAY,
    POPUP_CORRECT,
    POPUP_CORRECT_WHEN,
    POPUP_REPEAT,
    POPUP_SECTIONS,
    POPUP_PROBLEMS,
    POPUP_COVERAGE,
    POPUP_ANOTHER,
    POPUP_PARTY,
    POPUP_CONTACTS,
    POPUP_SOUND,
    POPUP_TARGET,
};
#define POPUP_COUNT (POPUP_TARGET + 1)

struct script_outline;
struct tui;

/* A view draws the middle of the screen and says which keys mean something in it. */
struct view {
    void (*draw)(struct tui *t, struct area a);
    scope_set (*scopes)(const struct tui *t); /* beside ALWAYS and FRAME */
    struct edit *(*editor)(struct tui *t);    /* the field with the focus; NULL = none */
    void (*edited)(struct tui *t);            /* a key went into that field; NULL allowed */
};

/* A popup stands in front of a view. */
struct popup {
    const char *title; /* for gettext */
    scope_set scopes;
    int rows, cols;           /* wanted, with its frame; <= 0: all but so many */
    int wide_rows, wide_cols; /* the same where the screen has that room; 0 = as above */
    void (*draw)(struct tui *t, struct area inside);
    void (*opened)(struct tui *t);
    struct edit *(*editor)(struct tui *t);
    void (*edited)(struct tui *t); /* a key went into that field; NULL allowed */
    /* Lists only. */
    size_t (*count)(const struct tui *t);
    void (*item)(const struct tui *t, size_t i, struct area row, enum role role);
    bool (*item_matches)(const struct tui *t, size_t i, const char *typed); /* NULL: no search */
    void (*choose)(struct tui *t, size_t i);
};

struct sign_in_form {
    struct edit login;
    struct edit password;
    bool on_password;
};

/* How a page was drawn last: until the agent moves, its field stays where it is. */
struct script_drawn {
    size_t node;
    int rows, cols; /* of the page; 0 = it was not drawn yet */
    int scroll;
    int upper; /* rows of what is read before, turned on its own above the question; 0 = the page
                  is one */
    int field; /* the row where the answers begin; may be out of sight */
    int list_rows; /* room that a list of options had */
    bool seen;     /* the field is in sight */
};

#define SCRIPT_LEFT_MAX 8

/* Where the agent is in the script: on a page, which is a question. */
struct script_place {
    bool started;
    size_t node;         /* of core/script_tree.h; SCRIPT_END: the page after the last question */
    char key[128];       /* its name, which outlives the answers that it is a part of; "" = none */
    size_t answer;       /* the one that is typed, of several; SCRIPT_END: one more */
    size_t option;       /* highlighted, of a choice; n_options: words of one's own */
    char found[64];      /* typed to find an option */
    bool on_row;         /* the arrows were used last, not the search: the cursor is there */
    struct edit edit;    /* of an open question */
    bool edited;         /* typed since it was last handed over */
    int64_t given_utc_s; /* when it was last handed over */
    char fault[256];     /* why the answer was refused; "" = it was not */
    char language[8];    /* of the spoken text */
    char draft_key[128]; /* where an earlier screen was; "" = nowhere */
    char draft[160];
    bool
        refused; /* what is typed was refused when the agent wanted to leave: once more leaves it */
    struct script_left {
        char key[128];
        char text[EDIT_MAX];
    } left[SCRIPT_LEFT_MAX]; /* what was typed, refused and left: it is there again on coming back
                              */
    size_t n_left;
    int scroll;       /* lines that the page is pulled down to show what is above */
    int hidden_above; /* lines, as last drawn */
    int hidden_below;
    struct script_drawn drawn;
};

enum wrapup_focus {
    WRAPUP_CODE,
    WRAPUP_WHEN,
    WRAPUP_NOTE,
    WRAPUP_BUTTON,
};

enum callback_field {
    CALLBACK_DATE,
    CALLBACK_TIME,
    CALLBACK_ZONE,
    CALLBACK_PHONE,
    CALLBACK_MINE,
    CALLBACK_FALLBACK,
    CALLBACK_CALENDAR, /* no field: it fills day and time */
};
#define CALLBACK_FIELD_COUNT (CALLBACK_FALLBACK + 1)
#define CALLBACK_STOP_COUNT (CALLBACK_CALENDAR + 1)

struct callback_form {
    enum callback_field focus;
    struct edit date, when, zone, phone, fallback;
    bool to_anybody; /* not to the agent first */
};

struct wrapup_form {
    enum wrapup_focus focus;
    struct edit search;
    size_t row;                    /* highlighted, in the filtered list */
    char code[SERVICE_ID_SIZE];    /* chosen, "" = none */
    struct callback_form callback; /* its time is a field of the wrap-up, too */
    struct edit note;
    char proposed[SERVICE_ID_SIZE]; /* the proposal that was highlighted */
    bool moved;                     /* the agent has looked elsewhere since */
    bool on_row; /* the arrows were used last, not the search: the cursor is there */
};

enum incident_focus {
    INCIDENT_WHAT,
    INCIDENT_WHEN,
    INCIDENT_ABOUT, /* the person in front of the agent */
    INCIDENT_BUTTON,
};

struct incident_form {
    enum incident_focus focus;
    struct edit what;
    struct edit when;
    bool about_person;
};

/* The call of today whose code is corrected. What is typed stays for the same call until it is
 * sent: somebody who is offered closes what is in front. */
struct correct_form {
    char offer_id[WS_ID_MAX];
    char code[SERVICE_ID_SIZE];  /* that it has */
    char right[SERVICE_ID_SIZE]; /* that it is to have, while a callback is agreed for it */
    struct callback_form callback;
};

/* Who is called in the person's place. */
struct another_form {
    bool begun; /* for this relation */
    enum party_relation relation;
    struct edit name, number;
    bool on_number; /* has the focus */
};

enum target_focus {
    TARGET_SEARCH, /* and the list below it */
    TARGET_TRANSFER,
    TARGET_CONSULT,
};

/* Whom to hand the call to, or to consult. */
struct target_form {
    enum target_focus focus;
    enum target_focus first; /* the button that the key asked for */
    struct edit search;
    size_t row;  /* highlighted, of all that can be chosen */
    size_t skip; /* rows of the list above its area */
    bool has_chosen;
    struct target chosen;
    char name[128];
};

/* The alarm that is looked at, and the form in which its person is set free. */
struct alarm_place {
    char alarm_id[WS_ID_MAX];
    bool close_asked; /* once more closes it */
    struct edit reason;
    bool on_button;
};

/* A paste that is under way (tui/paste.h). */
struct paste {
    bool begun;
    struct edit *into;  /* the field that had the focus when it began, NULL = none */
    size_t room;        /* characters that may still go in */
    bool after_return;  /* "\r\n" is one line end */
    bool edited;        /* the view has not looked at the field since */
    bool dropped;       /* something did not go in, and was not told yet */
    bool asked;         /* the agent was told how to end it */
    int64_t last_utc_s; /* when something of it came; 0 = nothing yet */
};

struct tui {
    const struct workstation_view *view;
    struct workstation_commands commands;
    struct tui_options options;
    struct tui_preferences preferences;
    const char *lang; /* code of the screen's language */
    struct terminal *terminal;
    bool unicode;
    bool quit;
    bool suspend;
    bool too_small; /* the terminal, for anything but a sentence */
    struct paste paste;

    bool home;       /* the agent went home in the middle of something */
    int today_skip;  /* of today's interactions on the home view */
    bool see_script; /* after the call: the script instead of the wrap-up */
    enum popup_id popup;
    size_t list_row;         /* of a list in front */
    struct edit list_search; /* of a list in front */
    bool list_on_row;        /* the arrows were used last, not the search: the cursor is there */
    int scroll;              /* of a text in front */
    struct edit dialled;     /* digits sent, while the dialpad is open */

    char offer_id[WS_ID_MAX]; /* whose forms these are */
    enum hold_state hold;     /* as last seen */
    enum call_state call;
    unsigned offers_seen;
    int64_t rang_utc_s;       /* the bell, for the present offer, or who calls */
    enum call_state incoming; /* of who calls, as last seen */
    struct sign_in_form sign_in;
    struct script_place script;
    struct script_outline *outline; /* of its answers (tui/script_outline.h) */
    struct wrapup_form wrapup;
    struct incident_form incident;
    struct alarm_place alarm;
    struct correct_form correct;
    struct another_form another;
    struct target_form target;
    bool demo_why;           /* say why the present question is shown */
    bool demo_paused;        /* the simulated person waits */
    size_t demo_said;        /* the question that they answered last; SCRIPT_END = none */
    unsigned demo_scripts;   /* of the demonstration, as last seen */
    struct ws_notice notice; /* the screen's own */

    struct agenda *agenda; /* of view->service; NULL: none came, or no calendar is known */
    const struct service *agenda_service;
    int64_t agenda_version;
    char agenda_id[SERVICE_ID_SIZE];

    int cursor_y, cursor_x; /* of the window; y < 0 = hidden */
};

/* Where the agent is. */
enum view_id tui_view_id(const struct tui *t);
const struct view *tui_view(const struct tui *t);
scope_set tui_scopes(const struct tui *t);
struct edit *tui_editor(struct tui *t);
/* Something went into the field with the focus. */
void tui_edited(struct tui *t);

void tui_open(struct tui *t, enum popup_id popup);
void tui_close_popup(struct tui *t);
const struct popup *tui_popup(const struct tui *t);
/* Is it one of those that show alarms? */
bool tui_shows_alarms(enum popup_id popup);
/* Does what is in front take the keys? */
bool tui_popup_has_keys(const struct tui *t);

/* Put the cursor on (y, x) of an area. */
void tui_cursor(struct tui *t, struct area a, int y, int x);

/* Give what is typed into the forms, and where the agent is in the script, to whom keeps it. */
void tui_keep_form(struct tui *t);

/* Say something in the notice line. text is translated already. */
void tui_say(struct tui *t, int kind, const char *text);
/* Say why a command was refused; true if it was started. */
bool tui_done(struct tui *t, enum err_code code, const struct err *err);

/* Is somebody being offered right now? */
bool tui_is_offered(const struct tui *t);

extern const struct view view_sign_in, view_locked, view_home, view_preview, view_call, view_wrapup,
    view_done, view_demo;
extern const struct popup popup_help, popup_preferences, popup_sign_out, popup_status, popup_skip,
    popup_dialpad, popup_record, popup_note, popup_incident, popup_questions, popup_missing,
    popup_callback, popup_alarms, popup_wish, popup_alarm, popup_release, popup_today,
    popup_correct, popup_correct_when, popup_repeat, popup_sections, popup_problems, popup_coverage,
    popup_another, popup_party, popup_contacts, popup_sound, popup_target;
