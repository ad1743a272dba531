/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Private to core/workstation*.c: the whole state, and what the parts call of each other.
 *
 * The view of the offer is *derived*: from the newest snapshot of the backend (`work`) and the
 * facts that this screen knows better (`here`): the call as the desk tells it, and what the agent
 * chose and the backend has not taken yet. Facts belong to one offer and die with it. A hold only
 * moves forward, so the later of the two states counts; when the backend refuses a write for good
 * its fact is taken back and the snapshot rules again. */

#include "core/workstation_ports.h"

/* How long a snapshot that comes late may be behind the answers that overtook it. */
#define WS_DOUBT_MS 2000

/* A write on its way. The list is in order of making, and that is the order of sending of what
 * belongs to one offer. */
struct ws_outgoing {
    struct ws_write write;
    int64_t made_ms;     /* monotonic; in this process */
    bool given;          /* to the journal, once at least */
    bool asked;          /* and it has not answered */
    bool settled;        /* the journal has answered: it may be sent */
    bool durable;        /* and the answer was yes */
    bool flying;         /* sent, not answered */
    bool refused;        /* for good; kept in the journal for a look at it, sent no more */
    unsigned failures;   /* in a row */
    int64_t retry_at_ms; /* not before; monotonic */
    struct ws_outgoing *next;
};

struct ws_outbox {
    struct ws_outgoing *first;
    uint64_t last_id;
    int64_t restoring_ms; /* since when; counts while restoring */
    bool restoring;       /* what earlier processes left comes before what is made now */
    int64_t retry_at_ms;  /* nothing before; monotonic */
    unsigned failures;    /* in a row */
    /* The response versions that the backend accepted, of the offer that they belong to. */
    char version_offer[WS_ID_MAX];
    unsigned version;
};

/* What this screen knows of the offer's call with an expert. */
struct ws_consult_facts {
    struct target target; /* counts with has_target */
    bool has_target;
    char name[128];
    char call_id[WS_ID_MAX]; /* the permitted call, "" = none */
    bool permitted;          /* this screen asked for it */
    bool dialled, dialling;  /* as of ws_facts */
    bool ended_here;
    bool followed;
    bool settled; /* it is over, and the person was spoken with since */
    struct call call;
    unsigned seq;
};

/* What this screen knows of the offer beside the snapshot. */
struct ws_facts {
    char offer_id[WS_ID_MAX]; /* "" = no offer */
    bool dial_wanted;         /* by the agent or by the deadline */
    bool dial_by_itself;      /* the deadline asked once already */
    int64_t dial_retry_ms;    /* not before; monotonic */
    size_t dial_phone;
    size_t phone_index;           /* that the countdown calls */
    bool phone_chosen;            /* by the agent, not by the backend */
    char permit_key[WS_KEY_SIZE]; /* "" = not asked */
    int64_t permit_asked_ms;      /* of the first asking with this key */
    char call_id[WS_ID_MAX];      /* the permitted call, "" = none */
    char call_phone[24];
    bool permitted; /* this screen asked for the call */
    bool dialled;   /* the desk took the dial, or told an event of it */
    bool dialling;  /* the desk was asked and has not answered */
    struct call call;
    unsigned seq;               /* last event applied to it */
    bool followed;              /* this process saw its events: seq is right */
    bool ended_here;            /* this screen reported the end, not the desk */
    int64_t acw_deadline_s;     /* from the end that was seen here; 0 = not seen */
    char code[SERVICE_ID_SIZE]; /* chosen here */
    bool code_accepted;         /* and taken by the backend */
    bool late;
    int64_t record_again_ms;              /* ask for the record not before */
    bool draft_known;                     /* the answers that exist elsewhere are loaded */
    char script_version[WS_VERSION_SIZE]; /* that the answers go by; "" = none have begun */
    bool submitted;
    enum ws_saved saved;
    struct ws_consult_facts consult;
    struct ws_transfer transfer;
    unsigned transfer_seen; /* number of the event that said last how it ended */
    uint64_t response_id;   /* newest response write */
    enum ws_wish wish;      /* recorded here */
};

