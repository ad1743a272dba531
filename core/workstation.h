/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The agent's workstation as pure state: what the screen shows, and what the agent can do.
 *
 * The screen reads `struct workstation_view` and calls `struct workstation_commands`; it knows
 * nothing of HTTP, sockets or files. Behind the commands stands core/workstation.c, which speaks to
 * the backend, the desk and the journal through ports (core/workstation_ports.h). Nothing here
 * waits: a command starts something and returns; what comes of it shows in the view later.
 *
 * Instants are UTC seconds of the *server's* clock; now_utc_s is that clock now. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/agent.h"
#include "core/alarm.h"
#include "core/another.h"
#include "core/call.h"
#include "core/callback.h"
#include "core/desk_pace.h"
#include "core/err.h"
#include "core/hold.h"
#include "core/line_quality.h"
#include "core/party.h"
#include "core/person.h"
#include "core/script.h"
#include "core/service.h"
#include "core/sound_level.h"
#include "core/target.h"

enum ws_login {
    WS_SIGNED_OUT,
    WS_SIGNING_IN,
    WS_SIGNED_IN,
    WS_TAKEN_OVER, /* the same agent logged in elsewhere: this screen is locked */
};

enum ws_backend {
    WS_BACKEND_CONNECTING, /* never reached yet */
    WS_BACKEND_OK,
    WS_BACKEND_AWAY, /* was there, is not: tried again and again */
};

enum ws_phone {
    WS_PHONE_STARTING,
    WS_PHONE_READY,
    WS_PHONE_NO_SOUND, /* there is no sound device: nobody is called; it is looked for again */
    WS_PHONE_FAILED,   /* baresip does not run: phone_reason says why */
    WS_PHONE_NO_DESK,  /* pupitre-desk is gone; it is started again */
};

/* The sound of a call, on its way. */
enum ws_media {
    WS_MEDIA_UNKNOWN, /* no call, not answered, or an older desk */
    WS_MEDIA_PLAIN,   /* whoever is on the way can listen */
    WS_MEDIA_ENCRYPTED,
};

/* What the person does not want any more. Wider is later. */
/* What is done to an instance of a repeating group, or to an answer of a repeating question. */
enum ws_repeat {
    WS_REPEAT_ADD, /* one more behind it */
    WS_REPEAT_REMOVE,
    WS_REPEAT_UP, /* one place nearer to the first */
    WS_REPEAT_DOWN,
};

enum ws_wish {
    WS_WISH_NONE,
    WS_WISH_NUMBER, /* to be called on the number of this call */
    WS_WISH_ANY,    /* to be called at all */
};
#define WS_WISH_COUNT (WS_WISH_ANY + 1)

/* Where the answers of the script stand. */
enum ws_saved {
    WS_SAVED_NOTHING, /* nothing answered yet */
    WS_SAVING,        /* on their way to the journal or the backend */
    WS_SAVED_JOURNAL, /* safe on this machine, encrypted; the backend is away */
    WS_SAVED_BACKEND, /* accepted by the backend */
};

#define WS_QUEUES_MAX 32
#define WS_INTERACTIONS_MAX 100
#define WS_CALLBACKS_MAX 100
#define WS_ALARMS_MAX 50
#define WS_INCIDENTS_MAX 50
#define WS_INCIDENT_CHARS 2000
#define WS_CONTACTS_MAX 50
#define WS_PHONES (RECORD_PHONES + 2)
#define WS_ID_MAX 65

struct ws_queue {
    char queue[64];
    unsigned agents_on_queue;
    unsigned agents_available;
    unsigned waiting;
    int64_t longest_wait_s; /* at queues_at_utc_s */
};

struct ws_interaction {
    char offer_id[WS_ID_MAX];
    char service_id[WS_ID_MAX]; /* "" = not told */
    int64_t at_utc_s;
    char name[128];
    enum person_kind kind;
    enum hold_state state; /* HOLD_NONE: it is over */
    enum call_end end;
    int64_t talk_s;
    char code[SERVICE_ID_SIZE]; /* wrap-up code, "" = none */
    bool late;
};

struct ws_callback {
    char callback_id[WS_ID_MAX];
    int64_t at_utc_s;
    char name[128];
};

