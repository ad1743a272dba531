/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Behind the workstation (core/workstation.h): what its logic asks for from outside, and what it
 * is told.
 *
 * Everything outwards goes through `struct ws_ports`; nothing there waits, and nothing there may
 * call back from inside. Everything inwards is one of the functions below, called on one thread.
 *
 * Two kinds of message go to the backend. A *request* has an answer that the agent waits for; when
 * the backend is away it fails, and nothing is lost. A *write* must not be lost: it goes to the
 * journal first, then to the backend, in order, again and again until the backend takes it or
 * refuses it for good (core/workstation_outbox.c). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ops.h"
#include "core/regex.h"
#include "core/workstation.h"

#define WS_KEY_SIZE 33      /* Idempotency-Key: 32 hexadecimal digits and NUL */
#define WS_VERSION_SIZE 257 /* of a script: 64 characters */
#define WS_TOKEN_SIZE 129
#define WS_NOTE_MAX 8001
#define WS_URI_SIZE 257

/* The backend's snapshot of the agent's work: the newest says it all. */
struct ws_work_call {
    char call_id[WS_ID_MAX];
    char phone[24];
    int64_t permitted_utc_s;
    int64_t rang_utc_s; /* 0 = not (yet), likewise below */
    int64_t answered_utc_s;
    int64_t ended_utc_s;
    enum call_end end;
    unsigned last_seq; /* highest event without a gap before it that the backend has */
};

struct ws_work_offer {
    char offer_id[WS_ID_MAX]; /* "" = there is none, nothing else below counts */
    int64_t fence;
    enum hold_state state;
    int64_t state_since_utc_s;
    int64_t deadline_utc_s; /* 0 = none */
    char queue[64];
    enum person_kind kind;
    char language[8];
    char script_id[WS_ID_MAX];            /* "" = the service has none for this person */
    char script_version[WS_VERSION_SIZE]; /* the newest; "" = not told */
    bool has_person;
    struct ws_preview {
        char given_name[128];
        char family_name[128];
        char phones[WS_PHONES][24];
        size_t n_phones;
        size_t next_phone;        /* the one to call this time */
        int64_t callback_utc_s;   /* promised for then; 0 = there is no callback */
        unsigned unwanted_phones; /* bit n: the person does not want to be called on phones[n] */
        bool has_party;           /* somebody is called in the person's place, on next_phone */
        struct party party;
        enum region region;
        unsigned attempts;
    } person;
    bool has_call;
    struct ws_work_call call;
    bool has_consult; /* the last one with an expert in this offer: */
    struct ws_work_call consult;
    struct target consult_target;
    char proposed_code[SERVICE_ID_SIZE];
    char code[SERVICE_ID_SIZE]; /* wrap-up accepted; "" = none */
    bool late;
};

struct ws_work {
    int64_t server_utc_s;
    char agent_id[WS_ID_MAX];
    char agent_login[65];
    char agent_name[128];
    enum region region;
    char service_id[WS_ID_MAX];
    char service_version[32];
    char service_name[128];
    enum agent_status status;
    int64_t status_since_utc_s;
    bool on_queue;
    int64_t on_queue_since_utc_s;
    struct ws_work_offer offer;
};

/* --- to the backend: requests ------------------------------------------------------------- */

enum ws_request_kind {
    WS_REQ_SIGN_IN,
    WS_REQ_SIGN_OUT,
    WS_REQ_SET_STATUS,
    WS_REQ_SET_ON_QUEUE,
    WS_REQ_ACCEPT,
    WS_REQ_SKIP,
    WS_REQ_PERMIT,
    WS_REQ_RECORD,
    WS_REQ_REVEAL,
    WS_REQ_DRAFT, /* the newest draft of the answers */
    WS_REQ_SERVICE,
    WS_REQ_SCRIPT,
    WS_REQ_INTERACTIONS,
    WS_REQ_CALLBACKS,
    WS_REQ_ALARMS,
    WS_REQ_SEE_ALARM,
    WS_REQ_CLOSE_ALARM,
    WS_REQ_INCIDENTS,
    WS_REQ_RELEASE,
    WS_REQ_CONTACTS, /* of the index case */
    WS_REQ_ANOTHER,  /* call another number */
    WS_REQ_DIRECTORY,
    WS_REQ_CONSULT,
    WS_REQ_TRANSFER,
};
#define WS_REQUEST_KIND_COUNT (WS_REQ_TRANSFER + 1)

/* Which members count depends on the kind. Borrowed for the time of the call: login and password
 * above all are not kept longer than the request needs. */
