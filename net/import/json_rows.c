/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of NDJSON: one object a line, its members named as the columns, every value a text or
 * null. Empty lines are none. */

#include <string.h>

#include "core/i18n.h"
#include "net/api/json.h"
#include "net/import/parts.h"

static const struct json_limits limits = {
    .bytes = IMPORT_ROW_MAX,
    .depth = 2,
    .elements = 64,
};

/* The scanner counts lines of its text, which has one: what is left is the column and the rule. */
static const char *without_line(const char *sentence)
{
    static const char prefix[] = "line 1, ";
    return strncmp(sentence, prefix, sizeof prefix - 1) == 0 ? sentence + sizeof prefix - 1
                                                             : sentence;
}

/* Fill the record from the members; tells every fault. */
static bool read_members(struct import *im, const cJSON *object, struct record *r)
{
    bool good = true;
    for (const cJSON *m = object->child; m; m = m->next) {
        enum record_column column;
        if (!record_column_by_name(m->string, strlen(m->string), &column)) {
            /* A stray name may be somebody's: it is not repeated. */
            rows_tell(im, im->line, "", N_("There is a field that is no column of people."));
            good = false;
        } else if (cJSON_IsString(m)) {
            good =
                rows_set(im, im->line, r, column, m->valuestring, strlen(m->valuestring)) && good;
        } else if (!cJSON_IsNull(m)) {
            rows_tell(im, im->line, record_field(column)->name,
                      N_("A value is a text between quotes, or null."));
            good = false;
        }
    }
    return good;
}

static void wipe_texts(cJSON *object)
{
    for (cJSON *m = object->child; m; m = m->next) {
        if (cJSON_IsString(m)) {
            explicit_bzero(m->valuestring, strlen(m->valuestring));
        }
    }
}

static enum err_code take_object(struct import *im, struct store *st, bool *ret_good,
                                 struct err *err)
{
    CLEANUP_JSON cJSON *object = NULL;
    struct err fault = {0};
    *ret_good = false;
    enum err_code code = json_parse(im->row.data, im->row.len, &limits, &object, &fault);
    if (code == ERR_NOMEM) {
        return err_set(err, code, NULL);
    }
    if (code) {
        rows_tell(im, im->line, "", without_line(fault.sentence));
        return ERR_OK;
    }
    if (!cJSON_IsObject(object)) {
        rows_tell(im, im->line, "", N_("A line is one JSON object."));
        return ERR_OK;
    }
    struct record r = {0};
    code = read_members(im, object, &r) ? rows_stage(im, st, im->line, &r, ret_good, err) : ERR_OK;
    record_wipe(&r);
    wipe_texts(object);
    return code;
}

/* The line is complete. */
static enum err_code take_line(struct import *im, struct store *st, struct err *err)
{
    bool good = false;
    enum err_code code = ERR_OK;
    im->line++;
    if (im->row.failed) {
        return err_set(err, ERR_NOMEM, NULL);
    }
    if (im->row.len > 0 && im->row.data[im->row.len - 1] == '\r') {
        im->row.len--;
    }
    if (im->line == 1 && im->row.len >= 3 && memcmp(im->row.data, "\xEF\xBB\xBF", 3) == 0) {
        buf_drop(&im->row, 3); /* a byte order mark */
    }
    if (im->row_too_long) {
        im->counts.n_rows++;
        rows_tell(im, im->line, "", N_("A line has at most 256 KiB."));
    } else if (im->row.len > 0) {
        im->counts.n_rows++;
        code = take_object(im, st, &good, err);
        code = code || good ? code : rows_reject(im, im->row.data, im->row.len, err);
    }
    im->row_too_long = false;
    buf_clear(&im->row);
    return code;
}

enum err_code json_rows_feed(struct import *im, struct store *st, const char *bytes, size_t len,
                             size_t *ret_used, struct err *err)
{
    const char *end = memchr(bytes, '\n', len);
    const size_t n = end ? (size_t)(end - bytes) : len;
    if (im->row.len + n >= IMPORT_ROW_MAX) {
        im->row_too_long = true;
    }
    if (!im->row_too_long) {
        buf_add(&im->row, bytes, n);
    }
    *ret_used = n + (end ? 1 : 0);
    return end ? take_line(im, st, err) : ERR_OK;
}

enum err_code json_rows_finish(struct import *im, struct store *st, struct err *err)
{
    enum err_code code =
        im->row.len > 0 || im->row_too_long || im->row.failed ? take_line(im, st, err) : ERR_OK;
    if (!code && im->counts.n_rows == 0) {
        code = err_set(err, ERR_INVALID, N_("There are no people in it."));
    }
    return code;
}
