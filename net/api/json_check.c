/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies checked by a table of fields, so that a handler starts from known names, types, limits. */

#include "net/api/json.h"

#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

static const char *const kind_rules[] = {
    [JSON_STRING] = "must be a string",    [JSON_BOOL] = "must be true or false",
    [JSON_INT] = "must be a whole number", [JSON_OBJECT] = "must be an object",
    [JSON_ARRAY] = "must be a list",
};

static bool is_kind(const cJSON *j, enum json_kind kind)
{
    switch (kind) {
    case JSON_STRING:
        return cJSON_IsString(j);
    case JSON_BOOL:
        return cJSON_IsBool(j);
    case JSON_INT:
        return json_is_whole(j);
    case JSON_OBJECT:
        return cJSON_IsObject(j);
    case JSON_ARRAY:
        return cJSON_IsArray(j);
    }
    return false;
}

static enum err_code wrong(struct err *err, const char *name, const char *rule)
{
    char pointer[sizeof err->field];
    snprintf(pointer, sizeof pointer, "/%s", name);
    return err_field(err, ERR_INVALID, pointer, "The field “%s” %s.", name, rule);
}

static enum err_code check_limits(const cJSON *j, const struct json_field *f, struct err *err)
{
    int64_t size;
    if (f->kind == JSON_STRING)
        size = (int64_t)utf8_count(j->valuestring);
    else if (f->kind == JSON_INT)
        size = (int64_t)j->valuedouble;
    else if (f->kind == JSON_ARRAY)
        size = cJSON_GetArraySize(j);
    else
        return ERR_OK;
    if (f->min == 0 && f->max == 0)
        return ERR_OK;
    const bool few = size < f->min;
    if (!few && (f->max < f->min || size <= f->max))
        return ERR_OK;
    const char *have = f->kind == JSON_INT ? "be" : "have";
    const char *what = f->kind == JSON_INT      ? ""
                       : f->kind == JSON_STRING ? " characters"
                                                : " entries";
    char rule[80];
    snprintf(rule, sizeof rule, "must %s at %s %lld%s", have, few ? "least" : "most",
             (long long)(few ? f->min : f->max), what);
    return wrong(err, f->name, rule);
}

static enum err_code check_field(const cJSON *obj, const struct json_field *f, struct err *err)
{
    const cJSON *j = cJSON_GetObjectItemCaseSensitive(obj, f->name);
    if (!j)
        return f->required ? wrong(err, f->name, "is missing") : ERR_OK;
    if (cJSON_IsNull(j) && f->nullable)
        return ERR_OK;
    if (!is_kind(j, f->kind))
        return wrong(err, f->name, kind_rules[f->kind]);
    return check_limits(j, f, err);
}

static bool is_known(const char *name, const struct json_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return true;
    return false;
}

/* A name from outside is repeated only when it cannot carry anything but a name. */
static enum err_code unknown(struct err *err, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    const size_t len = strlen(name);
    if (len == 0 || len > 40 || strspn(name, plain) != len)
        return err_field(err, ERR_INVALID, "/", "There is a field that is not known here.");
    return wrong(err, name, "is not known here");
}

enum err_code json_check(const cJSON *j, const struct json_field *fields, size_t n, struct err *err)
{
    if (!cJSON_IsObject(j))
        return err_set(err, ERR_INVALID, "A JSON object is expected.");
    for (size_t i = 0; i < n; i++) {
        const enum err_code code = check_field(j, &fields[i], err);
        if (code != ERR_OK)
            return code;
    }
    for (const cJSON *m = j->child; m; m = m->next)
        if (!is_known(m->string, fields, n))
            return unknown(err, m->string);
    return ERR_OK;
}