struct ws_request {
    uint64_t id; /* comes back in the answer */
    enum ws_request_kind kind;
    char key[WS_KEY_SIZE]; /* Idempotency-Key of those that are POSTs */
    const char *login;
    const char *password;
    enum agent_status status;
    bool on_queue;
    const char *offer_id;
    int64_t fence;
    const char *reason;
    size_t phone_index;
    const char *script_id;
    const char *script_version; /* NULL = the newest */
    const char *alarm_id;
    const char *contact_id; /* another: one of the two */
    const struct party *party;
    const char *typed; /* directory */
    const struct target *target;
};

/* The permit to dial. */
struct ws_permit {
    char call_id[WS_ID_MAX];
    char call_token[WS_TOKEN_SIZE];
    char number[24];
    char uri[WS_URI_SIZE];
    int64_t ring_limit_s;
    bool has_answers; /* of an earlier call: they go on */
};

/* The answer to a request. Borrowed by workstation_answered, apart from what is marked taken. */
struct ws_answer {
    uint64_t id;
    enum ws_request_kind kind;
    enum err_code
        code; /* ERR_UNAVAILABLE: not reached, or no sensible answer; may be tried again */
    const struct err *err; /* the reason when code is not ERR_OK */
    const char *why;       /* ERR_UNAVAILABLE: as in workstation_backend; NULL = none */

    const struct ws_work *work;     /* sign in, status, on queue, accept, skip, another */
    const struct ws_permit *permit; /* consult, transfer (call_id, number, uri), too */
    const struct ws_directory *directory;
    const struct record *record;
    const char *niss_masked; /* with the record */
    const char *niss;        /* reveal */
    const char *response;    /* draft: the QuestionnaireResponse as JSON text, NULL = none yet */
    bool completed;          /* draft: it was submitted */
    unsigned version;        /* draft */
    struct service *service; /* taken: heap, freed with free(3) */
    struct script *script;   /* taken: heap, script_deinit and free(3) */
    const struct ws_interaction *interactions;
    size_t n_interactions;
    const struct ws_callback *callbacks;
    size_t n_callbacks;
    const struct ws_alarm *alarms;
    size_t n_alarms;
    const struct ws_incident *incidents;
    size_t n_incidents;
    const struct ws_contact *contacts;
    size_t n_contacts;
    bool contacts_more;
};

/* --- to the backend: writes --------------------------------------------------------------- */

enum ws_write_kind {
    WS_WRITE_CALL_EVENT,
    WS_WRITE_RESPONSE,
    WS_WRITE_WRAPUP,
    WS_WRITE_END, /* end preview */
    WS_WRITE_INCIDENT,
    WS_WRITE_WISH,    /* not to be called again */
    WS_WRITE_CORRECT, /* another code, later in the day; of no fence */
};
#define WS_WRITE_KIND_COUNT (WS_WRITE_CORRECT + 1)

struct ws_call_event {
    unsigned seq; /* 1, 2, 3 … per call */
    int64_t at_utc_s;
    enum call_event kind;
    enum call_end end; /* with CALL_EV_END */
    int sip_status;    /* 0 = none */
    char text[324];    /* reason phrase */
};

struct ws_write {
    uint64_t id; /* of this process, 1, 2, 3 … */
    enum ws_write_kind kind;
    char key[WS_KEY_SIZE];    /* stays the same for ever, also in a later process */
    char offer_id[WS_ID_MAX]; /* "" with an incident: it waits for nothing of any offer */
    int64_t fence;            /* when it was made; the one to send is given beside it */
    char call_id[WS_ID_MAX];
    char sip_call_id[129];
    struct ws_call_event event;
    char code[SERVICE_ID_SIZE];
    char *note; /* heap; NULL = none; of an incident what happened */
    int64_t chosen_utc_s;
    int64_t callback_utc_s; /* 0 = none */
    bool has_callback;      /* what was agreed instead */
    struct callback_wish callback;
    char *response; /* heap: QuestionnaireResponse as JSON text */
    bool completed;
    int64_t happened_utc_s;         /* incident */
    char about_offer_id[WS_ID_MAX]; /* incident: whose person it is about, "" = nobody's */
    enum ws_wish wish;              /* wish */
};

void ws_write_deinit(struct ws_write *w); /* wipes and frees note and response */

/* What became of a write at the backend. */
struct ws_write_result {
    enum err_code code;
    const struct err *err;
    bool has_version; /* response: version accepted, or with ERR_CONFLICT the store's newest */
    unsigned version;
    bool late;             /* wrap-up */
    int64_t retry_after_s; /* the backend wants to be left alone so long; 0 = it says nothing */
};

