/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a coverage. Its first line names the form; a line with '#' is for people; all other
 * lines have fields with a tab between them:
 *
 *     script  URL         of the script, or its id
 *     walks   3
 *     2  3  symptoms  …   walks that came to it, walks in which it was shown, linkId, words
 *
 * Fields behind those are for people. */

#include <stdlib.h>
#include <string.h>

#include "core/placeholder.h"
#include "core/script_coverage.h"
#include "core/text.h"

#define FORM "pupitre coverage 1"
#define LABEL_CHARS 60
#define COUNT_MAX 1000000000

/* --- writing --- */

static const char *name_of(const struct script *s)
{
    return s->url ? s->url : s->id ? s->id : "";
}

static void add_line(const char *key, const char *text, struct buf *out)
{
    buf_str(out, key);
    buf_char(out, '\t');
    text_clean(text, strlen(text), TEXT_ONE_LINE, out);
    buf_char(out, '\n');
}

static void add_row(const struct script_coverage_row *row, const struct script_answers *a,
                    const struct script_words *w, struct buf *out)
{
    buf_printf(out, "%u\t%u\t%s", row->kept.reached + row->fresh.reached,
               row->kept.opened + row->fresh.opened, row->link_id);
    if (row->item != SCRIPT_NONE) {
        buf_char(out, '\t');
        script_words_label(script_answers_script(a), row->item, w, LABEL_CHARS, out);
        if (!row->kept.opened && !row->fresh.opened) {
            CLEANUP_BUF struct buf condition = {0};
            script_coverage_condition(a, row->item, w, &condition);
            buf_printf(out, "%s%s", condition.len ? "\t" : "", buf_text(&condition));
        }
    }
    buf_char(out, '\n');
}

enum part { NEVER_OPEN, NOT_REACHED, REACHED, GONE };

static enum part part_of(const struct script_coverage_row *row)
{
    if (row->item == SCRIPT_NONE)
        return GONE;
    if (row->kept.reached + row->fresh.reached)
        return REACHED;
    return row->kept.opened + row->fresh.opened ? NOT_REACHED : NEVER_OPEN;
}

void script_coverage_print(const struct script_coverage *c, const struct script_answers *a,
                           const struct script_words *w, struct buf *out)
{
    static const char *const heads[] = {
        [NEVER_OPEN] = "No walk has opened:",
        [NOT_REACHED] = "Opened, and no walk has gone to:",
        [REACHED] = "Reached:",
        [GONE] = "No longer in the script:",
    };
    CLEANUP_BUF struct buf title = {0};
    size_t n[GONE + 1] = {0};
    for (size_t i = 0; i < c->n; i++)
        n[part_of(&c->rows[i])] += c->rows[i].counts || c->rows[i].item == SCRIPT_NONE;
    placeholder_script_text(c->script, &c->script->title, w->lang, w->values, &title);
    buf_str(out, FORM "\n");
    buf_str(out, "# Which questions and texts of a script walks have come to: pupitre(1).\n");
    add_line("script", name_of(c->script), out);
    add_line("# title", buf_text(&title), out);
    buf_printf(out, "walks\t%u\n", c->kept_walks + c->fresh_walks);
    buf_printf(out, "# reached\t%zu of %zu\n", n[REACHED],
               n[REACHED] + n[NOT_REACHED] + n[NEVER_OPEN]);
    buf_str(out, "# A line: walks that came to it, walks in which it was shown, linkId, words.\n");
    for (enum part part = NEVER_OPEN; part <= GONE; part++) {
        if (n[part])
            buf_printf(out, "\n# %s\n", heads[part]);
        for (size_t i = 0; i < c->n; i++)
            if (part_of(&c->rows[i]) == part && (c->rows[i].counts || part == GONE))
                add_row(&c->rows[i], a, w, out);
    }
    out->failed |= title.failed;
}

/* --- reading --- */

struct field {
    const char *at;
    size_t len;
};

static bool next_field(struct field *line, struct field *ret)
{
    if (!line->at)
        return false;
    const char *tab = memchr(line->at, '\t', line->len);
    *ret = (struct field){line->at, tab ? (size_t)(tab - line->at) : line->len};
    *line = (struct field){tab ? tab + 1 : NULL, tab ? line->len - ret->len - 1 : 0};
    return true;
}

static bool is_word(struct field f, const char *word)
{
    return f.len == strlen(word) && memcmp(f.at, word, f.len) == 0;
}