/* What the desk told of its call: all events, by seq - 1. */
struct ws_told {
    char call_id[WS_ID_MAX];
    char sip_call_id[129];
    struct ws_call_event *events;
    size_t n, cap;
    struct call call; /* the state after all of them */
    struct line_quality line;
    enum ws_media media;
    unsigned reported; /* events up to here are in the outbox or at the backend */
    bool end_asked;    /* it belongs to no offer of ours: it was told to end */
    int64_t stray_ms;  /* since when it is not the offer's; 0 = it is */
};

struct workstation {
    struct ws_ports ports;
    struct clock_ops clock;
    struct random_ops random;
    struct workstation_view view;

    /* The server's clock: monotonic + offset, kept within what every answer allows. */
    bool has_offset;
    int64_t offset_ms;

    uint64_t last_request;
    uint64_t in_flight[WS_REQUEST_KIND_COUNT]; /* request id, 0 = none */
    bool signing_out;                          /* waits for the outbox to drain */
    int64_t sign_out_by_ms;
    int64_t ask_again_ms; /* service, script, draft: not before */
    /* The offer that an answer under way belongs to. */
    char permit_offer[WS_ID_MAX];
    int64_t permit_asked_ms;
    char dial_asked[WS_ID_MAX]; /* the desk is to dial this call, and has not answered; "" = none */
    char consult_offer[WS_ID_MAX];
    int64_t target_asked_ms;
    char consult_dial[WS_ID_MAX]; /* as dial_asked */
    struct target consult_target;
    char consult_name[128];
    char transfer_offer[WS_ID_MAX];
    char wanted[TARGET_VALUE_SIZE]; /* of the directory */
    bool directory_stale;           /* it is to be asked for again */
    char record_offer[WS_ID_MAX];
    char reveal_offer[WS_ID_MAX];
    char another_offer[WS_ID_MAX];
    char draft_offer[WS_ID_MAX];
    char asked_script[WS_ID_MAX];
    char asked_version[WS_VERSION_SIZE];

    bool has_work;
    bool work_fresh; /* from the backend in this connection, not from the desk's keeping */
    struct ws_work work;
    struct ws_facts here;
    /* A snapshot that takes the person away whose call is up (workstation_offer.c). */
    bool doubting;
    int64_t doubting_ms; /* since when */
    struct ws_work_offer doubted;
    char left_offer[WS_ID_MAX]; /* closed here: a snapshot that still has it is old */
    bool left_unasked;          /* it rang out while the backend was away; nobody closed it */
    bool asked_to_leave;        /* skipping: the offer goes because the agent said so */
    int64_t free_since_utc_s;   /* the last offer went then; 0 = there was none */

    bool desk_up;
    bool desk_signed_in;
    bool desk_told; /* the desk said what call it has */
    int64_t desk_down_ms;
    bool phone_signing_in;
    bool desk_to_sign_out; /* the session is over and the desk has to hear it */
    int64_t phone_retry_ms;
    int64_t desk_offset_s; /* add to the desk's clock to come to the server's */
    enum ws_phone desk_phone;
    struct ws_listening {
        bool wanted;       /* somebody looks at the sound */
        bool testing;      /* the desk tells levels */
        int64_t asked_ms;  /* the newest test; 0 = none */
        int64_t listed_ms; /* the newest look at the devices; 0 = none */
        int64_t since_s;   /* the first level of this device */
    } listening;
    int64_t sound_since_ms; /* the headset was plugged in then; 0 = it was there */
    char desk_reason[192];
    struct ws_told told;         /* of the person's call */
    struct ws_told consult_told; /* of that with an expert */

    struct ws_outbox outbox;

    struct service *service;
    char service_id[WS_ID_MAX];
    char service_version[32];
    struct script *script;
    char script_id[WS_ID_MAX];
    char script_offer[WS_ID_MAX]; /* "" = the newest version; else it is there for this one only */
    struct record *record;        /* allocated once */
    bool has_record;
    struct script_answers *answers;
    char *response; /* heap: the answers as they were last kept; NULL = none */
    char *note;     /* heap: the note so far; NULL = none */
    char *form;     /* heap: the callback's form so far; NULL = none */
    bool has_wish;  /* a callback was agreed, for the code that comes next */
    struct callback_wish wish;
    int64_t note_kept_ms; /* when the desk last got it */
    bool note_stale;
    char *draft; /* heap: a draft that waits for its script; NULL = none */
    bool draft_completed;
    int64_t keeping_ms; /* since when the desk has not said that it has our picture; 0 = it has */
    uint64_t desk_word_id; /* the write that says again what the desk kept: the backend may have a
                              newer one, over a line on which the desk was told late; 0 = none */
    bool desk_has_word;    /* the answers came from the desk: perhaps nobody else has them yet */