/* What the agent typed about the present person. NULL = nothing. */
struct ws_words {
    const char *response; /* the answers, a QuestionnaireResponse as JSON text */
    bool completed;
    const char *note;
    const char *form; /* of a callback */
};

/* --- to the desk -------------------------------------------------------------------------- */

enum ws_phone_op {
    WS_PHONE_SIGN_IN,
    WS_PHONE_SIGN_OUT,
    WS_PHONE_DIAL,
    WS_PHONE_END,
    WS_PHONE_MUTE,
    WS_PHONE_HOLD,
    WS_PHONE_DTMF,
    WS_PHONE_CALL, /* tell the call from its first event; comes to workstation_desk_call */
    WS_PHONE_ACK,
    WS_PHONE_CONSULT,
    WS_PHONE_SWAP,
    WS_PHONE_TAKE_BACK,
    WS_PHONE_TRANSFER,
    WS_PHONE_ANSWER,
    /* Of the sound, from here on */
    WS_PHONE_DEVICES, /* comes to workstation_desk_devices */
    WS_PHONE_CHOOSE,
    WS_PHONE_VOLUME,
    WS_PHONE_SOUND_TEST,
};
#define WS_PHONE_OP_COUNT (WS_PHONE_SOUND_TEST + 1)

struct ws_phone_request {
    enum ws_phone_op op;
    const char *call_id;
    const char *consult_id;         /* swap; of a consult it is in its permit */
    const struct ws_permit *permit; /* dial, consult, transfer */
    int64_t valid_ms;               /* dial, consult: the permit may not be used after so long */
    int64_t now_utc_s;              /* dial, consult: of the server's clock */
    bool on;                        /* mute, hold, sound test */
    bool tone;                      /* sound test */
    enum ws_way way;                /* choose, volume */
    const char *device;             /* choose */
    int volume;
    const char *digits;
    unsigned seq; /* ack */
};

/* A direction of the sound as the desk tells it by itself. */
struct ws_desk_way {
    bool works;
    char label[WS_DEVICE_SIZE];
};

/* A call as the desk knows it, from its first event. */
struct ws_desk_call {
    char call_id[WS_ID_MAX]; /* "" = the desk knows no call */
    enum ws_media media;
    char sip_call_id[129];
    const struct ws_call_event *events;
    size_t n_events;
};

/* --- the ports ---------------------------------------------------------------------------- */

struct ws_ports {
    /* Start a request; the answer comes to workstation_answered, also when it could not start. */
    void (*ask)(void *arg, const struct ws_request *req);
    /* Send a write; the result comes to workstation_sent. base_version: for a response. */
    void (*send)(void *arg, const struct ws_write *w, int64_t fence, unsigned base_version);
    /* Make a write durable; comes to workstation_journaled. */
    void (*journal)(void *arg, const struct ws_write *w);
    /* The write needs no keeping any more. */
    void (*forget)(void *arg, uint64_t write_id);
    /* Ask the desk. Errors (ERR_UNAVAILABLE: no desk) at once; else workstation_phone_done. */
    enum err_code (*phone)(void *arg, const struct ws_phone_request *req, struct err *err);
    /* Give the desk what a new screen needs if this one dies. The newest is enough; once the desk
     * has it: workstation_kept. */
    void (*keep)(void *arg, const struct ws_words *words);
    /* The session is over: forget its secrets, close the journal, stop the stream. */
    void (*session_over)(void *arg);
    /* Answers <-> QuestionnaireResponse as JSON text. encode: heap, NULL when out of memory. */
    char *(*encode)(void *arg, const struct script *s, const struct script_answers *a,
                    bool completed);
    enum err_code (*decode)(void *arg, const struct script *s, const char *text,
                            struct script_answers *a, struct err *err);
    /* The version of the script that a response answers; "" = it says none. NULL: nobody asks. */
    void (*version)(void *arg, const char *response, char ret[WS_VERSION_SIZE]);
    /* Was this response written after that one? False when either does not say. NULL: nobody asks.
     */
    bool (*is_newer)(void *arg, const char *response, const char *than);
    /* How the answers' regular expressions are looked at; NULL: they are not. */
    const struct regex_ops *regex;
    /* The sentence in the agent's language (gettext). */
    const char *(*translate)(void *arg, const char *msgid);
    /* The view changed. */
    void (*changed)(void *arg);
    void *arg;
};

/* --- the workstation ---------------------------------------------------------------------- */

struct workstation;

/* Make one, signed out. ports, clock and random are copied. NULL when out of memory. */
struct workstation *workstation_new(const struct ws_ports *ports, const struct clock_ops *clock,
                                    const struct random_ops *random);
