/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON tree into a struct by tables of members; faults are gathered. */

#include "net/api/reader.h"

#include <stdio.h>
#include <string.h>

#include "core/language.h"
#include "core/person.h"
#include "core/phone.h"
#include "core/text.h"

void reader_fault(struct reader *r, const char *path, const char *sentence)
{
    if (r->faults->n < SERVICE_FAULTS_MAX) {
        struct service_fault *f = &r->faults->items[r->faults->n];
        snprintf(f->path, sizeof f->path, "%s", path);
        snprintf(f->sentence, sizeof f->sentence, "%s", sentence);
    }
    r->faults->n++;
}

void reader_path_name(char ret[READER_PATH_SIZE], const char *path, const char *name)
{
    CLEANUP_BUF struct buf b = {0};
    buf_str(&b, path);
    buf_char(&b, '/');
    for (const char *p = name; *p; p++) {
        if (*p == '~' || *p == '/')
            buf_str(&b, *p == '~' ? "~0" : "~1");
        else
            buf_char(&b, *p);
    }
    text_clean_to(ret, READER_PATH_SIZE, buf_text(&b), b.len);
}

void reader_path_index(char ret[READER_PATH_SIZE], const char *path, size_t i)
{
    char name[24];
    snprintf(name, sizeof name, "%zu", i);
    reader_path_name(ret, path, name);
}

void reader_object(struct reader *r, const char *path, const cJSON *j,
                   const struct reader_member *members, size_t n, void *base)
{
    char deeper[READER_PATH_SIZE];
    if (!cJSON_IsObject(j)) {
        reader_fault(r, path, "must be an object");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(j, members[i].name);
        reader_path_name(deeper, path, members[i].name);
        if (value)
            members[i].read(r, deeper, value, &members[i], base);
        else if (members[i].required)
            reader_fault(r, deeper, "is missing");
    }
    const cJSON *value;
    cJSON_ArrayForEach(value, j)
    {
        size_t i = 0;
        while (i < n && strcmp(members[i].name, value->string) != 0)
            i++;
        if (i < n)
            continue;
        reader_path_name(deeper, path, value->string);
        reader_fault(r, deeper, "is not known");
    }
}

size_t reader_list(struct reader *r, const char *path, const cJSON *j, void *items, size_t size,
                   size_t max, reader_item_fn *one)
{
    char deeper[READER_PATH_SIZE];
    char sentence[64];
    if (!cJSON_IsArray(j)) {
        reader_fault(r, path, "must be a list");
        return 0;
    }
    if ((size_t)cJSON_GetArraySize(j) > max) {
        snprintf(sentence, sizeof sentence, "must have at most %zu entries", max);
        reader_fault(r, path, sentence);
        return 0;
    }
    size_t n = 0;
    const cJSON *value;
    cJSON_ArrayForEach(value, j)
    {
        reader_path_index(deeper, path, n);
        one(r, deeper, value, (char *)items + n * size);
        n++;
    }
    return n;
}

void reader_int64(struct reader *r, const char *path, const cJSON *j, const struct reader_member *m,
                  void *base)
{
    char sentence[96];
    if (!json_is_whole(j) || j->valuedouble < (double)m->min || j->valuedouble > (double)m->max) {
        snprintf(sentence, sizeof sentence, "must be a whole number from %lld to %lld",
                 (long long)m->min, (long long)m->max);
        reader_fault(r, path, sentence);
        return;
    }
    *READER_PLACE(int64_t) = (int64_t)j->valuedouble;
}

void reader_int(struct reader *r, const char *path, const cJSON *j, const struct reader_member *m,
                void *base)
{
    int64_t value = 0;
    const struct reader_member whole = {.min = m->min, .max = m->max};
    reader_int64(r, path, j, &whole, &value);
    *READER_PLACE(int) = (int)value;
}

void reader_bool(struct reader *r, const char *path, const cJSON *j, const struct reader_member *m,
                 void *base)
{
    if (cJSON_IsBool(j))
        *READER_PLACE(bool) = cJSON_IsTrue(j);
    else
        reader_fault(r, path, "must be true or false");
}

const char *reader_text(struct reader *r, const char *path, const cJSON *j)
{
    if (!cJSON_IsString(j)) {
        reader_fault(r, path, "must be a string");
        return NULL;
    }
    return j->valuestring;
}

void reader_id(struct reader *r, const char *path, const cJSON *j, const struct reader_member *m,
               void *base)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    const char *text = reader_text(r, path, j);
    if (!text)
        return;
    const size_t len = strlen(text);
    if (len == 0 || len >= SERVICE_ID_SIZE || strspn(text, allowed) != len)
        reader_fault(r, path, "must have 1 to 48 letters, digits, '_' or '-'");
    else
        memcpy(READER_PLACE(char), text, len + 1);
}

void reader_language(struct reader *r, const char *path, const cJSON *j,
                     const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (text && !language_parse(text, strlen(text), READER_PLACE(char)))
        reader_fault(r, path, "must be a language of ISO 639-1");
}

void reader_region(struct reader *r, const char *path, const cJSON *j,
                   const struct reader_member *m, void *base)
{
    const char *text = reader_text(r, path, j);
    if (text && !region_by_name(text, strlen(text), READER_PLACE(enum region)))
        reader_fault(r, path, "must be VLG, WAL, BXL or OOS");
}

void reader_phone(struct reader *r, const char *path, const cJSON *j, const struct reader_member *m,
                  void *base)
{
    struct err err;
    const char *text = reader_text(r, path, j);
    if (text && phone_parse(text, strlen(text), READER_PLACE(char), &err))
        reader_fault(r, path, err.sentence);
}
