/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_transcript.h"

#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "core/i18n.h"
#include "core/placeholder.h"
#include "core/text.h"

#define HEADING_CHARS 200
#define HEADING_LEVELS 6

struct writing {
    const struct script_answers *a;
    const struct script *script;
    const struct script_transcript *t;
};

static bool is_markdown(const struct writing *w)
{
    return w->t->form == SCRIPT_TRANSCRIPT_MARKDOWN;
}

static const struct script_item *item_of(const struct writing *w, size_t node)
{
    return &w->script->items[script_node_item(w->a, node)];
}

/* --- text that is no markup --- */

/* At the start of a line these begin a list, a heading or a rule. */
static bool begins_block(const char *at, const char *end)
{
    const char *digits = at;
    while (digits < end && *digits >= '0' && *digits <= '9')
        digits++;
    if (digits > at)
        return digits < end && (*digits == '.' || *digits == ')') &&
               (digits + 1 == end || digits[1] == ' ');
    return *at == '+' || *at == '-' || *at == '=';
}

static void add_escaped(const char *at, size_t len, struct buf *out)
{
    const char *end = at + len;
    const char *mark = len && begins_block(at, end) ? at + strspn(at, "0123456789") : NULL;
    for (; at < end; at++) {
        if (at == mark || strchr("\\`*_[]<>#&~|!", *at))
            buf_char(out, '\\');
        buf_char(out, *at);
    }
}

/* Line by line; `first` stands before the first, `next` before the others. */
static void add_lines(const struct writing *w, const char *first, const char *next,
                      const struct buf *text, struct buf *out)
{
    const char *at = buf_text(text), *end = at + text->len;
    buf_str(out, first);
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *line = at;
        size_t len = (size_t)((stop ? stop : end) - at);
        at += len + 1;
        text_trim_view(&line, &len);
        if (is_markdown(w))
            add_escaped(line, len, out);
        else
            buf_add(out, line, len);
        if (at < end) {
            buf_char(out, '\n');
            buf_str(out, next);
        }
    }
    buf_char(out, '\n');
    out->failed |= text->failed;
}

/* A string of the script as it is said, clean. */
static void add_said(const struct writing *w, const struct script_string *s, enum text_lines lines,
                     struct buf *out)
{
    CLEANUP_BUF struct buf filled = {0};
    placeholder_script_text(w->script, s, w->t->words.lang, w->t->words.values, &filled);
    text_clean(buf_text(&filled), filled.len, lines, out);
    out->failed |= filled.failed;
}

static void add_item_text(const struct writing *w, size_t node, enum text_lines lines,
                          struct buf *out)
{
    const struct script_item *it = item_of(w, node);
    add_said(w, &it->prefix, TEXT_ONE_LINE, out);
    if (out->len)
        buf_char(out, ' ');
    const size_t before = out->len;
    add_said(w, &it->text, lines, out);
    if (out->len == before && it->link_id)
        text_clean(it->link_id, strlen(it->link_id), TEXT_ONE_LINE, out);
}

/* --- headings --- */

static void add_heading(const struct writing *w, size_t level, const struct buf *title,
                        struct buf *out)
{
    level = level < HEADING_LEVELS ? level : HEADING_LEVELS;
    if (is_markdown(w)) {
        for (size_t i = 0; i < level; i++)
            buf_char(out, '#');
        add_lines(w, " ", "", title, out);
    } else {
        add_lines(w, "", "", title, out);
        const size_t n = level <= 3 ? text_chars(buf_text(title), title->len) : 0;
        for (size_t i = 0; i < n; i++)
            buf_char(out, "==-."[level]);
        buf_str(out, n ? "\n" : "");
    }
    buf_char(out, '\n');
}

static void add_title(const struct writing *w, struct buf *out)
{
    CLEANUP_BUF struct buf title = {0}, line = {0};
    char day[DATE_PRINT_SIZE];
    add_said(w, &w->script->title, TEXT_ONE_LINE, &title);
    if (!title.len)
        buf_str(&title, w->script->id ? w->script->id : "Questionnaire");
    add_heading(w, 1, &title, out);
    date_print_local(w->t->day, day);
    buf_printf(&line, "%s · %s · %u", day, w->t->words.lang ? w->t->words.lang : "", w->t->number);
    if (w->script->url)
        buf_printf(&line, " · %s%s%s", w->script->url, w->script->version ? "|" : "",
                   w->script->version ? w->script->version : "");
    add_lines(w, "", "", &line, out);
    if (w->t->note) {
        buf_clear(&line);
        buf_str(&line, w->t->note);
        buf_char(out, '\n');
        add_lines(w, "", "", &line, out);
    }
    buf_char(out, '\n');
    out->failed |= title.failed || line.failed;
}

/* --- what was said, what was answered --- */

/* Something about the script rather than of it: "[For the agent: …]". */
static void add_aside(const struct writing *w, const char *msgid, const struct buf *text,
                      struct buf *out)
{
    CLEANUP_BUF struct buf sentence = {0}, clean = {0};
    script_words_fill(&w->t->words, msgid, buf_text(text), &sentence);
    text_clean(buf_text(&sentence), sentence.len, TEXT_ONE_LINE, &clean);
    if (is_markdown(w)) {
        buf_char(out, '*');
        add_escaped(buf_text(&clean), clean.len, out);
        buf_str(out, "*\n\n");
    } else {
        buf_printf(out, "[%s]\n\n", buf_text(&clean));
    }
    out->failed |= sentence.failed || clean.failed || text->failed;
}

