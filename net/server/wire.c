/* SPDX-License-Identifier: Apache-2.0 */
/* JSON for the answers and events. */

#include "net/server/wire.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "core/time_text.h"
#include "net/api/json.h"

cJSON *wire_time(int64_t utc_s)
{
    char text[TIME_TEXT_SIZE];
    time_text_print(utc_s, text);
    return cJSON_CreateString(text);
}

cJSON *wire_time_or_null(int64_t utc_s)
{
    return utc_s ? wire_time(utc_s) : cJSON_CreateNull();
}

cJSON *wire_text_or_null(const char *text)
{
    return text[0] ? cJSON_CreateString(text) : cJSON_CreateNull();
}

bool wire_add(cJSON *obj, const char *name, cJSON *item_take)
{
    if (obj && item_take && cJSON_AddItemToObject(obj, name, item_take))
        return true;
    cJSON_Delete(item_take);
    return false;
}

bool wire_add_id(cJSON *obj, const char *name, int64_t id)
{
    char text[STORE_ID_SIZE];
    store_id_print(id, text);
    return wire_add(obj, name, cJSON_CreateString(text));
}

bool wire_add_int(cJSON *obj, const char *name, int64_t value)
{
    return wire_add(obj, name, cJSON_CreateNumber((double)value));
}

static bool add_text(cJSON *obj, const char *name, const char *text)
{
    return wire_add(obj, name, cJSON_CreateString(text));
}

/* Deletes a tree that is not whole. */
static cJSON *whole(cJSON *tree, bool is_whole)
{
    if (is_whole)
        return tree;
    cJSON_Delete(tree);
    return NULL;
}

static bool append(cJSON *array, cJSON *item_take)
{
    if (array && item_take && cJSON_AddItemToArray(array, item_take))
        return true;
    cJSON_Delete(item_take);
    return false;
}

static cJSON *agent_json(const struct store_agent *agent)
{
    cJSON *languages = cJSON_CreateArray();
    bool made = languages != NULL;
    for (size_t i = 0; i < agent->n_languages; i++)
        made = made && append(languages, cJSON_CreateString(agent->languages[i]));
    cJSON *j = cJSON_CreateObject();
    made = made && wire_add_id(j, "agent_id", agent->agent_id) &&
           add_text(j, "login", agent->login) && add_text(j, "name", agent->name) &&
           add_text(j, "role", agent_role_name(agent->role)) &&
           add_text(j, "region", region_name(agent->region));
    made = wire_add(j, "languages", languages) && made;
    return whole(j, made);
}

static cJSON *service_json(const struct store_work *work)
{
    char version[STORE_ID_SIZE];
    store_id_print(work->service_version, version);
    cJSON *j = cJSON_CreateObject();
    return whole(j, add_text(j, "service_id", work->service_id) &&
                        add_text(j, "version", version) && add_text(j, "name", work->service_name));
}

static cJSON *call_json(const struct store_work_offer *offer)
{
    if (!offer->call_id)
        return cJSON_CreateNull();
    const struct call *call = &offer->call;
    cJSON *j = cJSON_CreateObject();
    return whole(j, wire_add_id(j, "call_id", offer->call_id) &&
                        add_text(j, "phone", offer->call_phone) &&
                        wire_add(j, "permitted_at", wire_time(offer->permitted_utc_s)) &&
                        wire_add(j, "rang_at", wire_time_or_null(call->rang_utc_s)) &&
                        wire_add(j, "answered_at", wire_time_or_null(call->answered_utc_s)) &&
                        wire_add(j, "ended_at", wire_time_or_null(call->ended_utc_s)) &&
                        add_text(j, "end", call_end_name(call->end)) &&
                        wire_add_int(j, "last_seq", offer->last_seq));
}

cJSON *wire_target(const struct target *target)
{
    cJSON *j = cJSON_CreateObject();
    return whole(j, add_text(j, "kind", target_kind_name(target->kind)) &&
                        add_text(j, "value", target->value));
}

static cJSON *consult_json(const struct store_work_consult *consult)
{
    if (!consult->call_id)
        return cJSON_CreateNull();
    const struct call *call = &consult->call;
    cJSON *j = cJSON_CreateObject();
    return whole(j, wire_add_id(j, "call_id", consult->call_id) &&
                        wire_add(j, "target", wire_target(&consult->target)) &&
                        wire_add(j, "permitted_at", wire_time(consult->permitted_utc_s)) &&
                        wire_add(j, "rang_at", wire_time_or_null(call->rang_utc_s)) &&
                        wire_add(j, "answered_at", wire_time_or_null(call->answered_utc_s)) &&
                        wire_add(j, "ended_at", wire_time_or_null(call->ended_utc_s)) &&
                        add_text(j, "end", call_end_name(call->end)) &&
                        wire_add_int(j, "last_seq", consult->last_seq));
}

