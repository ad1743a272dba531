/* SPDX-License-Identifier: Apache-2.0 */
/* Reading alarms and incidents. */

#include "net/api/wire_alarm.h"

#include <string.h>

#include "core/text.h"
#include "net/api/json.h"
#include "net/api/wire_in.h"

/* Ids go back to the backend: as they are, or not at all. */
static enum err_code read_id(const cJSON *j, const char *key, bool may_lack, char ret[WS_ID_MAX],
                             struct err *err)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(j, key);
    ret[0] = '\0';
    if (may_lack && (!member || cJSON_IsNull(member)))
        return ERR_OK;
    const char *text = json_str(j, key, "");
    const size_t len = strlen(text);
    if (len == 0 || len >= WS_ID_MAX)
        return err_field(err, ERR_INVALID, key, NULL);
    memcpy(ret, text, len + 1);
    return ERR_OK;
}

static void read_shown(const cJSON *j, const char *key, char *ret, size_t cap)
{
    const char *text = json_str(j, key, "");
    text_clean_to(ret, cap, text, strlen(text));
}

static enum err_code read_alarm(const cJSON *j, struct ws_alarm *ret, struct err *err)
{
    enum err_code code = read_id(j, "alarm_id", false, ret->alarm_id, err);
    if (code == ERR_OK)
        code = read_id(j, "person_id", true, ret->person_id, err);
    if (code == ERR_OK)
        code = read_id(j, "offer_id", true, ret->offer_id, err);
    if (code == ERR_OK)
        code = read_id(j, "incident_id", true, ret->incident_id, err);
    if (code == ERR_OK)
        code = wire_time(j, "raised_at", false, &ret->raised_utc_s, err);
    if (code == ERR_OK)
        code = wire_time(j, "again_at", false, &ret->again_utc_s, err);
    if (code == ERR_OK && !alarm_state_by_name(json_str(j, "state", ""), &ret->state))
        code = err_field(err, ERR_INVALID, "state", NULL);
    ret->times = json_int(j, "times", 1);
    read_shown(j, "agent", ret->agent, sizeof ret->agent);
    read_shown(j, "seen_by", ret->seen_by, sizeof ret->seen_by);
    return code;
}

enum err_code wire_alarms(const cJSON *j, struct ws_alarm *rows, size_t cap, size_t *ret_n,
                          struct err *err)
{
    const cJSON *list = json_arr(j, "alarms");
    const cJSON *item;
    enum err_code code = list ? ERR_OK : err_field(err, ERR_INVALID, "alarms", NULL);
    *ret_n = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (*ret_n == cap || code != ERR_OK)
            break;
        if (!alarm_kind_by_name(json_str(item, "kind", ""), &rows[*ret_n].kind))
            continue;
        code = read_alarm(item, &rows[(*ret_n)++], err);
    }
    return code;
}

static enum err_code read_words(const cJSON *j, char *ret, size_t cap, struct err *err)
{
    const char *text = json_str(j, "what", NULL);
    struct buf clean = {0};
    if (!text)
        return err_field(err, ERR_INVALID, "what", NULL);
    text_clean(text, strlen(text), TEXT_LINES, &clean);
    const size_t len = clean.failed ? 0 : text_cut(buf_text(&clean), clean.len, cap - 1);
    if (len)
        memcpy(ret, buf_text(&clean), len);
    ret[len] = '\0';
    const bool failed = clean.failed;
    buf_free(&clean);
    return failed ? err_set(err, ERR_NOMEM, NULL) : ERR_OK;
}

static enum err_code read_incident(const cJSON *j, struct ws_incident *ret, struct err *err)
{
    enum err_code code = read_id(j, "incident_id", false, ret->incident_id, err);
    if (code == ERR_OK)
        code = read_id(j, "person_id", true, ret->person_id, err);
    if (code == ERR_OK)
        code = wire_time(j, "happened_at", false, &ret->happened_utc_s, err);
    if (code == ERR_OK)
        code = wire_time(j, "reported_at", false, &ret->reported_utc_s, err);
    if (code == ERR_OK)
        code = wire_time(j, "received_at", false, &ret->received_utc_s, err);
    if (code == ERR_OK)
        code = read_words(j, ret->what, sizeof ret->what, err);
    read_shown(j, "agent", ret->agent, sizeof ret->agent);
    return code;
}

enum err_code wire_incidents(const cJSON *j, struct ws_incident *rows, size_t cap, size_t *ret_n,
                             struct err *err)
{
    const cJSON *list = json_arr(j, "incidents");
    const cJSON *item;
    enum err_code code = list ? ERR_OK : err_field(err, ERR_INVALID, "incidents", NULL);
    *ret_n = 0;
    cJSON_ArrayForEach(item, list)
    {
        if (*ret_n == cap || code != ERR_OK)
            break;
        code = read_incident(item, &rows[(*ret_n)++], err);
    }
    return code;
}
