/* SPDX-License-Identifier: Apache-2.0 */
/* The answers to the script: the newest draft, and keeping a newer one. */

#include <stdio.h>
#include <string.h>

#include "core/cleanup.h"
#include "core/script_fault.h"
#include "core/script_named.h"
#include "core/text.h"
#include "core/utf8.h"
#include "net/api/json.h"
#include "net/api/questionnaire.h"
#include "net/api/regex_pcre2.h"
#include "net/api/response.h"
#include "net/server/handlers.h"
#include "net/server/request.h"
#include "net/server/wire.h"
#include "net/store/store_alarm.h"
#include "net/store/store_call.h"
#include "net/store/store_collectivity.h"
#include "net/store/store_named.h"
#include "net/store/store_offer.h"

#define QUESTIONNAIRE_CHARS 512

/* What a workstation may say of answers: the rest follows the call. */
static bool status_by_name(const char *name, bool *ret_completed)
{
    *ret_completed = strcmp(name, "completed") == 0;
    return *ret_completed || strcmp(name, "in-progress") == 0;
}

static enum err_code answer_draft(struct request *req, const struct store_response *draft,
                                  struct err *err)
{
    cJSON *response = NULL;
    if (draft->json) {
        const enum err_code code =
            json_parse(draft->json, draft->json_len, &json_limits_api, &response, err);
        if (code != ERR_OK)
            return code;
    }
    const char *status = response_status_name(draft->status);
    cJSON *inside = cJSON_GetObjectItemCaseSensitive(response, "status");
    cJSON *j = cJSON_CreateObject();
    bool made = wire_add_int(j, "version", draft->version) &&
                wire_add(j, "status", cJSON_CreateString(status)) &&
                (!inside || cJSON_SetValuestring(inside, status));
    made = wire_add(j, "response", response ? response : cJSON_CreateNull()) && made;
    if (!made) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}

enum err_code on_get_response(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id;
    enum err_code code = request_id(req, &offer_id, err);
    if (code != ERR_OK)
        return code;
    struct store_response draft;
    bool refused;
    code = store_response_look(store, &req->actor, offer_id, req->now_utc_s, &draft, &refused, err);
    if (refused)
        req->job.keep = true; /* the trace of it stays */
    if (code != ERR_OK)
        return code;
    code = answer_draft(req, &draft, err);
    store_response_deinit(&draft);
    return code;
}

/* The shape of a QuestionnaireResponse, as far as the contract states it. */
static enum err_code check_response(const cJSON *response, bool completed, struct err *err)
{
    const char *questionnaire = json_str(response, "questionnaire", "");
    bool says_completed;
    if (strcmp(json_str(response, "resourceType", ""), "QuestionnaireResponse") != 0)
        return err_field(err, ERR_INVALID, "/response/resourceType",
                         "This is no QuestionnaireResponse.");
    if (!questionnaire[0] || utf8_count(questionnaire) > QUESTIONNAIRE_CHARS)
        return err_field(err, ERR_INVALID, "/response/questionnaire",
                         "The canonical URL of the questionnaire has 1 to 512 characters.");
    if (!status_by_name(json_str(response, "status", ""), &says_completed) ||
        says_completed != completed)
        return err_field(err, ERR_INVALID, "/response/status",
                         "The status inside the response must be the one beside it.");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(response, "item");
    if (item && !cJSON_IsArray(item))
        return err_field(err, ERR_INVALID, "/response/item", "This must be a list.");
    return ERR_OK;
}

/* Does the response answer this version of this script? */
static bool answers_script(const cJSON *response, const struct script *script)
{
    char canonical[QUESTIONNAIRE_CHARS * 4 + 1];
    snprintf(canonical, sizeof canonical, "%s%s%s", script->url ? script->url : "",
             script->version ? "|" : "", script->version ? script->version : "");
    return strcmp(json_str(response, "questionnaire", ""), canonical) == 0;
}

static enum err_code decode_whole(const cJSON *response, const struct script *script,
                                  struct script_named *named, struct err *err)
{
    struct script_answers *answers = script_answers_new(script);
    if (!answers)
        return err_set(err, ERR_NOMEM, NULL);
    struct err fault = {0};
    script_answers_use_regex(answers, &regex_pcre2);
    enum err_code code = response_decode(response, answers, NULL, NULL, &fault);
    if (code == ERR_OK)
        code = script_named_read(answers, script->language, named, &fault);
    script_answers_free(answers);
    if (code == ERR_INVALID)
        return err_field(err, code, "/response/item", "%s: %.150s", fault.field, fault.sentence);
    if (code != ERR_OK)
        *err = fault;
    return code;
}

/* The version in "url|version"; NULL: it has none. */
static const char *script_version(const cJSON *response)
{
    const char *bar = strrchr(json_str(response, "questionnaire", ""), '|');
    return bar ? bar + 1 : NULL;
}