/* A contact of the index case, whom the agent may call after this call. */
struct ws_contact {
    char person_id[WS_ID_MAX];
    char name[256];
    char language[8];
    char phone[24]; /* the number to call next, E.164; "" = none is known */
    size_t n_phones;
    enum person_state state;
    int64_t due_utc_s; /* rests until then; 0 = does not */
    unsigned attempts;
    enum another_refusal refusal; /* ANOTHER_MAY: may be called now */
};

/* What a supervisor has to look at: kinds and ids, nothing about a person. */
struct ws_alarm {
    char alarm_id[WS_ID_MAX];
    enum alarm_kind kind;
    enum alarm_state state;
    char person_id[WS_ID_MAX]; /* "" = none, likewise below */
    char offer_id[WS_ID_MAX];
    char incident_id[WS_ID_MAX];
    char agent[65]; /* login */
    char seen_by[65];
    int64_t raised_utc_s;
    int64_t again_utc_s; /* the last time that the same thing happened */
    int64_t times;
};

/* An incident as an agent reported it. */
struct ws_incident {
    char incident_id[WS_ID_MAX]; /* "" = none was read */
    char agent[65];
    char person_id[WS_ID_MAX]; /* whom it is about; "" = nobody in particular */
    int64_t happened_utc_s;
    int64_t reported_utc_s;
    int64_t received_utc_s;
    char what[WS_INCIDENT_CHARS * 4 + 1]; /* lines, clean */
};

/* The expert who is consulted, or was last in this call. */
struct ws_consult {
    bool pending; /* the permit is asked for */
    bool there;   /* counts below: called, up, or over since the person was last on hold */
    struct target target;
    char name[128]; /* of a user, as chosen; "" = the target's value says it */
    struct call call;
    struct line_quality line;
};

/* The person is handed to somebody else: under way while the call is CALL_TRANSFERRING. */
struct ws_transfer {
    bool pending; /* the address is asked for, or the desk has not begun */
    bool failed;  /* it came to nothing, and nothing was done since */
    struct target target;
    bool has_target; /* another screen may have begun it */
    char name[128];
    char reason[160]; /* why it failed, translated; "" = nobody says */
};

/* Who hears the agent's microphone now, when it is on. */
enum ws_ear {
    WS_EAR_NOBODY,
    WS_EAR_PERSON,
    WS_EAR_EXPERT,
};

/* The person who is offered, prepared, called or being closed. */
struct ws_offer {
    char offer_id[WS_ID_MAX];
    int64_t fence;
    enum hold_state state; /* HOLD_NONE: there is no offer, nothing else below counts */
    int64_t state_since_utc_s;
    int64_t deadline_utc_s; /* 0 = none */
    char queue[64];
    enum person_kind kind;
    char language[8];
    bool has_person; /* preview below is filled (from HOLD_PREVIEW on) */
    struct {
        char given_name[128];
        char family_name[128];
        /* E.164; the last ones may be the other number of a callback, and the party's */
        char phones[WS_PHONES][24];
        size_t n_phones;
        unsigned unwanted_phones; /* bit n: not to be called again on phones[n] */
        int64_t callback_utc_s;   /* promised for then; 0 = there is no callback */
        bool has_party;           /* who is called in the person's place (core/party.h) */
        struct party party;
        enum region region;
        unsigned attempts;
    } preview;
    size_t phone_index;       /* which of preview.phones is called next, by Enter or by itself */
    bool dial_pending;        /* the permit was asked for, or waits for the backend */
    struct call call;         /* CALL_NONE until dialled */
    struct line_quality line; /* of that call, while it is up */
    enum ws_media media;      /* likewise */
    struct ws_consult consult;
    struct ws_transfer transfer;
    char call_phone[24];         /* the number of that call, E.164 */
    const struct record *record; /* NULL until the call is permitted and the record loaded */
    char niss_masked[16];        /* as shown to everybody; "" = there is none */
    char niss[16];               /* in clear while revealed, else "" */
    char proposed_code[SERVICE_ID_SIZE]; /* "" = none */
    char chosen_code[SERVICE_ID_SIZE];   /* accepted or journaled, "" = none */
    bool wrapup_pending; /* chosen, in the journal, the backend has not said yes yet */
    bool wrapup_kept;    /* while pending: the journal has it, on disk */
    enum ws_wish wish;   /* recorded here for this person, whether the backend has it or not */
    bool wish_pending;   /* it has not (yet) */
    bool late;
    const char *form; /* of a callback, as the agent typed it so far; opaque here; NULL = none */
    const char *note; /* as the agent typed it so far, also on a screen that died; NULL = none */
    const struct script *script; /* NULL until loaded */
    struct script_answers *answers;
    bool submitted; /* the script was handed in complete */
    enum ws_saved saved;
};