/* Accepts NULL, returns NULL. Wipes what is personal. */
struct workstation *workstation_free(struct workstation *ws);

/* Borrowed, the same for its whole life. */
const struct workstation_view *workstation_view(const struct workstation *ws);
struct workstation_commands workstation_commands(struct workstation *ws);

/* Call once a second at least: deadlines, the clock. */
void workstation_tick(struct workstation *ws);

/* From the backend. */
void workstation_answered(struct workstation *ws, const struct ws_answer *answer);
void workstation_sent(struct workstation *ws, uint64_t write_id,
                      const struct ws_write_result *result);
/* why: a reason that waiting alone does not mend, marked for gettext; NULL = none. */
void workstation_backend(struct workstation *ws, enum ws_backend state, const char *why);
void workstation_work(struct workstation *ws, const struct ws_work *work);
void workstation_time(struct workstation *ws, int64_t server_utc_s);
void workstation_queues(struct workstation *ws, const struct ws_queue *queues, size_t n);
/* A sign-in that is under way waits for its turn at the backend; place 0 = not known. */
void workstation_queued(struct workstation *ws, unsigned place);
void workstation_alarms(struct workstation *ws, int64_t raised, int64_t seen);
/* The session ended at the backend. */
enum ws_end {
    WS_END_TIME,        /* it was over, nobody was there, or nobody says why */
    WS_END_OTHER_LOGIN, /* another login of the same agent */
    WS_END_OPERATOR,
    WS_END_DISABLED, /* the agent may not sign in any more */
};
void workstation_ended(struct workstation *ws, enum ws_end why);

/* The desk has the newest picture. */
void workstation_kept(struct workstation *ws);

/* From the journal: a write is durable, or could not be made so (then it is sent all the same). */
void workstation_journaled(struct workstation *ws, uint64_t write_id, bool ok);
/* Writes that an earlier process left, oldest first: once after each signing in or resuming, also
 * when there are none. The writes are taken (their members, not the array); ids are given anew, and
 * each comes to ports->journal. What was made meanwhile waits until then and goes behind them. */
void workstation_restore_writes(struct workstation *ws, struct ws_write *writes, size_t n);
/* Say something to the agent; text: English, marked for gettext. */
void workstation_warn(struct workstation *ws, const char *text);

/* A new screen at a signed-in desk: signed in without a login. All members may be NULL; service and
 * script are taken. */
struct ws_kept {
    const struct ws_work *work;
    struct service *service;
    struct script *script;
    const struct record *record;
    const char *niss_masked;
    struct ws_words words;
};
void workstation_resume(struct workstation *ws, const struct ws_kept *kept);

/* From the desk. up: hello was answered; call, consult: what it knows (NULL, or
 * call_id "": nothing). */
void workstation_desk_up(struct workstation *ws, bool signed_in, const struct ws_desk_call *call,
                         const struct ws_desk_call *consult);
void workstation_desk_down(struct workstation *ws, const char *sentence);
/* Another screen took the desk. */
void workstation_desk_replaced(struct workstation *ws);
void workstation_desk_phone(struct workstation *ws, enum ws_phone state, const char *reason);
void workstation_desk_event(struct workstation *ws, const char *call_id, const char *sip_call_id,
                            const struct ws_call_event *event);
/* A desk on another machine: how long it takes to answer. */
void workstation_desk_pace(struct workstation *ws, const struct desk_pace_told *told);
/* Whether the sound of a call is encrypted, from now on. */
void workstation_desk_media(struct workstation *ws, const char *call_id, enum ws_media media);
void workstation_desk_call(struct workstation *ws, const struct ws_desk_call *call,
                           const struct ws_desk_call *consult);
/* How the line of a call sounds from now on. */
void workstation_desk_line(struct workstation *ws, const char *call_id,
                           const struct line_quality *quality);
/* A device came, went, or is not in use any more; the microphone fell silent, or gives sound. */
void workstation_desk_sound(struct workstation *ws, const struct ws_desk_way ways[WS_WAY_COUNT],
                            bool silent);
/* The devices: of each way devices, chosen, volume and label count. */
void workstation_desk_devices(struct workstation *ws, const struct ws_sound_way ways[WS_WAY_COUNT]);
/* on: false = the test is over. */
void workstation_desk_level(struct workstation *ws, bool on, int level_db);
/* call_id: what the request was about; of a consult, the consult's. */
void workstation_phone_done(struct workstation *ws, enum ws_phone_op op, const char *call_id,
                            enum err_code code, const struct err *err);