/* Submitted answers, as their script reads them. */
struct submitted {
    bool is_read; /* it did: else the script was never loaded, or is another one */
    bool names;   /* it asks for contacts or collectivities */
    struct script_named named;
};

static void submitted_deinit(struct submitted *s)
{
    script_named_deinit(&s->named);
}

/* The script of an offer that the agent has; "" of another one, which is no matter of scripts. */
static enum err_code read_script_id(struct request *req, struct store *store, int64_t offer_id,
                                    char ret[SERVICE_ID_SIZE], struct err *err)
{
    struct store_work work;
    const enum err_code code =
        store_work_read(store, req->actor.agent_id, req->now_utc_s, &work, err);
    ret[0] = '\0';
    if (code != ERR_OK)
        return code;
    if (work.offer.offer_id == offer_id)
        memcpy(ret, work.offer.script_id, SERVICE_ID_SIZE);
    store_work_wipe(&work);
    return ERR_OK;
}

/* A version of a script, NULL = the newest. *ret_is: it is here and without faults; else it judges
 * nobody. It is checked when it is loaded. */
static enum err_code read_script(struct store *store, const char *script_id, const char *version,
                                 struct script *ret, bool *ret_is, struct err *err)
{
    CLEANUP_FREE char *text = NULL;
    size_t len;
    CLEANUP_FINDINGS struct findings findings = {0};
    *ret_is = false;
    const enum err_code code = store_script_json(store, script_id, version, &text, &len, err);
    if (code == ERR_OK)
        *ret_is = questionnaire_parse(text, len, NULL, ret, &findings, NULL) == ERR_OK &&
                  findings.n_errors == 0;
    return code == ERR_NOT_FOUND ? ERR_OK : code;
}

/* Of this script, in whatever version? One has to be said: the other side cannot do without. */
static bool is_of_script(const char *questionnaire, const struct script *script)
{
    const size_t len = strlen(script->url);
    if (strncmp(questionnaire, script->url, len) != 0)
        return false;
    const char *version = questionnaire + len;
    if (!script->version && !*version)
        return true;
    return version[0] == '|' && version[1] && !strchr(version + 1, '|') &&
           text_is_plain(version + 1, strlen(version + 1), TEXT_ONE_LINE);
}

/* What was begun goes on under the name that it has, whatever the service asks by now. */
static enum err_code is_begun(struct request *req, struct store *store, int64_t offer_id,
                              const char *questionnaire, bool *ret, struct err *err)
{
    struct store_response stored = {0};
    cJSON *before = NULL;
    *ret = false;
    enum err_code code = store_response_get(store, &req->actor, offer_id, &stored, err);
    if (code == ERR_OK && stored.json)
        code = json_parse(stored.json, stored.json_len, &json_limits_api, &before, err);
    if (code == ERR_OK)
        *ret = strcmp(json_str(before, "questionnaire", ""), questionnaire) == 0;
    json_free(before);
    store_response_deinit(&stored);
    return code;
}

/* Answers are those to the offer's script. A version that was never loaded here may be another
 * backend's, and is taken; a service without scripts takes any. */
static enum err_code check_questionnaire(struct request *req, struct store *store, int64_t offer_id,
                                         const cJSON *response, struct err *err)
{
    const char *questionnaire = json_str(response, "questionnaire", "");
    const char *version = script_version(response);
    char script_id[SERVICE_ID_SIZE];
    struct script newest = {0}, begun = {0};
    bool fits = false, is = false;
    enum err_code code = is_begun(req, store, offer_id, questionnaire, &fits, err);
    if (code == ERR_OK && !fits)
        code = read_script_id(req, store, offer_id, script_id, err);
    if (code != ERR_OK || fits || !script_id[0])
        return code;
    code = read_script(store, script_id, NULL, &newest, &is, err);
    fits = !is || !newest.url || is_of_script(questionnaire, &newest);
    script_deinit(&newest);
    if (code == ERR_OK && !fits && version) { /* the URL may have been another one then */
        code = read_script(store, script_id, version, &begun, &is, err);
        fits = is && answers_script(response, &begun);
        script_deinit(&begun);
    }
    return code != ERR_OK || fits ? code
                                  : err_field(err, ERR_INVALID, "/response/questionnaire",
                                              "These are no answers to the script of this offer.");
}

/* A submitted script has to be complete, in the version that was begun. One that was never loaded
 * judges nobody: the answers are taken as they are rather than refused for ever. */
static enum err_code check_complete(struct request *req, struct store *store, int64_t offer_id,
                                    const cJSON *response, struct submitted *ret, struct err *err)
{
    char script_id[SERVICE_ID_SIZE];
    struct script script = {0};
    bool is = false;
    enum err_code code = read_script_id(req, store, offer_id, script_id, err);
    if (code == ERR_OK && script_id[0])
        code = read_script(store, script_id, script_version(response), &script, &is, err);
    if (code == ERR_OK && is && answers_script(response, &script)) {
        code = decode_whole(response, &script, &ret->named, err);
        ret->is_read = code == ERR_OK;
        ret->names = script_names(&script);
    }
    script_deinit(&script);
    return code;
}

