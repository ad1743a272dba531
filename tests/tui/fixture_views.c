/* SPDX-License-Identifier: Apache-2.0 */
/* Workstations made by hand. Each builder begins where another one ends, as a day does. */

#include "tests/tui/fixture_views.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/script_tree.h"
#include "core/text.h"
#include "net/api/questionnaire.h"
#include "net/api/service_json.h"
#include "tests/harness/script_flat.h"

static char *read_file(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    if (!f || !text) {
        perror(path);
        exit(1);
    }
    *ret_len = fread(text, 1, (1 << 20) - 1, f);
    fclose(f);
    return text;
}

static void load_script(struct fixture *f, const char *path)
{
    struct err err = {0};
    size_t len;
    char *text = read_file(path, &len);
    f->answers = script_answers_free(f->answers);
    script_deinit(&f->script);
    if (questionnaire_load(text, len, path, &f->script, NULL, &err)) {
        fprintf(stderr, "script: %s\n", err.sentence);
        exit(1);
    }
    free(text);
    f->answers = script_answers_new(&f->script);
}

void fixture_script(struct fixture *f, const char *path)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", SOURCE_ROOT, path);
    load_script(f, whole);
}

enum err_code fixture_repeat(struct fixture *f, size_t node, enum ws_repeat how, size_t *ret,
                             struct err *err)
{
    struct script_answers *a = f->answers;
    const size_t above = script_node_above(a, node), item = script_node_item(a, node);
    const bool answer = above != SCRIPT_NODE_NONE && script_node_item(a, above) == item;
    *ret = node;
    if (how == WS_REPEAT_ADD)
        return script_node_add(a, node, true, ret, err);
    if (how != WS_REPEAT_REMOVE) {
        const size_t at = script_node_position(a, node);
        script_node_move(a, node, how == WS_REPEAT_UP ? (at > 0 ? at - 1 : 0) : at + 1);
        return ERR_OK;
    }
    const enum err_code code = script_node_remove(a, node, err);
    *ret = answer ? script_node_answer(a, above) : script_node_child(a, above, item);
    return code;
}

void fixture_init(struct fixture *f)
{
    struct err err = {0};
    size_t len;
    memset(f, 0, sizeof *f);
    char *text = read_file(SOURCE_ROOT "/scripts/services/tracing.json", &len);
    if (service_json_load(text, len, &f->service, NULL, &err)) {
        fprintf(stderr, "service: %s\n", err.sentence);
        exit(1);
    }
    free(text);
    load_script(f, SOURCE_ROOT "/tests/tui/interview.json");
}

void fixture_deinit(struct fixture *f)
{
    f->answers = script_answers_free(f->answers);
    script_deinit(&f->script);
    free(f->service);
}

#define PUT(array, text) snprintf(array, sizeof array, "%s", text)

static void set(struct record *r, enum record_column column, const char *text)
{
    struct err err = {0};
    if (record_set_field(r, column, text, strlen(text), &err)) {
        fprintf(stderr, "record: %s\n", err.sentence);
        exit(1);
    }
}

static void fill_record(struct record *r)
{
    set(r, RECORD_TICKET, "SCT-2020-000417");
    set(r, RECORD_TICKET_AT, "2020-05-03T07:12:00Z");
    set(r, RECORD_NAME_INDEX_PATIENT, "Lucas Exemple");
    set(r, RECORD_GIVEN_NAME, "Lucas");
    set(r, RECORD_FAMILY_NAME, "Exemple-Voorbeeld");
    set(r, RECORD_BIRTH_DATE, "1985-07-30");
    set(r, RECORD_PHONE, "+32470123456");
    set(r, RECORD_PHONE_2, "02/214.19.19");
    set(r, RECORD_LANGUAGE, "fr");
    set(r, RECORD_REGION, "WAL");
    set(r, RECORD_KIND, "index");
    set(r, RECORD_MUNICIPALITY, "Namur");
    set(r, RECORD_NOTES, "Hard of hearing: speak slowly.\nAsk for the daughter in the evening.");
    r->attempts = 2;
    r->attempts_today = 1;
}

