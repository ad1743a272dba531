/* SPDX-License-Identifier: Apache-2.0 */
/* What the desk keeps: built from texts, read back by the readers of the wire. */

#include "net/client/keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "net/api/json.h"
#include "net/api/questionnaire.h"
#include "net/api/service_json.h"

/* Parsed and printed again, not pasted: a definition is written in many lines, and a message to the
 * desk is one. */
static bool add_parsed(cJSON *o, const char *key, const char *text)
{
    if (!text)
        return true;
    cJSON *value = NULL;
    if (json_parse(text, strlen(text), &json_limits_script, &value, NULL) != ERR_OK)
        return false;
    if (cJSON_AddItemToObject(o, key, value))
        return true;
    cJSON_Delete(value);
    return false;
}

/* By its name when it is a sheet, else as it is. */
static bool add_sheet(cJSON *o, const char *key, const char *name_key, const char *text,
                      const char *sheet)
{
    return sheet && sheet[0] ? cJSON_AddStringToObject(o, name_key, sheet) != NULL
                             : add_parsed(o, key, text);
}

static cJSON *build(const struct wire_session *s, const struct keep_parts *p)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *phone = o ? cJSON_AddObjectToObject(o, "phone") : NULL;
    bool ok = phone && cJSON_AddStringToObject(phone, "aor", s->aor) &&
              cJSON_AddStringToObject(phone, "outbound", s->outbound) &&
              cJSON_AddStringToObject(phone, "transport", s->transport) &&
              cJSON_AddStringToObject(phone, "media", s->media) &&
              cJSON_AddNumberToObject(phone, "sip_secret_renew_s", (double)s->sip_secret_renew_s) &&
              cJSON_AddBoolToObject(phone, "register", s->register_phone) &&
              cJSON_AddNumberToObject(phone, "screen_grace_s", (double)s->screen_grace_s) &&
              add_parsed(o, "work", p->work) && add_parsed(o, "record", p->record) &&
              add_sheet(o, "service", "service_sheet", p->service, p->service_sheet) &&
              add_sheet(o, "script", "script_sheet", p->script, p->script_sheet) &&
              (!p->words.response || cJSON_AddStringToObject(o, "response", p->words.response)) &&
              cJSON_AddBoolToObject(o, "completed", p->words.completed) &&
              (!p->words.note || cJSON_AddStringToObject(o, "note", p->words.note)) &&
              (!p->words.form || cJSON_AddStringToObject(o, "form", p->words.form));
    if (ok)
        return o;
    cJSON_Delete(o);
    return NULL;
}

static size_t printed_size(const cJSON *o)
{
    struct buf b = {0};
    json_print(o, &b);
    size_t size = b.failed ? SIZE_MAX : b.len;
    buf_free(&b);
    return size;
}

cJSON *keep_build(const struct wire_session *session, const struct keep_parts *parts, size_t limit)
{
    struct keep_parts p = *parts;
    for (int dropped = 0; dropped < 4; dropped++) {
        cJSON *o = build(session, &p);
        if (!o)
            return NULL;
        if (printed_size(o) <= limit)
            return o;
        cJSON_Delete(o);
        /* Older answers than those of today would pass for the newest: rather none than those. */
        if (p.script && !(p.script_sheet && p.script_sheet[0]))
            p.script = NULL;
        else if (p.service && !(p.service_sheet && p.service_sheet[0]))
            p.service = NULL;
        else
            p.words.response = NULL;
    }
    return NULL;
}

static char *text_of(const cJSON *j)
{
    if (!j)
        return NULL;
    struct buf b = {0};
    json_print(j, &b);
    return b.failed ? (buf_free(&b), NULL) : buf_take(&b);
}

static void read_texts(const cJSON *j, struct keep_read *ret)
{
    static const struct {
        const char *name;
        const char *sheet;
    } rows[KEEP_TEXTS] = {
        [KEEP_WORK] = {"work",    NULL           },
        [KEEP_RECORD] = {"record",  NULL           },
        [KEEP_SERVICE] = {"service", "service_sheet"},
        [KEEP_SCRIPT] = {"script",  "script_sheet" },
    };
    for (size_t i = 0; i < KEEP_TEXTS; i++) {
        const char *sheet = rows[i].sheet ? json_str(j, rows[i].sheet, "") : "";
        ret->texts[i] = sheet[0] ? sheet_read(sheet) : text_of(json_obj(j, rows[i].name));
        if (sheet[0] && ret->texts[i])
            snprintf(ret->sheets[i], SHEET_NAME_SIZE, "%s", sheet);
    }
}

static struct script *read_script(const char *text)
{
    struct script *s = text ? calloc(1, sizeof *s) : NULL;
    if (s && questionnaire_load(text, strlen(text), "", s, NULL, NULL) != ERR_OK) {
        free(s);
        s = NULL;
    }
    return s;
}

bool keep_read(const cJSON *j, struct wire_session *session, struct keep_read *ret)
{
    memset(ret, 0, sizeof *ret);
    if (wire_phone(json_obj(j, "phone"), session, NULL) != ERR_OK)
        return false;
    read_texts(j, ret);
    if (wire_work(json_obj(j, "work"), &ret->work, NULL) == ERR_OK)
        ret->kept.work = &ret->work;
    if (wire_record(json_obj(j, "record"), &ret->record, ret->niss_masked, NULL) == ERR_OK) {
        ret->kept.record = &ret->record;
        ret->kept.niss_masked = ret->niss_masked;
    }
    const char *service = ret->texts[KEEP_SERVICE];
    if (service &&
        service_json_load(service, strlen(service), &ret->kept.service, NULL, NULL) != ERR_OK)
        ret->kept.service = NULL;
    ret->kept.script = read_script(ret->texts[KEEP_SCRIPT]);
    const char *response = json_str(j, "response", NULL);
    ret->response = response ? strdup(response) : NULL;
    ret->kept.words.response = ret->response;
    ret->kept.words.completed = json_bool(j, "completed", false);
    const char *note = json_str(j, "note", NULL);
    ret->note = note ? strdup(note) : NULL;
    ret->kept.words.note = ret->note;
    const char *form = json_str(j, "form", NULL);
    ret->form = form ? strdup(form) : NULL;
    ret->kept.words.form = ret->form;
    return (!response || ret->response) && (!note || ret->note) && (!form || ret->form);
}

void keep_deinit(struct keep_read *k)
{
    for (size_t i = 0; i < sizeof k->texts / sizeof k->texts[0]; i++) {
        if (k->texts[i])
            sodium_memzero(k->texts[i], strlen(k->texts[i]));
        free(k->texts[i]);
    }
    if (k->response)
        sodium_memzero(k->response, strlen(k->response));
    if (k->note)
        sodium_memzero(k->note, strlen(k->note));
    free(k->response);
    free(k->note);
    if (k->form)
        sodium_memzero(k->form, strlen(k->form));
    free(k->form);
    sodium_memzero(k, sizeof *k);
}