/* Supervisors hear of it. */
static enum err_code tell_unread(struct request *req, struct store *store, int64_t offer_id,
                                 struct err *err)
{
    news_add(&req->news, NEWS_ALARM, 0, 0);
    return store_alarm_of_offer(store, ALARM_ANSWERS_UNREAD, offer_id, req->now_utc_s, err);
}

static enum err_code put(struct request *req, struct store *store, int64_t offer_id,
                         const struct store_response_put *what, int64_t *ret_version,
                         struct err *err)
{
    int64_t version = -1;
    bool kept = false;
    enum err_code code = store_response_put(store, &req->actor, offer_id, request_fence(req), what,
                                            req->now_utc_s, &version, &kept, err);
    if (code == ERR_OK)
        *ret_version = version;
    if (code == ERR_CONFLICT)
        req->problem_version = version;
    if (code != ERR_STALE || !kept)
        return code;
    if (what->completed)
        news_add(&req->news, NEWS_ALARM, 0, 0); /* the store raised it, if it is news */
    req->problem_kept = true;
    req->job.keep = true; /* words are never thrown away, however late they come */
    return code;
}

/* What has no name is known by where it is; what has neither tells nobody anything. */
static enum err_code add_collectivity(struct request *req, struct store *store, int64_t offer_id,
                                      const struct script_collectivity *c, struct err *err)
{
    struct store_collectivity entry = {0};
    int64_t id;
    snprintf(entry.kind, sizeof entry.kind, "%s", c->kind);
    snprintf(entry.name, sizeof entry.name, "%s", c->name[0] ? c->name : c->place);
    snprintf(entry.place, sizeof entry.place, "%s", c->place);
    snprintf(entry.role, sizeof entry.role, "%s", c->role);
    snprintf(entry.last_day, sizeof entry.last_day, "%s", c->last_day);
    snprintf(entry.note, sizeof entry.note, "%s", c->unread);
    const enum err_code code =
        entry.name[0]
            ? store_collectivity_add(store, &req->actor, offer_id, &entry, req->now_utc_s, &id, err)
            : ERR_OK;
    explicit_bzero(&entry, sizeof entry);
    return code;
}

/* In the transaction of the answers. What was told before in this offer is there already. */
static enum err_code take_named(struct request *req, struct store *store, int64_t offer_id,
                                const struct script_named *named, struct err *err)
{
    struct store_named_sum sum;
    enum err_code code = store_named_anew(store, &req->actor, offer_id, err);
    for (size_t i = 0; code == ERR_OK && i < named->n_collectivities; i++)
        code = add_collectivity(req, store, offer_id, &named->collectivities[i], err);
    return code != ERR_OK ? code
                          : store_named_take(store, &req->actor, offer_id, named->contacts,
                                             named->n_contacts, req->now_utc_s, &sum, err);
}

enum err_code on_put_response(struct request *req, struct store *store, struct err *err)
{
    int64_t offer_id, version = 0;
    bool completed;
    if (!status_by_name(json_str(req->json, "status", ""), &completed))
        return err_field(err, ERR_INVALID, "/status", "This is in-progress or completed.");
    const cJSON *response = json_obj(req->json, "response");
    enum err_code code = check_response(response, completed, err);
    if (code == ERR_OK)
        code = request_id(req, &offer_id, err);
    if (code != ERR_OK)
        return code;

    CLEANUP(submitted_deinit) struct submitted submitted = {.is_read = false};
    code = check_questionnaire(req, store, offer_id, response, err);
    if (code == ERR_OK && completed)
        code = check_complete(req, store, offer_id, response, &submitted, err);
    if (code != ERR_OK)
        return code;

    struct buf text = {0};
    json_print(response, &text);
    if (text.failed) {
        buf_free(&text);
        return err_set(err, ERR_NOMEM, NULL);
    }
    const struct store_response_put what = {
        .base_version = json_int(req->json, "base_version", 0),
        .made_fence = json_int(req->json, "made_fence", 0),
        .completed = completed,
        .json = text.data,
        .json_len = text.len,
    };
    bool again = false; /* they were told of already */
    if (completed && !submitted.is_read)
        code = store_response_was_submitted(store, &req->actor, offer_id, text.data, text.len,
                                            &again, err);
    if (code == ERR_OK)
        code = put(req, store, offer_id, &what, &version, err);
    buf_free(&text);
    if (code == ERR_OK && submitted.names)
        code = take_named(req, store, offer_id, &submitted.named, err);
    else if (code == ERR_OK && completed && !submitted.is_read && !again)
        code = tell_unread(req, store, offer_id, err);
    if (code != ERR_OK)
        return code;
    cJSON *j = cJSON_CreateObject();
    if (!wire_add_int(j, "version", version)) {
        cJSON_Delete(j);
        j = NULL;
    }
    return request_answer_json(req, 200, j, err);
}