static void queue(struct ws_queue *q, const char *name, unsigned on, unsigned free,
                  unsigned waiting, int64_t longest_s)
{
    PUT(q->queue, name);
    q->agents_on_queue = on;
    q->agents_available = free;
    q->waiting = waiting;
    q->longest_wait_s = longest_s;
}

static void interaction(struct ws_interaction *in, int minutes_ago, const char *name,
                        enum call_end end, int64_t talk_s, const char *code, bool late)
{
    in->at_utc_s = FIXTURE_NOW - minutes_ago * 60;
    snprintf(in->offer_id, sizeof in->offer_id, "today-%d", minutes_ago);
    PUT(in->name, name);
    in->end = end;
    in->talk_s = talk_s;
    PUT(in->code, code);
    in->late = late;
}

static void sign_in(struct fixture *f)
{
    struct workstation_view *v = &f->view;
    v->now_utc_s = FIXTURE_NOW;
    v->login = WS_SIGNED_OUT;
    v->backend = WS_BACKEND_OK;
    v->phone = WS_PHONE_READY;
}

static void sign_in_error(struct fixture *f)
{
    sign_in(f);
    PUT(f->view.login_error, "Name or password is not right.");
}

static void connecting(struct fixture *f)
{
    sign_in(f);
    f->view.backend = WS_BACKEND_CONNECTING;
}

static void home(struct fixture *f)
{
    struct workstation_view *v = &f->view;
    sign_in(f);
    v->login = WS_SIGNED_IN;
    PUT(v->agent_name, "Amélie Modèle");
    PUT(v->agent_login, "amelie");
    v->region = REGION_WAL;
    PUT(v->service_name, "Contact tracing");
    v->service = f->service;
    v->status = AGENT_AVAILABLE;
    v->status_since_utc_s = FIXTURE_NOW - 754;
    v->on_queue = true;
    v->on_queue_since_utc_s = FIXTURE_NOW - 754;
    queue(&v->queues[0], "WAL_French", 42, 3, 118, 1260);
    queue(&v->queues[1], "WAL_German", 2, 1, 0, 0);
    queue(&v->queues[2], "WAL_English", 4, 0, 7, 4000);
    queue(&v->queues[3], "WAL_Public-Health", 3, 3, 0, 0);
    v->n_queues = 4;
    interaction(&v->interactions[0], 16, "Jeanne Fictive", CALL_END_BY_AGENT, 412,
                "closed_with_data", false);
    interaction(&v->interactions[1], 31, "Karel Voorbeeld", CALL_END_NO_ANSWER, 0, "no_answer",
                false);
    interaction(&v->interactions[2], 47, "Zoë Imaginaire-Ausgedacht", CALL_END_BY_PERSON, 33,
                "rescheduled", true);
    v->n_interactions = 3;
    v->callbacks[0].at_utc_s = FIXTURE_NOW + 25 * 60;
    PUT(v->callbacks[0].name, "Zoë Imaginaire-Ausgedacht");
    v->n_callbacks = 1;
}

/* Nobody waits anywhere. */
static void idle(struct fixture *f)
{
    home(f);
    for (size_t i = 0; i < f->view.n_queues; i++)
        f->view.queues[i].waiting = 0;
}

static void alarm(struct workstation_view *v, const char *id, enum alarm_kind kind, int minutes_ago,
                  const char *agent)
{
    struct ws_alarm *a = &v->alarms[v->n_alarms++];
    PUT(a->alarm_id, id);
    a->kind = kind;
    a->raised_utc_s = a->again_utc_s = FIXTURE_NOW - minutes_ago * 60;
    a->times = 1;
    PUT(a->agent, agent);
    if (kind == ALARM_INCIDENT)
        PUT(a->incident_id, "i9");
    else
        PUT(a->person_id, "p417");
    if (kind == ALARM_HOLD_STUCK || kind == ALARM_CALL_WITHOUT_SCREEN)
        PUT(a->offer_id, "o23");
}

