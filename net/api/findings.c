/* SPDX-License-Identifier: Apache-2.0 */
/* The list of findings: bounded, printed safely. */

#include "net/api/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

void findings_deinit(struct findings *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->rows[i].at);
        free(p->rows[i].message);
    }
    free(p->rows);
    *p = (struct findings){0};
}

static bool make_room(struct findings *p)
{
    if (p->n < p->cap)
        return true;
    const size_t cap = p->cap ? p->cap * 2 : 16;
    struct finding *rows = realloc(p->rows, cap * sizeof *rows);
    if (!rows)
        return false;
    p->rows = rows;
    p->cap = cap;
    return true;
}

void findings_add(struct findings *p, bool is_error, const char *code, const char *at,
                  const char *fmt, ...)
{
    *(is_error ? &p->n_errors : &p->n_warnings) += 1;
    if (p->n >= FINDINGS_MAX)
        return;
    char message[512];
    va_list ap;
    va_start(ap, fmt);
    const int n = vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    /* A name from the file may have been cut in the middle of a character. */
    if (n >= (int)sizeof message)
        message[text_cut(message, sizeof message - 1, sizeof message - 1)] = '\0';
    struct finding row = {.is_error = is_error, .code = code, .answer = FINDING_WHOLE};
    row.at = strdup(at ? at : "");
    row.message = strdup(message);
    if (!row.at || !row.message || !make_room(p)) {
        free(row.at);
        free(row.message);
        p->failed = true;
        return;
    }
    p->rows[p->n++] = row;
}

void findings_add_answer(struct findings *p, const char *code, const char *at, size_t answer,
                         const char *message)
{
    const size_t n = p->n;
    findings_add(p, true, code, at, "%s", message);
    if (p->n > n)
        p->rows[n].answer = answer;
}

enum err_code findings_tell(const struct findings *p, const char *file, struct err *err)
{
    if (p->failed)
        return err_set(err, ERR_NOMEM, NULL);
    for (size_t i = 0; i < p->n; i++) {
        const struct finding *row = &p->rows[i];
        if (!row->is_error)
            continue;
        char at[48], message[160];
        text_clean_to(at, sizeof at, row->at, strlen(row->at));
        text_clean_to(message, sizeof message, row->message, strlen(row->message));
        err_field(err, ERR_INVALID, at, "%s%s%s", at, *at ? ": " : "", message);
        if (file)
            err_prefix(err, "%s", file);
        return ERR_INVALID;
    }
    return p->n_errors ? err_set(err, ERR_INVALID, NULL) : ERR_OK;
}

static const char *severity(const struct finding *p)
{
    return p->is_error ? "error" : "warning";
}

void finding_print(const struct finding *p, const char *file, struct buf *b)
{
    text_clean(file, strlen(file), TEXT_ONE_LINE, b);
    buf_str(b, ": ");
    text_clean(p->at, strlen(p->at), TEXT_ONE_LINE, b);
    buf_printf(b, "%s%s: %s: ", *p->at ? ": " : "", severity(p), p->code);
    text_clean(p->message, strlen(p->message), TEXT_ONE_LINE, b);
    buf_char(b, '\n');
}

cJSON *finding_json(const struct finding *p, const char *file)
{
    CLEANUP_JSON cJSON *j = cJSON_CreateObject();
    if (!j || !cJSON_AddStringToObject(j, "file", file) ||
        !cJSON_AddStringToObject(j, "at", p->at) ||
        !cJSON_AddStringToObject(j, "severity", severity(p)) ||
        !cJSON_AddStringToObject(j, "code", p->code) ||
        !cJSON_AddStringToObject(j, "msg", p->message))
        return NULL;
    cJSON *done = j;
    j = NULL;
    return done;
}
