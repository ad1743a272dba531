/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a demonstration: whatever somebody names, read without waiting and with its faults
 * told. */

#include "tui/main_demo.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/i18n.h"
#include "net/api/questionnaire.h"

static enum err_code too_large(size_t max, struct err *err)
{
    return err_set(err, ERR_TOO_LARGE, gettext("The file is larger than %zu MiB."), max >> 20);
}

/* Not blocking: a FIFO without a writer would hold the screen up for ever. */
static enum err_code open_file(const char *path, size_t max, int *ret_fd, struct err *err)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(errno));
    enum err_code code = ERR_OK;
    if (fstat(fd, &st) != 0)
        code = err_set(err, ERR_IO, "%s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        code = err_set(err, ERR_IO, "%s", gettext("This is no ordinary file."));
    else if ((uintmax_t)st.st_size > max)
        code = too_large(max, err);
    if (code == ERR_OK)
        *ret_fd = fd;
    else
        close(fd);
    return code;
}

enum err_code demo_bytes_read(const char *path, size_t max, struct buf *out, struct err *err)
{
    int fd;
    enum err_code code = open_file(path, max, &fd, err);
    if (code != ERR_OK)
        return code;
    char block[65536];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0 && out->len <= max)
        buf_add(out, block, (size_t)n);
    if (n < 0)
        code = err_set(err, ERR_IO, "%s", strerror(errno));
    else if (n > 0)
        code = too_large(max, err);
    else if (out->failed)
        code = err_set(err, ERR_NOMEM, NULL);
    close(fd);
    return code;
}

/* --- where a finding stands --- */

/* The end of the string that begins at a quote. */
static size_t string_end(const struct buf *text, size_t at)
{
    for (at++; at < text->len && text->data[at] != '"'; at++)
        at += text->data[at] == '\\';
    return at;
}

static bool is_string(const struct buf *text, size_t at, size_t end, const char *wanted)
{
    const size_t len = strlen(wanted);
    return end < text->len && end - at - 1 == len && memcmp(text->data + at + 1, wanted, len) == 0;
}

static size_t skip_blanks(const struct buf *text, size_t at)
{
    while (at < text->len && strchr(" \t\r\n:", text->data[at]) && text->data[at])
        at++;
    return at;
}

/* The linkId of an item: the first, or the last of several. The text is JSON. */
static bool find_item(const struct buf *text, const char *link_id, bool last, size_t *ret)
{
    bool found = false;
    for (size_t at = 0; at < text->len; at++) {
        if (text->data[at] != '"')
            continue;
        const size_t end = string_end(text, at);
        if (is_string(text, at, end, "linkId")) {
            const size_t value = skip_blanks(text, end + 1);
            if (value < text->len && text->data[value] == '"' &&
                is_string(text, value, string_end(text, value), link_id)) {
                *ret = at;
                found = true;
                if (!last)
                    return true;
            }
        }
        at = end;
    }
    return found;
}

static void place(const struct buf *text, size_t at, struct demo_problem *p)
{
    p->line = p->column = 1;
    for (size_t i = 0; i < at; i++) {
        p->column++;
        if (text->data[i] == '\n') {
            p->line++;
            p->column = 1;
        }
    }
}

static bool add_finding(const struct buf *text, const struct finding *f, const char *file,
                        struct demo_problems *problems)
{
    size_t line = 0, column = 0, at;
    int used = 0;
    const bool placed = sscanf(f->message, "line %zu, column %zu: %n", &line, &column, &used) == 2;
    struct demo_problem *p =
        demo_problems_add(problems, f->is_error, f->code, f->at, f->message + (placed ? used : 0));
    if (!p)
        return false;
    p->file = file;
    p->line = line;
    p->column = column;
    if (!placed && f->at[0] && find_item(text, f->at, strcmp(f->code, "que-2") == 0, &at))
        place(text, at, p);
    return true;
}

bool demo_problems_find(const struct buf *text, const struct findings *findings, const char *file,
                        struct demo_problems *ret)
{
    for (size_t i = 0; i < findings->n; i++)
        if (!add_finding(text, &findings->rows[i], file, ret))
            return false;
    return true;
}

static enum err_code parse(const struct buf *text, const char *path, struct script *script,
                           struct demo_problems *problems, struct err *err)
{
    CLEANUP_FINDINGS struct findings findings = {0};
    enum err_code code =
        questionnaire_parse(buf_text(text), text->len, path, script, &findings, err);
    if (code == ERR_INVALID && !findings.n)
        (void)questionnaire_check(buf_text(text), text->len, &findings);
    return demo_problems_find(text, &findings, NULL, problems) ? code
                                                               : err_set(err, ERR_NOMEM, NULL);
}

enum err_code demo_file_read(const char *path, struct script *script,
                             struct demo_problems *problems, struct err *err)
{
    CLEANUP_BUF struct buf text = {0};
    struct err why = {0};
    enum err_code code = demo_bytes_read(path, json_limits_script.bytes, &text, &why);
    if (code == ERR_OK)
        code = parse(&text, path, script, problems, &why);
    if (code != ERR_OK && !problems->n)
        (void)demo_problems_add(problems, true, "file", "", err_sentence(&why, code));
    if (err)
        *err = why;
    return code;
}