/* A supervisor's screen. */
static void alarms(struct fixture *f)
{
    struct workstation_view *v = &f->view;
    home(f);
    v->alarms_told = true;
    v->alarms_raised = 3;
    v->alarms_seen = 1;
    v->alarms_known = true;
    alarm(v, "a4", ALARM_INCIDENT, 2, "lucie");
    alarm(v, "a3", ALARM_HOLD_STUCK, 9, "karim");
    alarm(v, "a2", ALARM_CALLBACK_MISSED, 31, "");
    alarm(v, "a1", ALARM_CALL_WITHOUT_SCREEN, 1500, "sofie");
    v->alarms[1].times = 3;
    v->alarms[1].again_utc_s = FIXTURE_NOW - 60;
    v->alarms[3].state = ALARM_SEEN;
    PUT(v->alarms[3].seen_by, "amelie");
}

void fixture_incident(struct workstation_view *v, const char *incident_id)
{
    struct ws_incident *i = &v->incident;
    PUT(i->incident_id, incident_id);
    PUT(i->agent, "lucie");
    PUT(i->person_id, "p417");
    i->happened_utc_s = FIXTURE_NOW - 47 * 60;
    i->reported_utc_s = FIXTURE_NOW - 2 * 60;
    i->received_utc_s = i->reported_utc_s;
    struct buf text = {0};
    buf_str(&text, "A list of contacts went to a wrong address by mail. I noticed when the answer "
                   "came: the person there does not know any of them.\n\n");
    for (int n = 1; n <= 7; n++)
        buf_printf(&text, "%d. What was done so far, and whom I told about it on the telephone.\n",
                   n);
    buf_str(&text, "\033]2;owned\a\033[2J\xc2\x9b"
                   "5mThe end.");
    PUT(i->what, buf_text(&text));
    buf_free(&text);
}

static void off_queue(struct fixture *f)
{
    home(f);
    f->view.on_queue = false;
    f->view.status = AGENT_BREAK;
}

/* Somebody calls whom no queue sent. */
static void rung(struct fixture *f)
{
    off_queue(f);
    f->view.incoming.call = (struct call){.state = CALL_INCOMING};
    PUT(f->view.incoming.from, "+32470000321 Commune de Ville-en-Hesbaye");
}

static void rung_talking(struct fixture *f)
{
    rung(f);
    f->view.incoming.call.state = CALL_TALKING;
    f->view.incoming.call.answered_utc_s = FIXTURE_NOW - 72;
}

static void offer(struct fixture *f)
{
    struct ws_offer *o = &f->view.offer;
    home(f);
    PUT(o->offer_id, "offer-1");
    o->state = HOLD_OFFERED;
    o->deadline_utc_s = FIXTURE_NOW + 17;
    PUT(o->queue, "WAL_French");
    o->kind = PERSON_INDEX;
    PUT(o->language, "fr");
    f->view.offers_seen = 1;
}

static void preview(struct fixture *f)
{
    struct ws_offer *o = &f->view.offer;
    offer(f);
    o->state = HOLD_PREVIEW;
    o->deadline_utc_s = FIXTURE_NOW + 24;
    o->has_person = true;
    PUT(o->preview.given_name, "Lucas");
    PUT(o->preview.family_name, "Exemple-Voorbeeld");
    PUT(o->preview.phones[0], "+32470123456");
    o->preview.n_phones = 1;
    o->preview.region = REGION_WAL;
    o->preview.attempts = 2;
}

static void preview_two(struct fixture *f)
{
    preview(f);
    PUT(f->view.offer.preview.phones[1], "+3222141919");
    f->view.offer.preview.n_phones = 2;
}

static void unwanted(struct fixture *f)
{
    preview_two(f);
    f->view.offer.preview.unwanted_phones = 2;
}

/* The mother is called in the person's place. */
static void instead(struct ws_offer *o)
{
    PUT(o->preview.phones[1], "+32470999998");
    o->preview.n_phones = 2;
    o->preview.has_party = true;
    o->preview.party = (struct party){.relation = PARTY_PARENT};
    PUT(o->preview.party.name, "Marie Exemple");
    PUT(o->preview.party.number, "+32470999998");
    o->phone_index = 1;
}