    bool watches_alarms;
    bool alarms_stale;
    char wanted_incident[WS_ID_MAX]; /* "" = none */

    bool lists_stale;
    bool keep_stale;
};

/* workstation.c */
int64_t ws_now_ms(const struct workstation *ws);
/* Bring view and outside in line with the state: the last act of every input and command. */
void ws_settle(struct workstation *ws);
void ws_notice(struct workstation *ws, int kind, const char *msgid);
void ws_copy(char *dst, size_t cap, const char *src);
void ws_wipe(void *p, size_t len);
void ws_new_key(struct workstation *ws, char ret[WS_KEY_SIZE]);
/* Start a request; false when one of its kind is on its way. */
bool ws_ask(struct workstation *ws, struct ws_request *req);
/* The backend is there or not; why: as in workstation_backend. */
void ws_backend_is(struct workstation *ws, enum ws_backend state, const char *why);
/* Take a snapshot; fresh: from the backend, not from the desk's keeping. */
void ws_take_work(struct workstation *ws, const struct ws_work *work, bool fresh);

/* workstation_session.c */
enum err_code ws_sign_in(void *arg, const char *login, const char *password, struct err *err);
enum err_code ws_sign_out(void *arg, struct err *err);
enum err_code ws_set_status(void *arg, enum agent_status status, struct err *err);
enum err_code ws_set_on_queue(void *arg, bool on_queue, struct err *err);
enum err_code ws_check_signed_in(const struct workstation *ws, struct err *err);
enum err_code ws_check_backend(const struct workstation *ws, struct err *err);
/* Tell the agent that the backend refused what was asked. */
void ws_refused(struct workstation *ws, const struct ws_answer *a);
/* Let go of everything of the session; login becomes the new state, msgid (NULL = none) says why.
 */
void ws_session_drop(struct workstation *ws, enum ws_login login, const char *msgid);
void ws_session_settle(struct workstation *ws);
void ws_session_answered(struct workstation *ws, const struct ws_answer *a);
void ws_session_phone_done(struct workstation *ws, enum ws_phone_op op, enum err_code code,
                           const struct err *err);

/* workstation_offer.c */
enum err_code ws_accept(void *arg, struct err *err);
enum err_code ws_skip(void *arg, const char *reason_id, struct err *err);
enum err_code ws_reveal_niss(void *arg, bool on, struct err *err);
enum err_code ws_end_preview(void *arg, struct err *err);
void ws_waiting_settle(struct workstation *ws);
void ws_offer_drop(struct workstation *ws);
/* Take the snapshot's offer over: a new one gets new facts. */
void ws_offer_adopt(struct workstation *ws);
/* Would this snapshot take away somebody whose call is up or not closed? It may be an old one, held
 * up on its way and overtaken: kept aside, and believed when none came that says otherwise. */
bool ws_offer_is_doubtful(const struct workstation *ws, const struct ws_work_offer *next);
void ws_offer_doubt(struct workstation *ws, const struct ws_work_offer *next);
void ws_offer_believe(struct workstation *ws);
/* Read the outbox again: what it holds for the present offer are facts. */
void ws_facts_recall(struct workstation *ws);
void ws_offer_settle(struct workstation *ws);
void ws_offer_answered(struct workstation *ws, const struct ws_answer *a);
void ws_record_take(struct workstation *ws, const struct record *r, const char *niss_masked);

/* workstation_dial.c */
enum err_code ws_dial(void *arg, size_t phone_index, struct err *err);
enum err_code ws_choose_phone(void *arg, size_t phone_index, struct err *err);
void ws_dial_settle(struct workstation *ws);
void ws_dial_answered(struct workstation *ws, const struct ws_answer *a);

/* workstation_call.c: the commands, and the call of the offer */
enum err_code ws_end_call(void *arg, struct err *err);
enum err_code ws_mute(void *arg, bool on, struct err *err);
enum err_code ws_hold(void *arg, bool on, struct err *err);
enum err_code ws_dtmf(void *arg, const char *digits, struct err *err);
void ws_call_settle(struct workstation *ws);
/* The call is over and nobody else will tell: report it. */
void ws_call_report_end(struct workstation *ws, enum call_end end);
/* What the snapshot says of this call; NULL = nothing. */
const struct ws_work_call *ws_call_base(const struct workstation *ws, const char *call_id);
/* The same as a call. */
struct call ws_call_mirror(const struct ws_work_call *base);
/* The highest number that an event of this call has anywhere: `seen`, at the backend, on its way.
 */
