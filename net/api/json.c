/* SPDX-License-Identifier: Apache-2.0 */
/* JSON trees: parsed strictly, printed with every number as it was written, read with fallbacks.
 *
 * A parsed number node keeps its literal in `valuestring`, which cJSON leaves empty for numbers,
 * copies in cJSON_Duplicate and frees in cJSON_Delete. */

#include "net/api/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/api/json_scan.h"

#define WHOLE_MAX 9007199254740992.0 /* 2^53 */

const struct json_limits json_limits_api = {.bytes = 256 * 1024, .depth = 32, .elements = 20000};
const struct json_limits json_limits_script = {
    .bytes = 50 * 1024 * 1024, .depth = 200, .elements = 2000000};

struct literals {
    const char *text;
    const struct json_numbers *numbers;
    size_t next;
};

/* Give the numbers below j their literals. cJSON keeps the document's order, so both sides can be
 * counted off; the recursion is as deep as the scan allowed. */
static bool keep_literals(struct literals *l, cJSON *j)
{
    for (; j; j = j->next) {
        if (cJSON_IsNumber(j)) {
            assert(l->next < l->numbers->n);
            const struct json_span *span = &l->numbers->spans[l->next++];
            j->valuestring = cJSON_malloc(span->len + 1);
            if (!j->valuestring)
                return false;
            memcpy(j->valuestring, l->text + span->at, span->len);
            j->valuestring[span->len] = '\0';
        } else if (j->child && !keep_literals(l, j->child)) {
            return false;
        }
    }
    return true;
}

enum err_code json_parse(const char *text, size_t len, const struct json_limits *limits,
                         cJSON **ret, struct err *err)
{
    struct json_numbers numbers = {0};
    const enum err_code code = json_scan(text, len, limits, &numbers, err);
    CLEANUP_JSON cJSON *j = code == ERR_OK ? cJSON_ParseWithLength(text, len) : NULL;
    struct literals l = {.text = text, .numbers = &numbers};
    const bool whole = j && keep_literals(&l, j);
    free(numbers.spans);
    if (code != ERR_OK)
        return code;
    if (!whole)
        return err_set(err, ERR_NOMEM, NULL);
    *ret = j;
    j = NULL;
    return ERR_OK;
}

cJSON *json_free(cJSON *j)
{
    cJSON_Delete(j);
    return NULL;
}

/* ---- printing ---- */

static void print_string(const char *text, struct buf *b)
{
    static const char letters[] = "btnvfr"; /* from 0x08; \v is not JSON */
    buf_char(b, '"');
    for (;;) {
        size_t n = 0;
        while ((unsigned char)text[n] >= 0x20 && text[n] != '"' && text[n] != '\\')
            n++;
        buf_add(b, text, n);
        text += n;
        const unsigned char c = (unsigned char)*text++;
        if (c == '\0')
            break;
        if (c >= 0x20)
            buf_printf(b, "\\%c", c);
        else if (c >= '\b' && c <= '\r' && c != '\v')
            buf_printf(b, "\\%c", letters[c - '\b']);
        else
            buf_printf(b, "\\u%04x", (unsigned)c);
    }
    buf_char(b, '"');
}

/* printf's decimal point follows the locale; cJSON's printer puts it right again. */
static void print_number(const cJSON *j, struct buf *b)
{
    char digits[64];
    if (j->valuestring)
        buf_str(b, j->valuestring);
    else if (fabs(j->valuedouble) <= WHOLE_MAX && j->valuedouble == floor(j->valuedouble))
        buf_printf(b, "%lld", (long long)j->valuedouble);
    else if (cJSON_PrintPreallocated((cJSON *)(uintptr_t)j, digits, sizeof digits, false))
        buf_str(b, digits);
    else
        b->failed = true;
}

static void print_members(const cJSON *j, struct buf *b, bool named)
{
    for (const cJSON *m = j->child; m; m = m->next) {
        if (named) {
            print_string(m->string ? m->string : "", b);
            buf_char(b, ':');
        }
        json_print(m, b);
        if (m->next)
            buf_char(b, ',');
    }
}

void json_print(const cJSON *j, struct buf *b)
{
    if (cJSON_IsObject(j)) {
        buf_char(b, '{');
        print_members(j, b, true);
        buf_char(b, '}');
    } else if (cJSON_IsArray(j)) {
        buf_char(b, '[');
        print_members(j, b, false);
        buf_char(b, ']');
    } else if (cJSON_IsString(j)) {
        print_string(j->valuestring, b);
    } else if (cJSON_IsNumber(j)) {
        print_number(j, b);
    } else if (cJSON_IsRaw(j)) {
        buf_str(b, j->valuestring);
    } else if (cJSON_IsBool(j)) {
        buf_str(b, cJSON_IsTrue(j) ? "true" : "false");
    } else {
        buf_str(b, "null");
    }
}

/* ---- numbers ---- */

const char *json_literal(const cJSON *number)
{
    return cJSON_IsNumber(number) ? number->valuestring : NULL;
}

cJSON *json_decimal(const char *literal)
{
    const size_t len = strlen(literal);
    if (len == 0 || json_number_span(literal, len) != len)
        return NULL;
    cJSON *j = cJSON_ParseWithLength(literal, len);
    if (!cJSON_IsNumber(j) || !(j->valuestring = cJSON_malloc(len + 1)))
        return json_free(j);
    memcpy(j->valuestring, literal, len + 1);
    return j;
}

/* ---- reading ---- */

bool json_is_whole(const cJSON *j)
{
    return cJSON_IsNumber(j) && fabs(j->valuedouble) <= WHOLE_MAX &&
           j->valuedouble == floor(j->valuedouble);
}

static const cJSON *member(const cJSON *obj, const char *key)
{
    return cJSON_IsObject(obj) ? cJSON_GetObjectItemCaseSensitive(obj, key) : NULL;
}

const char *json_str(const cJSON *obj, const char *key, const char *fallback)
{
    const cJSON *j = member(obj, key);
    return cJSON_IsString(j) ? j->valuestring : fallback;
}

bool json_bool(const cJSON *obj, const char *key, bool fallback)
{
    const cJSON *j = member(obj, key);
    return cJSON_IsBool(j) ? cJSON_IsTrue(j) : fallback;
}

int64_t json_int(const cJSON *obj, const char *key, int64_t fallback)
{
    const cJSON *j = member(obj, key);
    return json_is_whole(j) ? (int64_t)j->valuedouble : fallback;
}

const cJSON *json_obj(const cJSON *obj, const char *key)
{
    const cJSON *j = member(obj, key);
    return cJSON_IsObject(j) ? j : NULL;
}

const cJSON *json_arr(const cJSON *obj, const char *key)
{
    const cJSON *j = member(obj, key);
    return cJSON_IsArray(j) ? j : NULL;
}