static void preview_another(struct fixture *f)
{
    preview(f);
    instead(&f->view.offer);
}

static void ringing(struct fixture *f)
{
    struct ws_offer *o = &f->view.offer;
    preview_two(f);
    fill_record(&f->record);
    o->state = HOLD_CALL;
    o->deadline_utc_s = 0;
    o->record = &f->record;
    PUT(o->niss_masked, "**.**.**-***.28");
    PUT(o->call_phone, "+32470123456");
    o->script = &f->script;
    o->answers = f->answers;
    o->call.state = CALL_RINGING;
    o->call.rang = true;
    o->call.dialled_utc_s = FIXTURE_NOW - 9;
    o->call.rang_utc_s = FIXTURE_NOW - 7;
}

static void talking(struct fixture *f)
{
    ringing(f);
    f->view.offer.call.state = CALL_TALKING;
    f->view.offer.call.answered_utc_s = FIXTURE_NOW - 133;
}

/* … and somebody was before, who did not answer. */
static void talking_another(struct fixture *f)
{
    talking(f);
    instead(&f->view.offer);
    PUT(f->view.offer.call_phone, "+32470999998");
    f->record.n_parties = 1;
    f->record.parties[0] =
        (struct party){.relation = PARTY_HELPER, .at_utc_s = FIXTURE_NOW - 86400};
    PUT(f->record.parties[0].name, "Wijkzorg De Voorbeelden");
    PUT(f->record.parties[0].number, "+3222141919");
}

static void poor_line(struct fixture *f)
{
    talking(f);
    f->view.offer.line = (struct line_quality){LINE_POOR, LINE_FAULT_LOST, 6};
}

static void encrypted(struct fixture *f)
{
    talking(f);
    f->view.offer.media = WS_MEDIA_ENCRYPTED;
}

static void plain_call(struct fixture *f)
{
    talking(f);
    f->view.offer.media = WS_MEDIA_PLAIN;
}

/* The longest sentence that a telephone fails with. */
static void bad_cert(struct fixture *f)
{
    home(f);
    f->view.phone = WS_PHONE_FAILED;
    PUT(f->view.phone_reason, "The exchange's certificate is for another name (backend.example).");
}

/* An expert is called about the person, who is on hold. */
static void consulting(struct fixture *f, enum call_state expert, enum call_state person)
{
    talking(f);
    struct ws_consult *c = &f->view.offer.consult;
    f->view.offer.call.state = person;
    c->there = true;
    c->target = (struct target){TARGET_USER, "dr.dubois"};
    PUT(c->name, "Dr. Hélène Dubois");
    c->call = (struct call){.state = expert, .dialled_utc_s = FIXTURE_NOW - 19};
    if (expert != CALL_DIALLING)
        c->call.rang_utc_s = FIXTURE_NOW - 17;
    if (expert == CALL_TALKING || expert == CALL_HELD)
        c->call.answered_utc_s = FIXTURE_NOW - 12;
}

static void consult_ringing(struct fixture *f)
{
    consulting(f, CALL_RINGING, CALL_HELD);
}

static void consult(struct fixture *f)
{
    consulting(f, CALL_TALKING, CALL_HELD);
}

static void consult_number(struct fixture *f)
{
    consult(f);
    f->view.offer.consult.target = (struct target){TARGET_NUMBER, "+3222141919"};
    f->view.offer.consult.name[0] = '\0';
    f->view.offer.consult.line = (struct line_quality){LINE_POOR, LINE_FAULT_LOST, 6};
    f->view.offer.consult.call.muted = true;
}

static void consult_swapped(struct fixture *f)
{
    consulting(f, CALL_HELD, CALL_TALKING);
}

static void consult_busy(struct fixture *f)
{
    consulting(f, CALL_ENDED, CALL_HELD);
    f->view.offer.consult.call.end = CALL_END_BUSY;
}