/* Somebody calls this telephone, whom no queue sent: an office of the house, a person who knows the
 * number. Only off queue and with nobody in hand; the backend has no part in it. */
struct ws_incoming {
    struct call call; /* CALL_NONE: nobody did; ended: the last one who did */
    char from[324];   /* number and name in the caller's words, clean; "" = neither */
};

/* --- the sound --- */

enum ws_way { WS_INPUT, WS_OUTPUT };
#define WS_WAY_COUNT (WS_OUTPUT + 1)
#define WS_DEVICE_SIZE 128
#define WS_DEVICES_MAX 32

struct ws_device {
    char name[WS_DEVICE_SIZE]; /* that it is chosen by */
    char label[WS_DEVICE_SIZE];
};

/* A direction: what the desk told of it. */
struct ws_sound_way {
    bool gone;                  /* in a call or a test: there is no device now */
    char label[WS_DEVICE_SIZE]; /* of what is in use, or was; "" = neither call nor test */
    /* While somebody looks (watch_sound): */
    char chosen[WS_DEVICE_SIZE]; /* "" = none: that of the setting */
    int volume;                  /* 0 to 100; 50 leaves the sound as it is */
    struct ws_device devices[WS_DEVICES_MAX];
    size_t n_devices;
};

struct ws_sound {
    struct ws_sound_way ways[WS_WAY_COUNT];
    bool silent; /* the agent talks, and the microphone gives not even noise */
    bool known;  /* the devices were told */
    bool tone;   /* the test tone is played */
    struct sound_meter meter;
    /* What the microphone gave in the test: the best so far; of another device it counts no more.
     */
    enum sound_word tested;
};

/* A sentence for the agent, newest only; shown until replaced or 10 s old. */
struct ws_notice {
    enum { WS_NOTICE_NONE, WS_NOTICE_INFO, WS_NOTICE_WARNING, WS_NOTICE_ERROR } kind;
    char text[256]; /* already translated */
    int64_t at_utc_s;
};

#define WS_DIRECTORY_MAX 50
/* Whom a call can be handed to, or who can be asked. */
struct ws_directory {
    char typed[TARGET_VALUE_SIZE]; /* what it answers */
    bool known;                    /* an answer came since the directory was opened */
    bool fails;                    /* the newest question had none */
    struct ws_user {
        char login[65];
        char name[128];
        enum agent_status status;
        bool on_queue;
        bool is_free;
    } users[WS_DIRECTORY_MAX];
    size_t n_users;
    struct ws_target_queue {
        char queue[64];
        enum region region;
    } queues[WS_DIRECTORY_MAX];
    size_t n_queues;
    unsigned all_users, all_queues; /* that fit: more than are listed */
};

struct workstation_view {
    int64_t now_utc_s;
    enum ws_login login;
    bool desk_replaced;    /* taken over by another screen of this desk, not by a login elsewhere */
    unsigned login_place;  /* in the line of those who sign in; 0 = none was told */
    char login_error[256]; /* why signing in failed, translated; "" = it did not */
    char agent_name[128];
    char agent_login[65];
    enum region region;
    char service_name[128];
    const struct service *service; /* NULL until loaded: codes, skip reasons, seconds */

    enum agent_status status;
    int64_t status_since_utc_s;
    bool on_queue;
    int64_t on_queue_since_utc_s; /* or, if later, since the last offer went: waiting since */

    enum ws_backend backend;
    int64_t backend_since_utc_s;
    char backend_reason[160]; /* while away: what waiting alone does not mend, translated; "" = none
                               */
    unsigned unsent;          /* writes in the journal that the backend has not got yet */
    bool sending_is_slow;     /* one of them waits for a second or longer: worth a word */
    bool journal_fails;       /* this machine cannot keep writes now */
    bool store_fails;         /* the backend answers, and cannot keep them now */
    enum ws_phone phone;
    char phone_reason[192];
    struct desk_pace_told desk_pace; /* of a desk on another machine */

