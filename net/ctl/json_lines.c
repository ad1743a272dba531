/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines: each is answered before the next is read, so that the other side may wait for it. */

#include "net/ctl/json_lines.h"

#include <libintl.h>
#include <stdio.h>

struct lines {
    enum err_code (*fn)(void *arg, const cJSON *line, struct buf *out, struct err *err);
    void *arg;
    struct buf line;
    size_t n, n_bad;
};

enum read_result { READ_LINE, READ_LONG, READ_END, READ_FAILED };

/* One line without its end; the last one may lack it. Of one that is too long nothing is kept. */
static enum read_result read_line(struct buf *b)
{
    int c;
    bool is_long = false;
    buf_clear(b);
    while ((c = getc_unlocked(stdin)) != EOF && c != '\n') {
        is_long |= b->len >= json_limits_script.bytes;
        if (!is_long)
            buf_char(b, (char)c);
    }
    if (ferror(stdin) || b->failed)
        return READ_FAILED;
    if (is_long)
        return READ_LONG;
    return c == EOF && b->len == 0 ? READ_END : READ_LINE;
}

static bool is_blank(const struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (b->data[i] != ' ' && b->data[i] != '\t' && b->data[i] != '\r')
            return false;
    return true;
}

static enum err_code answer(struct lines *l, struct err *err)
{
    CLEANUP_JSON cJSON *j = NULL;
    CLEANUP_BUF struct buf out = {0};
    enum err_code code = json_parse(l->line.data, l->line.len, &json_limits_script, &j, err);
    if (code == ERR_OK)
        code = l->fn(l->arg, j, &out, err);
    if (code != ERR_OK)
        return code;
    buf_char(&out, '\n');
    if (out.failed)
        return err_set(err, ERR_NOMEM, NULL);
    if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
        return err_set(err, ERR_IO, gettext("standard output cannot be written"));
    return ERR_OK;
}

static enum err_code one_line(struct lines *l, enum read_result got, struct err *err)
{
    enum err_code code = ERR_TOO_LARGE;
    if (got == READ_LINE && is_blank(&l->line))
        return ERR_OK;
    if (got == READ_LONG)
        (void)err_set(err, code, NULL);
    else
        code = answer(l, err);
    if (code == ERR_OK || code == ERR_NOMEM || code == ERR_IO)
        return code;
    l->n_bad++;
    fprintf(stderr, "pupitrectl: line %zu: %s%s%s\n", l->n, err->field, err->field[0] ? ": " : "",
            err->sentence);
    return ERR_OK;
}

enum err_code ctl_json_lines(enum err_code (*fn)(void *arg, const cJSON *line, struct buf *out,
                                                 struct err *err),
                             void *arg, struct err *err)
{
    struct lines l = {.fn = fn, .arg = arg};
    enum err_code code = ERR_OK;
    while (code == ERR_OK) {
        const enum read_result got = read_line(&l.line);
        if (got == READ_END)
            break;
        l.n++;
        if (got == READ_FAILED)
            code = l.line.failed ? err_set(err, ERR_NOMEM, NULL)
                                 : err_set(err, ERR_IO, gettext("standard input cannot be read"));
        else
            code = one_line(&l, got, err);
    }
    buf_free(&l.line);
    if (code == ERR_OK && l.n_bad)
        code = err_set(err, ERR_INVALID, gettext("%zu of %zu lines cannot be used"), l.n_bad, l.n);
    return code;
}