static void transferring(struct fixture *f)
{
    talking(f);
    f->view.offer.call.state = CALL_TRANSFERRING;
    f->view.offer.transfer = (struct ws_transfer){
        .has_target = true, .target = {TARGET_QUEUE, "WAL_Public-Health"}
    };
}

static void transfer_failed(struct fixture *f)
{
    talking(f);
    f->view.offer.transfer = (struct ws_transfer){
        .failed = true, .has_target = true, .target = {TARGET_NUMBER, "+3222141919"}
    };
    PUT(f->view.offer.transfer.reason, gettext(call_end_text(CALL_END_BUSY)));
}

void fixture_directory(struct workstation_view *v, const char *typed)
{
    static const struct ws_user users[] = {
        {"dr.dubois",      "Dr. Hélène Dubois", AGENT_AVAILABLE, false, true },
        {"bert.nonveille", "Bert Non-Veillé",    AGENT_AVAILABLE, true,  false},
        {"paul.pause",     "Paul Pause",          AGENT_BREAK,     false, true },
    };
    static const struct ws_target_queue queues[] = {
        {"WAL_French",        REGION_WAL},
        {"WAL_Dutch",         REGION_WAL},
        {"WAL_German",        REGION_WAL},
        {"WAL_Public-Health", REGION_WAL},
        {"BXL_French",        REGION_BXL},
        {"VLG_Dutch",         REGION_VLG},
        {"OOS_German",        REGION_OOS},
    };
    struct ws_directory *d = &v->directory;
    *d = (struct ws_directory){.known = true};
    PUT(d->typed, typed);
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
        if (text_matches(users[i].name, typed))
            d->users[d->n_users++] = users[i];
    for (size_t i = 0; i < sizeof queues / sizeof queues[0]; i++)
        if (text_matches(queues[i].queue, typed))
            d->queues[d->n_queues++] = queues[i];
    d->all_users = (unsigned)d->n_users;
    d->all_queues = typed[0] ? (unsigned)d->n_queues : 24;
}

static void several(struct fixture *f)
{
    load_script(f, SOURCE_ROOT "/tests/tui/several.json");
    talking(f);
}

/* Lists of more than nine options. */
static void many(struct fixture *f)
{
    load_script(f, SOURCE_ROOT "/tests/tui/many.json");
    talking(f);
}

static void filled(struct fixture *f)
{
    load_script(f, SOURCE_ROOT "/tests/tui/filled.json");
    talking(f);
    PUT(f->record.last_contact_date, "2020-05-01");
    f->record.set |= 1U << RECORD_LAST_CONTACT_DATE;
    for (size_t i = 0; i < f->service->n_durations; i++) /* in force on the day of the fixture */
        f->service->durations[i].periods[0].since = (struct date){2020, 3, 1};
}

/* A question of every type. */
static void types(struct fixture *f)
{
    load_script(f, SOURCE_ROOT "/tests/fixtures/interviews/types.json");
    talking(f);
}

static void doubtful(struct fixture *f)
{
    talking(f);
    f->record.niss_doubtful = true;
}

static void give(struct fixture *f, const char *link_id, const struct script_value *value)
{
    struct err err = {0};
    if (script_answer_set(f->answers, script_find(&f->script, link_id), value, &err)) {
        fprintf(stderr, "answer: %s\n", err.sentence);
        exit(1);
    }
}

static void give_text(struct fixture *f, const char *link_id, const char *text)
{
    char copy[64];
    PUT(copy, text);
    give(f, link_id, &(struct script_value){.kind = SCRIPT_VALUE_TEXT, .text = copy});
}

static void give_yes(struct fixture *f, const char *link_id)
{
    give(f, link_id, &(struct script_value){.kind = SCRIPT_VALUE_BOOLEAN, .boolean = true});
}

static void date(struct fixture *f)
{
    talking(f);
    give_yes(f, "identity");
    give_yes(f, "consent");
    give_yes(f, "symptoms");
    f->view.offer.saved = WS_SAVED_BACKEND;
}

static void choice(struct fixture *f)
{
    date(f);
    give_text(f, "since", "2020-05-01");
    f->view.offer.call.muted = true;
}