static bool take_count(struct field *line, unsigned *ret)
{
    struct field f;
    int64_t n;
    if (!next_field(line, &f) || !text_to_int(f.at, f.len, 0, COUNT_MAX, &n))
        return false;
    *ret = (unsigned)n;
    return true;
}

struct reading {
    const struct script *script;
    struct script_coverage_row *rows; /* kept counts only */
    size_t n;
    unsigned walks;
};

static const char *take_row(struct reading *r, struct field line)
{
    struct script_coverage_count n;
    struct field id;
    if (!take_count(&line, &n.reached) || !take_count(&line, &n.opened) || !next_field(&line, &id))
        return "two numbers and a linkId are expected, with tabs between them";
    if (!text_is_plain(id.at, id.len, TEXT_ONE_LINE))
        return "the linkId is no plain text";
    char *link_id = strndup(id.at, id.len);
    const size_t item = link_id ? script_find(r->script, link_id) : SCRIPT_NONE;
    if (!link_id)
        return "";
    if (item != SCRIPT_NONE) {
        free(link_id);
        r->rows[item].kept.reached += n.reached;
        r->rows[item].kept.opened += n.opened;
        return NULL;
    }
    r->rows[r->n++] =
        (struct script_coverage_row){.link_id = link_id, .item = SCRIPT_NONE, .kept = n};
    return NULL;
}

/* NULL, or what is wrong with the line; "": no memory. */
static const char *take_line(struct reading *r, struct field line, size_t number)
{
    struct field rest = line, key, value;
    if (number == 1)
        return is_word(line, FORM) ? NULL : "this is no report of a coverage";
    if (line.len == 0 || line.at[0] == '#')
        return NULL;
    (void)next_field(&rest, &key);
    if (is_word(key, "walks"))
        return take_count(&rest, &r->walks) ? NULL : "a number is expected";
    if (is_word(key, "script")) {
        const char *name = name_of(r->script);
        if (!next_field(&rest, &value) || !value.len || !*name || is_word(value, name))
            return NULL;
        return "this is the coverage of another script";
    }
    return take_row(r, line);
}

/* One line after the other; with the room for as many rows as there are lines. */
static const char *take_lines(struct reading *r, const char *text, size_t len, size_t *ret_line)
{
    const char *fault = NULL;
    *ret_line = 0;
    for (const char *at = text, *end = text + len; !fault && at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        fault = take_line(r, (struct field){at, (size_t)(stop - at)}, ++*ret_line);
        at = stop + 1;
    }
    return fault || *ret_line ? fault : "this is no report of a coverage";
}

static size_t count_lines(const char *text, size_t len)
{
    size_t n = 1;
    for (size_t i = 0; i < len; i++)
        n += text[i] == '\n';
    return n;
}

/* What was read takes the place of what was kept; what is fresh stays. */
static void replace(struct script_coverage *c, struct reading *r)
{
    const size_t own = c->script->n_items;
    for (size_t i = 0; i < own; i++) {
        c->rows[i].kept = r->rows[i].kept;
        if (!c->rows[i].counts)
            c->rows[i].kept = (struct script_coverage_count){0};
    }
    for (size_t i = own; i < c->n; i++) {
        struct script_coverage_row *row = &c->rows[i];
        row->kept = (struct script_coverage_count){0};
        if (row->fresh.opened || row->reached_now) {
            r->rows[r->n++] = *row;
            row->link_id = NULL;
        }
        free(row->link_id);
    }
    for (size_t i = 0; i < own; i++)
        r->rows[i] = c->rows[i];
    free(c->rows);
    c->rows = r->rows;
    c->n = r->n;
    c->kept_walks = r->walks;
}

enum err_code script_coverage_read(struct script_coverage *c, const char *text, size_t len,
                                   struct err *err)
{
    struct reading r = {.script = c->script, .n = c->script->n_items};
    const size_t lines = count_lines(text, len);
    size_t line;
    if (len > SCRIPT_COVERAGE_BYTES_MAX || lines > SCRIPT_COVERAGE_ROWS_MAX + r.n)
        return err_set(err, ERR_TOO_LARGE, NULL);
    r.rows = calloc(r.n + lines + c->n, sizeof *r.rows);
    if (!r.rows)
        return err_set(err, ERR_NOMEM, NULL);
    const char *fault = take_lines(&r, text, len, &line);
    if (!fault) {
        replace(c, &r);
        return ERR_OK;
    }
    for (size_t i = c->script->n_items; i < r.n; i++)
        free(r.rows[i].link_id);
    free(r.rows);
    return *fault ? err_set(err, ERR_INVALID, "line %zu: %s", line, fault)
                  : err_set(err, ERR_NOMEM, NULL);
}
