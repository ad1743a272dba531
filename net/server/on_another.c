/* SPDX-License-Identifier: Apache-2.0 */
/* Calling another number after a call: the index case's contacts, and the call itself. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_another.h"

#define CONTACTS_MAX 50

static cJSON *contact_json(const struct store_another_contact *c)
{
    cJSON *j = cJSON_CreateObject();
    if (wire_add_id(j, "person_id", c->person_id) &&
        wire_add(j, "given_name", cJSON_CreateString(c->given_name)) &&
        wire_add(j, "family_name", cJSON_CreateString(c->family_name)) &&
        wire_add(j, "language", cJSON_CreateString(c->language)) &&
        wire_add(j, "phone", wire_text_or_null(c->phone)) &&
        wire_add_int(j, "n_phones", (int64_t)c->n_phones) &&
        wire_add(j, "state", cJSON_CreateString(person_state_name(c->state))) &&
        wire_add(j, "due_at", wire_time_or_null(c->due_utc_s)) &&
        wire_add_int(j, "attempts", c->attempts) &&
        wire_add(j, "refusal",
                 c->refusal == ANOTHER_MAY ? cJSON_CreateNull()
                                           : cJSON_CreateString(another_refusal_name(c->refusal))))
        return j;
    cJSON_Delete(j);
    return NULL;
}

static cJSON *contacts_json(const struct store_another_contact *rows, size_t n, bool more)
{
    cJSON *j = cJSON_CreateObject();
    cJSON *list = cJSON_CreateArray();
    bool made = wire_add(j, "contacts", list);
    for (size_t i = 0; made && i < n; i++) {
        cJSON *row = contact_json(&rows[i]);
        made = row && cJSON_AddItemToArray(list, row);
        if (!made)
            cJSON_Delete(row);
    }
    if (made && wire_add(j, "more", cJSON_CreateBool(more)))
        return j;
    cJSON_Delete(j);
    return NULL;
}

enum err_code on_list_contacts(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    size_t n = 0;
    bool more = false;
    enum err_code code = request_id(req, &offer_id, err);
    if (code != ERR_OK)
        return code;
    struct store_another_contact *rows = calloc(CONTACTS_MAX, sizeof *rows);
    if (!rows)
        return err_set(err, ERR_NOMEM, NULL);
    code = store_another_contacts(store, &req->actor, offer_id, request_fence(req), req->now_utc_s,
                                  rows, CONTACTS_MAX, &n, &more, err);
    if (code == ERR_OK)
        code = request_answer_json(req, 200, contacts_json(rows, n, more), err);
    sodium_memzero(rows, CONTACTS_MAX * sizeof *rows);
    free(rows);
    return code;
}

static const struct json_field party_fields[] = {
    {"relation", JSON_STRING, true,  false, 1, 16              },
    {"name",     JSON_STRING, false, false, 0, PARTY_NAME_CHARS},
    {"number",   JSON_STRING, true,  false, 1, 32              },
};

/* A field of the party -> of the body: "/party/number". */
static enum err_code in_party(struct err *err)
{
    char field[sizeof err->field];
    snprintf(field, sizeof field, "/party%s%.40s", err->field[0] == '/' ? "" : "/", err->field);
    memcpy(err->field, field, sizeof field);
    return err->code;
}

static enum err_code read_target(struct request *req, struct party *party,
                                 struct store_another *ret, struct err *err)
{
    const char *whom = json_str(req->json, "whom", "");
    const char *contact = json_str(req->json, "contact_id", NULL);
    const cJSON *j = json_obj(req->json, "party");
    const bool is_contact = strcmp(whom, "contact") == 0;
    if (!is_contact && strcmp(whom, "party") != 0)
        return err_field(err, ERR_INVALID, "/whom", "Say whom to call: contact or party.");
    if (is_contact ? j != NULL || !contact : !j)
        return err_field(err, ERR_INVALID, j || !is_contact ? "/party" : "/contact_id",
                         "A contact has a contact_id, a party a number.");
    if (!is_contact && contact)
        return err_field(err, ERR_INVALID, "/contact_id", "A party is no contact.");
    if (is_contact)
        return store_id_parse(contact, &ret->contact_id)
                   ? ERR_OK
                   : err_field(err, ERR_NOT_FOUND, "/contact_id",
                               "This is no contact of this index case.");
    enum err_code code =
        json_check(j, party_fields, sizeof party_fields / sizeof party_fields[0], err);
    if (code == ERR_OK)
        code = party_read(json_str(j, "relation", ""), json_str(j, "name", ""),
                          json_str(j, "number", ""), party, err);
    ret->party = party;
    return code == ERR_OK ? code : in_party(err);
}

enum err_code on_call_another(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    int64_t made = 0;
    struct party party = {.relation = PARTY_OTHER};
    struct store_another another = {.contact_id = 0};
    enum err_code code = request_id(req, &offer_id, err);
    if (code == ERR_OK && req->repeated)
        return answer_work(req, store, err);
    if (code == ERR_OK)
        code = read_target(req, &party, &another, err);
    if (code == ERR_OK)
        code = store_offer_another(store, &req->actor, offer_id, request_fence(req), &another,
                                   req->now_utc_s, &made, err);
    sodium_memzero(&party, sizeof party);
    if (code != ERR_OK)
        return code;
    news_add(&req->news, NEWS_WORK, req->actor.agent_id, 0);
    return answer_work(req, store, err);
}