static void text(struct fixture *f)
{
    choice(f);
    char code[] = "tired", system[] = "urn:test";
    give(f, "state",
         &(struct script_value){.kind = SCRIPT_VALUE_CODING, .text = code, .system = system});
    give_text(f, "household", "3");
    give_text(f, "work", "Bakery");
    f->view.offer.call.muted = false;
    f->view.offer.call.state = CALL_HELD;
}

static void complete(struct fixture *f)
{
    text(f);
    give_text(f, "remarks", "None");
    f->view.offer.call.state = CALL_TALKING;
}

/* More to say than a screen holds. */
static void long_text(struct fixture *f)
{
    talking(f);
    struct script_string *s = &f->script.items[script_find(&f->script, "hello")].text;
    for (size_t i = 0; i < s->n; i++) {
        struct buf text = {0};
        for (int part = 0; part < 7; part++)
            buf_printf(&text, "%s\n", s->translations[i].text);
        free(s->translations[i].text);
        s->translations[i].text = buf_take(&text);
    }
}

static void away(struct fixture *f)
{
    date(f);
    f->view.backend = WS_BACKEND_AWAY;
    f->view.backend_since_utc_s = FIXTURE_NOW - 190;
    f->view.offer.saved = WS_SAVED_JOURNAL;
    f->view.unsent = 4;
}

static void no_sound(struct fixture *f)
{
    talking(f);
    f->view.phone = WS_PHONE_NO_SOUND;
}

static void add_device(struct ws_sound_way *w, const char *name, const char *label)
{
    PUT(w->devices[w->n_devices].name, name);
    PUT(w->devices[w->n_devices].label, label);
    w->n_devices++;
}

static void sound(struct fixture *f)
{
    home(f);
    struct ws_sound *s = &f->view.sound;
    s->known = true;
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++) {
        struct ws_sound_way *w = &s->ways[way];
        add_device(w, "default", "Default Audio Device");
        add_device(w, "sysdefault:CARD=Headset", "USB Headset, USB Audio");
        PUT(w->chosen, "sysdefault:CARD=Headset");
        PUT(w->label, "USB Headset, USB Audio");
        w->volume = 50;
    }
    add_device(&s->ways[WS_OUTPUT], "sysdefault:CARD=PCH", "HDA Intel PCH, ALC257 Analog");
    s->ways[WS_OUTPUT].volume = 70;
    sound_meter_add(&s->meter, -14, 100);
}

static void sound_silent(struct fixture *f)
{
    sound(f);
    f->view.sound.meter = (struct sound_meter){0};
    sound_meter_add(&f->view.sound.meter, SOUND_LEVEL_MIN, 100);
}

static void sound_many(struct fixture *f)
{
    sound(f);
    for (int way = WS_INPUT; way < WS_WAY_COUNT; way++)
        while (f->view.sound.ways[way].n_devices < WS_DEVICES_MAX)
            add_device(&f->view.sound.ways[way], "x",
                       "A device with a name that is rather long, and "
                       "says little of what it is good for");
    sound_meter_add(&f->view.sound.meter, 0, 101);
}

static void headset_gone(struct fixture *f)
{
    sound(f);
    talking(f);
    f->view.phone = WS_PHONE_NO_SOUND;
    f->view.sound.ways[WS_INPUT].gone = f->view.sound.ways[WS_OUTPUT].gone = true;
    f->view.sound.meter = (struct sound_meter){0};
}

static void microphone_gone(struct fixture *f)
{
    headset_gone(f);
    f->view.sound.ways[WS_OUTPUT].gone = false;
}

static void headphones_gone(struct fixture *f)
{
    headset_gone(f);
    f->view.sound.ways[WS_INPUT].gone = false;
}

static void microphone_silent(struct fixture *f)
{
    talking(f);
    f->view.sound.silent = true;
}

static void phone_failed(struct fixture *f)
{
    talking(f);
    f->view.phone = WS_PHONE_FAILED;
    PUT(f->view.phone_reason, "baresip is not installed. Please install the package.");
}