    struct ws_sound sound;

    struct ws_offer offer;
    struct ws_incoming incoming; /* while it is up, end_call, mute, hold and dtmf are about it */

    struct ws_queue queues[WS_QUEUES_MAX];
    size_t n_queues;
    int64_t queues_at_utc_s;
    struct ws_interaction interactions[WS_INTERACTIONS_MAX];
    size_t n_interactions;
    /* For supervisors: alarms of the region that nobody has closed, -1 = nobody told (yet). */
    int64_t alarms_raised;
    int64_t alarms_seen;
    bool alarms_told; /* the agent is a supervisor */
    /* The list, while somebody looks at it; newest first. */
    bool alarms_known; /* it was read once since then */
    struct ws_alarm alarms[WS_ALARMS_MAX];
    size_t n_alarms;
    struct ws_incident incident; /* the one that is being read */
    bool incident_missing;       /* the one that was asked for is not among the newest */
    struct ws_callback callbacks[WS_CALLBACKS_MAX];
    size_t n_callbacks;
    /* Of the index case, once asked for; until the preview ends. */
    struct ws_contact contacts[WS_CONTACTS_MAX];
    size_t n_contacts;
    bool contacts_known;  /* the answer has come */
    bool contacts_more;   /* than are listed */
    bool another_pending; /* another call was asked for, and the backend has not answered */

    struct ws_directory directory;

    struct ws_notice notice;
    unsigned offers_seen; /* grows by one with every new offer: ring the bell then */
};

/* What the agent can do. Each returns ERR_OK when it was started, else the reason in err->sentence
 * (in English, marked for gettext: the caller translates) and nothing changed. Texts and values
 * are copied. `arg` is the `arg` of the struct. */