static cJSON *party_json(const struct party *party, bool called)
{
    cJSON *j = cJSON_CreateObject();
    return whole(j, add_text(j, "relation", party_relation_name(party->relation)) &&
                        add_text(j, "name", party->name) && add_text(j, "phone", party->number) &&
                        (!called || (wire_add(j, "at", wire_time(party->at_utc_s)) &&
                                     wire_add(j, "answered", cJSON_CreateBool(party->answered)))));
}

static cJSON *preview_json(const struct store_work_offer *offer)
{
    if (!offer->has_person)
        return cJSON_CreateNull();
    cJSON *phones = cJSON_CreateArray();
    bool made = phones != NULL;
    for (size_t i = 0; i < offer->n_phones; i++)
        made = made && append(phones, cJSON_CreateString(offer->phones[i]));
    cJSON *j = cJSON_CreateObject();
    made = wire_add(j, "phones", phones) && made;
    cJSON *unwanted = cJSON_CreateArray();
    made = made && unwanted;
    for (size_t i = 0; i < offer->n_phones; i++)
        if (offer->unwanted_phones >> i & 1U)
            made = made && append(unwanted, cJSON_CreateNumber((double)i));
    made = wire_add(j, "unwanted_phones", unwanted) && made;
    return whole(
        j, made && wire_add_id(j, "person_id", offer->person_id) &&
               add_text(j, "given_name", offer->given_name) &&
               add_text(j, "family_name", offer->family_name) &&
               wire_add_int(j, "next_phone", (int64_t)offer->next_phone) &&
               wire_add(j, "callback_at", wire_time_or_null(offer->callback_utc_s)) &&
               wire_add(j, "party",
                        offer->has_party ? party_json(&offer->party, false) : cJSON_CreateNull()) &&
               add_text(j, "language", offer->language) &&
               add_text(j, "region", region_name(offer->region)) &&
               add_text(j, "kind", person_kind_name(offer->kind)) &&
               wire_add_int(j, "attempts", offer->attempts));
}

static cJSON *chosen_json(const struct store_work_offer *offer)
{
    if (!offer->code[0])
        return cJSON_CreateNull();
    cJSON *j = cJSON_CreateObject();
    return whole(j, add_text(j, "code", offer->code) &&
                        wire_add(j, "late", cJSON_CreateBool(offer->late)));
}

static cJSON *offer_json(const struct store_work_offer *offer)
{
    if (!offer->offer_id)
        return cJSON_CreateNull();
    cJSON *j = cJSON_CreateObject();
    return whole(j, wire_add_id(j, "offer_id", offer->offer_id) &&
                        wire_add_int(j, "fence", offer->fence) &&
                        add_text(j, "state", hold_state_name(offer->state)) &&
                        wire_add(j, "state_since", wire_time(offer->state_since_utc_s)) &&
                        wire_add(j, "deadline", wire_time_or_null(offer->deadline_utc_s)) &&
                        add_text(j, "queue", offer->queue) &&
                        add_text(j, "kind", person_kind_name(offer->kind)) &&
                        add_text(j, "language", offer->language) &&
                        wire_add(j, "script_id", wire_text_or_null(offer->script_id)) &&
                        wire_add(j, "script_version", wire_text_or_null(offer->script_version)) &&
                        wire_add(j, "person", preview_json(offer)) &&
                        wire_add(j, "call", call_json(offer)) &&
                        wire_add(j, "consult", consult_json(&offer->consult)) &&
                        wire_add(j, "proposed_code", wire_text_or_null(offer->proposed_code)) &&
                        wire_add(j, "wrapup", chosen_json(offer)));
}

cJSON *wire_work(const struct store_work *work, int64_t now_utc_s)
{
    cJSON *j = cJSON_CreateObject();
    return whole(j,
                 wire_add(j, "server_time", wire_time(now_utc_s)) &&
                     wire_add(j, "agent", agent_json(&work->agent)) &&
                     wire_add(j, "service", service_json(work)) &&
                     add_text(j, "status", agent_status_name(work->status)) &&
                     wire_add(j, "status_since", wire_time(work->status_since_utc_s)) &&
                     wire_add(j, "on_queue", cJSON_CreateBool(work->on_queue)) &&
                     wire_add(j, "on_queue_since", wire_time_or_null(work->on_queue_since_utc_s)) &&
                     wire_add(j, "offer", offer_json(&work->offer)));
}