static void add_display(const struct writing *w, size_t node, struct buf *out)
{
    CLEANUP_BUF struct buf text = {0};
    add_item_text(w, node, TEXT_LINES, &text);
    if (item_of(w, node)->for_agent) {
        add_aside(w, N_("For the agent: %s"), &text, out);
        return;
    }
    add_lines(w, is_markdown(w) ? "> " : "", is_markdown(w) ? "> " : "", &text, out);
    buf_char(out, '\n');
}

static void add_answer(const struct writing *w, size_t node, const struct script_value *value,
                       struct buf *out)
{
    const struct script_item *it = item_of(w, node);
    CLEANUP_BUF struct buf text = {0};
    script_words_value(w->script, script_node_item(w->a, node), value, &w->t->words, &text);
    if (it->n_units == 1 && it->type != SCRIPT_QUANTITY) {
        buf_char(&text, ' ');
        add_said(w, &it->units[0].text, TEXT_ONE_LINE, &text);
    }
    if (is_markdown(w))
        add_lines(w, "- ", "  ", &text, out);
    else
        add_lines(w, "    → ", "      ", &text, out);
}

static bool has_answer(const struct writing *w, size_t question)
{
    for (size_t k = script_node_answer(w->a, question); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(w->a, k))
        if (script_node_value(w->a, k)->kind != SCRIPT_VALUE_NONE)
            return true;
    return false;
}

static void add_question(const struct writing *w, size_t node, struct buf *out)
{
    CLEANUP_BUF struct buf text = {0};
    add_item_text(w, node, TEXT_ONE_LINE, &text);
    if (!script_node_is_enabled(w->a, node)) {
        add_aside(w, N_("Closed: %s"), &text, out);
    } else if (item_of(w, node)->for_agent) {
        add_aside(w, N_("For the agent: %s"), &text, out);
    } else if (is_markdown(w)) {
        buf_str(out, "**");
        add_escaped(buf_text(&text), text.len, out);
        buf_str(out, "**\n\n");
    } else {
        add_lines(w, "", "", &text, out);
    }
    for (size_t k = script_node_answer(w->a, node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(w->a, k))
        if (script_node_value(w->a, k)->kind != SCRIPT_VALUE_NONE)
            add_answer(w, node, script_node_value(w->a, k), out);
    if (!has_answer(w, node))
        buf_printf(out, "%s%s\n", is_markdown(w) ? "- " : "    → ",
                   script_words_say(&w->t->words, N_("(no answer)")));
    buf_char(out, '\n');
    out->failed |= text.failed;
}

/* --- the tree --- */

static bool was_said(const struct writing *w, size_t node)
{
    return script_node_is_shown(w->a, node) && (!w->t->was_said || w->t->was_said(w->t->arg, node));
}

static void add_below(const struct writing *w, size_t below, size_t level, struct buf *out);

static void add_group(const struct writing *w, size_t node, size_t level, struct buf *out)
{
    CLEANUP_BUF struct buf content = {0}, title = {0};
    const struct script_item *it = item_of(w, node);
    add_below(w, node, level + 1, &content);
    if (content.len) {
        const char *lang = w->t->words.lang;
        if (*script_text(&it->label, lang) || *script_text(&it->text, lang))
            script_words_label(w->script, script_node_item(w->a, node), &w->t->words, HEADING_CHARS,
                               &title);
        if (it->repeats)
            buf_printf(&title, "%s%zu", title.len ? " " : "", script_node_position(w->a, node) + 1);
        if (title.len)
            add_heading(w, level, &title, out);
        buf_add(out, buf_text(&content), content.len);
    }
    out->failed |= content.failed || title.failed;
}

static void add_node(const struct writing *w, size_t node, size_t level, struct buf *out)
{
    const struct script_item *it = item_of(w, node);
    if (it->hidden || it->help)
        return;
    if (it->type == SCRIPT_GROUP) {
        add_group(w, node, level, out);
        return;
    }
    if (it->type == SCRIPT_DISPLAY) {
        if (was_said(w, node))
            add_display(w, node, out);
        return;
    }
    if (!was_said(w, node) && !has_answer(w, node))
        return;
    add_question(w, node, out);
    for (size_t k = script_node_answer(w->a, node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(w->a, k))
        add_below(w, k, level, out);
}

static void add_below(const struct writing *w, size_t below, size_t level, struct buf *out)
{
    for (size_t node = script_node_below(w->a, below); node != SCRIPT_NODE_NONE;
         node = script_node_beside(w->a, node))
        add_node(w, node, level, out);
}

void script_transcript_print(const struct script_answers *a, const struct script_transcript *t,
                             struct buf *out)
{
    const struct writing w = {.a = a, .script = script_answers_script(a), .t = t};
    add_title(&w, out);
    add_below(&w, SCRIPT_NODE_NONE, 2, out);
}