struct workstation_commands {
    enum err_code (*sign_in)(void *arg, const char *login, const char *password, struct err *err);
    /* Refused during a call and in after-call work. */
    enum err_code (*sign_out)(void *arg, struct err *err);
    enum err_code (*set_status)(void *arg, enum agent_status status, struct err *err);
    enum err_code (*set_on_queue)(void *arg, bool on_queue, struct err *err);
    enum err_code (*accept)(void *arg, struct err *err);
    enum err_code (*skip)(void *arg, const char *reason_id, struct err *err);
    enum err_code (*dial)(void *arg, size_t phone_index, struct err *err);
    /* In the preview: the countdown calls this number (view.offer.phone_index). */
    enum err_code (*choose_phone)(void *arg, size_t phone_index, struct err *err);
    /* The call of whom the agent hears; with both calls on hold it is refused. */
    enum err_code (*end_call)(void *arg, struct err *err);
    enum err_code (*take_call)(void *arg, struct err *err); /* answers view.incoming */
    enum err_code (*mute)(void *arg, bool on, struct err *err);
    enum err_code (*hold)(void *arg, bool on, struct err *err);
    enum err_code (*dtmf)(void *arg, const char *digits, struct err *err);
    /* Search the directory (view.directory); "" finds everybody. What is typed meanwhile is
     * searched when the answer is here. */
    enum err_code (*search)(void *arg, const char *typed, struct err *err);
    /* While the person is spoken with or on hold: put him on hold and call an expert (a user, a
     * number). name: for the screen, "" = none. From then on end_call, mute and dtmf are for the
     * one whom the agent hears; an expert who is not reached leaves the person on hold. */
    enum err_code (*consult)(void *arg, const struct target *target, const char *name,
                             struct err *err);
    enum err_code (*swap)(void *arg, struct err *err);
    /* End the expert's call, if it is up, and take the person off hold. */
    enum err_code (*take_back)(void *arg, struct err *err);
    /* Hand the person on; the call comes back when that fails (view.offer.transfer). */
    enum err_code (*transfer)(void *arg, const struct target *target, const char *name,
                              struct err *err);
    enum err_code (*reveal_niss)(void *arg, bool on, struct err *err);
    /* An answer of a question (core/script_tree.h). ERR_STATE: it is there no more. */
    enum err_code (*answer)(void *arg, size_t answer, const struct script_value *value,
                            struct err *err);
    /* *ret: the new one; after REMOVE one that is left; else the same. Errors: ERR_STATE (it is
     * there no more, does not repeat, or there may be no more of it), ERR_TOO_LARGE. */
    enum err_code (*repeat)(void *arg, size_t node, enum ws_repeat how, size_t *ret,
                            struct err *err);
    /* ERR_STATE when something is missing: script_missing_nodes() says what. */
    enum err_code (*submit)(void *arg, struct err *err);
    /* The note so far, while it is typed: kept for a screen that dies, within a second or two. */
    enum err_code (*note)(void *arg, const char *text, struct err *err);
    /* The form of a callback so far, kept like the note. */
    enum err_code (*form)(void *arg, const char *text, struct err *err);
    /* What was agreed counts for the code that is chosen next, in place of callback_utc_s; NULL =
     * nothing. */
    enum err_code (*agree)(void *arg, const struct callback_wish *wish, struct err *err);
    /* callback_utc_s: 0 unless the code's rule needs one. */
    enum err_code (*wrapup)(void *arg, const char *code, const char *note, int64_t callback_utc_s,
                            struct err *err);
    enum err_code (*end_preview)(void *arg, struct err *err);
    /* After the code is chosen, with the backend there: ask for the index case's contacts
     * (view.contacts); end this preview and call one of them, or who answers in the person's place
     * (read by party_read). The new offer comes in its preview; what the backend refuses is said.
     */
    enum err_code (*list_contacts)(void *arg, struct err *err);
    enum err_code (*call_contact)(void *arg, const char *person_id, struct err *err);
    enum err_code (*call_party)(void *arg, const struct party *party, struct err *err);
    /* Also with the backend away: it is kept like a code, and sent when it can be. what: at most
     * WS_INCIDENT_CHARS; happened_utc_s: 0 = now; about_person: the person of the present offer. */
    enum err_code (*report_incident)(void *arg, const char *what, int64_t happened_utc_s,
                                     bool about_person, struct err *err);
    /* The person does not want to be called again; nothing takes that back. From the call on until
     * the preview ends; also with the backend away, kept like a code. offer_id: whom the agent was
     * asked about; ERR_STATE when that is nobody who is here now. */
    enum err_code (*wish)(void *arg, const char *offer_id, enum ws_wish wish, struct err *err);
    /* For supervisors. Look at the list of alarms (it follows what happens; an incident that was
     * read is wiped), or no longer: then all of it is wiped. */
    enum err_code (*watch_alarms)(void *arg, bool on, struct err *err);
    enum err_code (*see_alarm)(void *arg, const char *alarm_id, struct err *err);
    enum err_code (*close_alarm)(void *arg, const char *alarm_id, struct err *err);
    /* Comes to view.incident; each reading is audited. */
    enum err_code (*read_incident)(void *arg, const char *incident_id, struct err *err);
    /* Set the person of an offer free. */
    enum err_code (*release)(void *arg, const char *offer_id, const char *reason, struct err *err);
    /* Another code for a call of view.interactions that is over; also with the backend away, kept
     * like a code. What comes of it is said, a refusal too. callback: what was agreed, for a code
     * whose rule asks for it (NULL: ERR_INVALID); such a code may also be the one that the call
     * has. */
    enum err_code (*correct)(void *arg, const char *offer_id, const char *code,
                             const struct callback_wish *callback, struct err *err);
    /* Look at the devices and the level of the microphone (view.sound), or no longer. Works in a
     * call, too; the other side hears nothing of it. */
    enum err_code (*watch_sound)(void *arg, bool on, struct err *err);
    /* Play the test tone while looking. */
    enum err_code (*sound_tone)(void *arg, bool on, struct err *err);
    /* device: a name of view.sound; "" = that of the setting. */
    enum err_code (*choose_device)(void *arg, enum ws_way way, const char *device, struct err *err);
    enum err_code (*set_volume)(void *arg, enum ws_way way, int volume, struct err *err);
    void *arg;
};

/* Pure. */
enum ws_ear workstation_ear(const struct ws_offer *o);