cJSON *wire_record(const struct record *record)
{
    char niss[NISS_TEXT_SIZE];
    niss_mask(&record->niss, niss);
    cJSON *phones = cJSON_CreateArray();
    bool made = phones != NULL;
    for (size_t i = 0; i < record_phone_count(record); i++)
        made = made && append(phones, cJSON_CreateString(record->phones[i].number));
    cJSON *parties = cJSON_CreateArray();
    made = made && parties;
    for (size_t i = 0; i < record->n_parties; i++)
        made = made && append(parties, party_json(&record->parties[i], true));
    cJSON *j = cJSON_CreateObject();
    made = wire_add(j, "phones", phones) && made;
    made = wire_add(j, "parties", parties) && made;
    return whole(j, made && add_text(j, "person_id", record->person_id) &&
                        add_text(j, "sciensano_request_ticket", record->ticket) &&
                        wire_add(j, "ticket_at", wire_time(record->ticket_at_utc_s)) &&
                        add_text(j, "niss_masked", niss) &&
                        wire_add(j, "niss_doubtful", cJSON_CreateBool(record->niss_doubtful)) &&
                        add_text(j, "name_index_patient", record->name_index_patient) &&
                        add_text(j, "index_ticket", record->index_ticket) &&
                        add_text(j, "given_name", record->given_name) &&
                        add_text(j, "family_name", record->family_name) &&
                        add_text(j, "birth_date", record->birth_date) &&
                        add_text(j, "language", record->language) &&
                        add_text(j, "region", region_name(record->region)) &&
                        add_text(j, "kind", person_kind_name(record->kind)) &&
                        add_text(j, "municipality", record->municipality) &&
                        add_text(j, "sample_date", record->sample_date) &&
                        add_text(j, "last_contact_date", record->last_contact_date) &&
                        wire_add_int(j, "attempts", record->attempts) &&
                        add_text(j, "notes", record->notes));
}

cJSON *wire_outcome(const struct store_outcome *outcome)
{
    cJSON *j = cJSON_CreateObject();
    return whole(j, add_text(j, "person_state", person_state_name(outcome->person_state)) &&
                        wire_add(j, "due_at", wire_time_or_null(outcome->due_utc_s)) &&
                        wire_add(j, "late", cJSON_CreateBool(outcome->late)));
}

enum err_code wire_work_text(struct store *store, int64_t agent_id, int64_t now_utc_s,
                             struct buf *out, struct err *err)
{
    struct store_work work;
    const enum err_code code = store_work_read(store, agent_id, now_utc_s, &work, err);
    if (code != ERR_OK)
        return code;
    CLEANUP_JSON cJSON *j = wire_work(&work, now_utc_s);
    store_work_wipe(&work);
    if (j)
        json_print(j, out);
    return j && !out->failed ? ERR_OK : err_set(err, ERR_NOMEM, NULL);
}

cJSON *wire_queues(const struct store_queue *rows, size_t n)
{
    cJSON *list = cJSON_CreateArray();
    bool made = list != NULL;
    for (size_t i = 0; made && i < n; i++) {
        cJSON *row = cJSON_CreateObject();
        made = append(
            list, whole(row, add_text(row, "queue", rows[i].queue) &&
                                 add_text(row, "service_id", rows[i].service_id) &&
                                 add_text(row, "kind", service_queue_kind_name(rows[i].kind)) &&
                                 wire_add_int(row, "agents_on_queue", rows[i].agents_on_queue) &&
                                 wire_add_int(row, "agents_available", rows[i].agents_available) &&
                                 wire_add_int(row, "waiting", rows[i].waiting) &&
                                 wire_add_int(row, "longest_wait_s", rows[i].longest_wait_s)));
    }
    cJSON *j = cJSON_CreateObject();
    made = wire_add(j, "queues", list) && made;
    return whole(j, made);
}

/* The instant at which the one who waits longest began; readings of one second differ by one. */
static bool same_wait(const struct store_queue *a, int64_t a_utc_s, const struct store_queue *b,
                      int64_t b_utc_s)
{
    if (a->waiting == 0)
        return true;
    const int64_t moved = (a_utc_s - a->longest_wait_s) - (b_utc_s - b->longest_wait_s);
    return moved >= -1 && moved <= 1;
}

static bool same_figures(const struct queue_figures *a, const struct queue_figures *b)
{
    if (!a->told || a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct store_queue *x = &a->rows[i];
        const struct store_queue *y = &b->rows[i];
        if (strcmp(x->queue, y->queue) != 0 || x->agents_on_queue != y->agents_on_queue ||
            x->agents_available != y->agents_available || x->waiting != y->waiting ||
            !same_wait(x, a->read_utc_s, y, b->read_utc_s))
            return false;
    }
    return true;
}

enum err_code wire_queues_changed(struct store *store, const struct store_actor *actor,
                                  int64_t now_utc_s, struct queue_figures *last, bool *ret_changed,
                                  struct buf *out, struct err *err)
{
    struct queue_figures now = {.read_utc_s = now_utc_s, .told = true};
    const enum err_code code =
        store_queues(store, actor, now_utc_s, now.rows, SERVICE_QUEUES, &now.n, err);
    if (code != ERR_OK)
        return code;
    if (same_figures(last, &now))
        return ERR_OK;
    CLEANUP_JSON cJSON *j = wire_queues(now.rows, now.n);
    buf_clear(out);
    if (j)
        json_print(j, out);
    if (!j || out->failed)
        return err_set(err, ERR_NOMEM, NULL);
    *last = now;
    *ret_changed = true;
    return ERR_OK;
}