static void no_desk(struct fixture *f)
{
    talking(f);
    f->view.phone = WS_PHONE_NO_DESK;
    PUT(f->view.phone_reason, "The program pupitre-desk is missing.");
}

static void acw(struct fixture *f)
{
    struct ws_offer *o = &f->view.offer;
    date(f);
    o->state = HOLD_ACW;
    o->state_since_utc_s = FIXTURE_NOW - 23;
    o->deadline_utc_s = FIXTURE_NOW + 37;
    o->call.state = CALL_ENDED;
    o->call.end = CALL_END_BY_PERSON;
    o->call.ended_utc_s = FIXTURE_NOW - 23;
    PUT(o->proposed_code, "closed_without_data");
}

/* The person hung up while the expert is still there. */
static void acw_expert(struct fixture *f)
{
    consult(f);
    acw(f);
    f->view.offer.consult.there = true;
    f->view.offer.call.end = CALL_END_BY_PERSON;
}

static void acw_whole(struct fixture *f)
{
    acw(f);
    f->view.offer.submitted = true;
}

/* A service that calls back on other days, too; it is closed on the Tuesday. */
static void days(struct fixture *f)
{
    static const char calendar[] =
        "BEGIN:VCALENDAR\nVERSION:2.0\n"
        "BEGIN:VEVENT\nUID:open@days\nDTSTAMP:20200101T000000Z\nSUMMARY:Every day\n"
        "DTSTART;TZID=Europe/Brussels:20200102T083000\nDURATION:PT9H30M\nRRULE:FREQ=DAILY\n"
        "END:VEVENT\n"
        "BEGIN:VEVENT\nUID:closed@days\nDTSTAMP:20200101T000000Z\nSUMMARY:Day of the Fictitious\n"
        "CATEGORIES:CLOSED\nDTSTART;VALUE=DATE:20200505\nEND:VEVENT\nEND:VCALENDAR\n";
    f->service->callbacks.same_day = false;
    f->service->callbacks.max_days = 14;
    PUT(f->service->classes[0].outbound, calendar);
    f->view.callbacks[1].at_utc_s = FIXTURE_NOW + 86400 - 4 * 3600;
    PUT(f->view.callbacks[1].name, "Jan Verzonnen");
    f->view.n_callbacks = 2;
}

static void home_days(struct fixture *f)
{
    home(f);
    days(f);
}

static void acw_days(struct fixture *f)
{
    acw(f);
    days(f);
}

static void acw_red(struct fixture *f)
{
    acw(f);
    f->view.offer.state_since_utc_s = FIXTURE_NOW - 48;
    f->view.offer.deadline_utc_s = FIXTURE_NOW + 12;
}

static void overdue(struct fixture *f)
{
    acw(f);
    f->view.offer.state = HOLD_OVERDUE;
    f->view.offer.deadline_utc_s = FIXTURE_NOW - 5;
}

static void done(struct fixture *f)
{
    acw(f);
    f->view.offer.state = HOLD_DONE;
    f->view.offer.deadline_utc_s = 0;
    PUT(f->view.offer.chosen_code, "closed_without_data");
}

/* The index case's contacts are known. */
static void done_contacts(struct fixture *f)
{
    static const struct {
        const char *name, *language, *phone;
        enum person_state state;
        enum another_refusal refusal;
        int64_t due;
    } rows[] = {
        {"Anna Exemple",                       "fr", "+32470999991",   PERSON_WAITING, ANOTHER_MAY,      0                 },
        {"Bart Voorbeeld",                     "nl", "+32470999992",   PERSON_RESTING, ANOTHER_MAY,      FIXTURE_NOW + 7200},
        {"Carla Beispiel-von-der-Musterstadt", "de", "+4915100000000", PERSON_HELD,    ANOTHER_HELD,
         0                                                                                                                 },
        {"Dirk Exemple",                       "fr", "+32470999994",   PERSON_CLOSED,  ANOTHER_CLOSED,   0                 },
        {"Els Voorbeeld",                      "nl", "+32470999995",   PERSON_WAITING, ANOTHER_UNWANTED, 0                 },
    };
    done(f);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ws_contact *c = &f->view.contacts[f->view.n_contacts++];
        snprintf(c->person_id, sizeof c->person_id, "person-%zu", i + 1);
        PUT(c->name, rows[i].name);
        PUT(c->language, rows[i].language);
        PUT(c->phone, rows[i].phone);
        c->n_phones = 1;
        c->state = rows[i].state;
        c->refusal = rows[i].refusal;
        c->due_utc_s = rows[i].due;
    }
    f->view.contacts_known = f->view.contacts_more = true;
}