unsigned ws_call_highest_seq(const struct workstation *ws, const char *call_id, unsigned seen);
/* Is the desk away for longer than it would keep a call, or does it know nothing of this one? */
bool ws_call_is_lost(const struct workstation *ws, const struct ws_told *told, const char *call_id);
/* A command about a call; states: those in which it makes sense. */
enum err_code ws_call_command(struct workstation *ws, const struct call *call, const char *call_id,
                              unsigned states, struct ws_phone_request *req, struct err *err);
/* An event on its way to the backend that an earlier process or this one put there. */
void ws_call_recall(struct workstation *ws, const struct ws_write *w);

/* workstation_consult.c: a second call with an expert, and handing the person on */
enum err_code ws_consult(void *arg, const struct target *target, const char *name, struct err *err);
enum err_code ws_swap(void *arg, struct err *err);
enum err_code ws_take_back(void *arg, struct err *err);
enum err_code ws_transfer(void *arg, const struct target *target, const char *name,
                          struct err *err);
/* Is this the expert's call, as far as anybody here knows? */
bool ws_consult_is(const struct workstation *ws, const char *call_id);
/* end, mute and digits are for the expert now. */
bool ws_consult_has_ear(const struct workstation *ws);
void ws_consult_settle(struct workstation *ws);
void ws_consult_derive(struct workstation *ws);
void ws_consult_answered(struct workstation *ws, const struct ws_answer *a);
void ws_consult_phone_done(struct workstation *ws, enum ws_phone_op op, const char *call_id,
                           enum err_code code, const struct err *err);

/* workstation_directory.c */
enum err_code ws_search(void *arg, const char *typed, struct err *err);
void ws_directory_settle(struct workstation *ws);
void ws_directory_answered(struct workstation *ws, const struct ws_answer *a);

/* workstation_desk.c: what the desk tells */
void ws_told_clear(struct ws_told *t);
/* Ask the desk; false when it cannot be asked now. */
bool ws_phone_ask(struct workstation *ws, const struct ws_phone_request *req);
bool ws_phone_is_ready(const struct workstation *ws);
enum err_code ws_check_phone(const struct workstation *ws, struct err *err);
/* The desk need not keep this event any more. */
void ws_call_ack(struct workstation *ws, const char *call_id, unsigned seq);

/* workstation_incoming.c: is this call of the desk one that came in? */
bool ws_told_came_in(const struct ws_told *t);
void ws_incoming_settle(struct workstation *ws);
enum err_code ws_take_call(void *arg, struct err *err);

/* workstation_sound.c */
enum err_code ws_watch_sound(void *arg, bool on, struct err *err);
enum err_code ws_sound_tone(void *arg, bool on, struct err *err);
enum err_code ws_choose_device(void *arg, enum ws_way way, const char *device, struct err *err);
enum err_code ws_set_volume(void *arg, enum ws_way way, int volume, struct err *err);
void ws_sound_settle(struct workstation *ws);
/* No desk, or another session: nothing is known. */
void ws_sound_drop(struct workstation *ws);
void ws_sound_done(struct workstation *ws, enum ws_phone_op op, enum err_code code,
                   const struct err *err);
/* The test said that nobody would hear the agent. */
bool ws_sound_was_silent(const struct workstation *ws);

/* workstation_answers.c */
enum err_code ws_answer_repeat(void *arg, size_t node, enum ws_repeat how, size_t *ret,
                               struct err *err);
enum err_code ws_answer_give(void *arg, size_t answer, const struct script_value *value,
                             struct err *err);
enum err_code ws_submit(void *arg, struct err *err);
void ws_answers_drop(struct workstation *ws);
void ws_script_drop(struct workstation *ws);
void ws_script_take(struct workstation *ws, struct script *script, const char *id);
/* Was this response given under an older fence than the present one? */
bool ws_is_of_older_login(const struct workstation *ws, const struct ws_write *w);
void ws_answers_settle(struct workstation *ws);
void ws_answers_answered(struct workstation *ws, const struct ws_answer *a);
/* A draft from elsewhere (backend, journal, desk) for the present offer. */
void ws_answers_take_draft(struct workstation *ws, const char *response, bool completed);
/* The desk's picture is written before anything else is, so its answers are the newest there are.
 * Once the journal's writes came back, keep them once more where they differ. */