static void locked(struct fixture *f)
{
    home(f);
    f->view.login = WS_TAKEN_OVER;
}

/* What a hostile caller id, import or backend could try. */
static void hostile(struct fixture *f)
{
    preview(f);
    PUT(f->view.offer.preview.given_name, "Eve\033]2;owned\a\033[2J\033[31m\xc2\x9b"
                                          "5mRed");
    PUT(f->view.offer.preview.family_name, "A\r\nB\tC\b\b\xe2\x80\xae"
                                           "abc\xff");
    PUT(f->view.agent_name, "\033c\033[?1049lMallory");
    PUT(f->view.service_name, "S\x07\x0e");
}

static void wide(struct fixture *f)
{
    preview(f);
    PUT(f->view.offer.preview.given_name, "李小龍 e\xcc\x81lodie");
    PUT(f->view.offer.preview.family_name,
        "名前がとても長い人の名前がとても長い人の名前がとても長い人の名前");
}

static const struct {
    const char *name;
    void (*fill)(struct fixture *f);
} views[] = {
    {"sign-in",         sign_in          },
    {"sign-in-error",   sign_in_error    },
    {"connecting",      connecting       },
    {"home",            home             },
    {"home-days",       home_days        },
    {"idle",            idle             },
    {"alarms",          alarms           },
    {"off-queue",       off_queue        },
    {"rung",            rung             },
    {"rung-talking",    rung_talking     },
    {"offer",           offer            },
    {"preview",         preview          },
    {"preview-two",     preview_two      },
    {"unwanted",        unwanted         },
    {"ringing",         ringing          },
    {"talking",         talking          },
    {"poor-line",       poor_line        },
    {"encrypted",       encrypted        },
    {"plain-call",      plain_call       },
    {"bad-cert",        bad_cert         },
    {"consult",         consult          },
    {"consult-ringing", consult_ringing  },
    {"consult-number",  consult_number   },
    {"consult-swapped", consult_swapped  },
    {"consult-busy",    consult_busy     },
    {"transferring",    transferring     },
    {"transfer-failed", transfer_failed  },
    {"acw-expert",      acw_expert       },
    {"several",         several          },
    {"many",            many             },
    {"filled",          filled           },
    {"types",           types            },
    {"doubtful",        doubtful         },
    {"date",            date             },
    {"choice",          choice           },
    {"text",            text             },
    {"complete",        complete         },
    {"away",            away             },
    {"no-sound",        no_sound         },
    {"phone-failed",    phone_failed     },
    {"no-desk",         no_desk          },
    {"acw",             acw              },
    {"acw-whole",       acw_whole        },
    {"acw-days",        acw_days         },
    {"acw-red",         acw_red          },
    {"overdue",         overdue          },
    {"done",            done             },
    {"done-contacts",   done_contacts    },
    {"preview-another", preview_another  },
    {"talking-another", talking_another  },
    {"locked",          locked           },
    {"hostile",         hostile          },
    {"wide",            wide             },
    {"long",            long_text        },
    {"sound",           sound            },
    {"sound-silent",    sound_silent     },
    {"sound-many",      sound_many       },
    {"headset-gone",    headset_gone     },
    {"mic-gone",        microphone_gone  },
    {"ears-gone",       headphones_gone  },
    {"mic-silent",      microphone_silent},
};

bool fixture_fill(struct fixture *f, const char *name)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        if (strcmp(views[i].name, name) == 0) {
            views[i].fill(f);
            return true;
        }
    return false;
}