/* The backend's draft, asked for to compare it with what the desk kept: the newer one counts. */
void ws_outbox_compare(struct workstation *ws, const struct ws_answer *a);

/* False: it is asked for already, or cannot be. */
bool ws_answers_ask_draft(struct workstation *ws);
void ws_answers_keep_word(struct workstation *ws, const char *word, bool completed);

/* workstation_wrapup.c */
enum err_code ws_note(void *arg, const char *text, struct err *err);
void ws_note_drop(struct workstation *ws);
enum err_code ws_form(void *arg, const char *text, struct err *err);
enum err_code ws_agree(void *arg, const struct callback_wish *wish, struct err *err);
void ws_form_drop(struct workstation *ws);
enum err_code ws_wrapup(void *arg, const char *code, const char *note, int64_t callback_utc_s,
                        struct err *err);
void ws_wrapup_settle(struct workstation *ws);

/* workstation_incident.c */
enum err_code ws_report_incident(void *arg, const char *what, int64_t happened_utc_s,
                                 bool about_person, struct err *err);

/* workstation_correct.c */
enum err_code ws_correct(void *arg, const char *offer_id, const char *code,
                         const struct callback_wish *callback, struct err *err);
/* The journal has it. */
void ws_correct_kept(struct workstation *ws);
/* The backend has it, or will never take it. */
void ws_correct_accepted(struct workstation *ws);
void ws_correct_take_back(struct workstation *ws, const struct err *err, enum err_code code);

/* workstation_wish.c */
enum err_code ws_wish(void *arg, const char *offer_id, enum ws_wish wish, struct err *err);
/* Put into the view what is not wanted, by the backend's word and by what was recorded here. */
void ws_wish_settle(struct workstation *ws);
/* The journal has it. */
void ws_wish_kept(struct workstation *ws);
/* The backend has it, or will never take it. */
void ws_wish_accepted(struct workstation *ws, const struct ws_write *w);
void ws_wish_take_back(struct workstation *ws);

/* workstation_another.c */
enum err_code ws_list_contacts(void *arg, struct err *err);
enum err_code ws_call_contact(void *arg, const char *person_id, struct err *err);
enum err_code ws_call_party(void *arg, const struct party *party, struct err *err);
void ws_contacts_drop(struct workstation *ws);
void ws_another_answered(struct workstation *ws, const struct ws_answer *a);
void ws_another_settle(struct workstation *ws);

/* workstation_alarms.c */
enum err_code ws_watch_alarms(void *arg, bool on, struct err *err);
enum err_code ws_see_alarm(void *arg, const char *alarm_id, struct err *err);
enum err_code ws_close_alarm(void *arg, const char *alarm_id, struct err *err);
enum err_code ws_read_incident(void *arg, const char *incident_id, struct err *err);
enum err_code ws_release(void *arg, const char *offer_id, const char *reason, struct err *err);
void ws_alarms_drop(struct workstation *ws);
void ws_alarms_settle(struct workstation *ws);
void ws_alarms_answered(struct workstation *ws, const struct ws_answer *a);

/* workstation_outbox.c */
/* Add a write: key and id are given here, its heap members are taken (freed on error). */
enum err_code ws_outbox_add(struct workstation *ws, struct ws_write *take, struct err *err);
void ws_outbox_settle(struct workstation *ws);
void ws_outbox_clear(struct workstation *ws);
/* The backend is there again, or gone: no pause of before counts. */
void ws_outbox_try_now(struct workstation *ws);
/* Is anything about this offer still on its way? */
bool ws_outbox_has_kept_code(const struct workstation *ws, const char *offer_id);
bool ws_outbox_has_wish(const struct workstation *ws, const char *offer_id);
/* The newest correction of it on its way; NULL = none. Borrowed until the outbox changes. */
const char *ws_outbox_corrected_code(const struct workstation *ws, const char *offer_id);
bool ws_outbox_has_any(const struct workstation *ws, const char *offer_id);
