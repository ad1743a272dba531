/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_words.h"

#include <string.h>

#include "core/date.h"
#include "core/i18n.h"
#include "core/placeholder.h"
#include "core/script_answers.h"
#include "core/text.h"

const char *script_words_say(const struct script_words *w, const char *msgid)
{
    return w->translate ? w->translate(w->arg, msgid) : msgid;
}

void script_words_fill(const struct script_words *w, const char *msgid, const char *text,
                       struct buf *out)
{
    const char *form = script_words_say(w, msgid);
    const char *place = strstr(form, "%s");
    buf_add(out, form, place ? (size_t)(place - form) : strlen(form));
    if (place) {
        buf_str(out, text);
        buf_str(out, place + 2);
    }
}

bool script_words_date(void *answers, const char *link_id, struct date *ret)
{
    const struct script_answers *a = answers;
    const size_t item = script_find(a->script, link_id);
    if (item == SCRIPT_NONE || a->script->items[item].type != SCRIPT_DATE)
        return false;
    const size_t node = script_node_first(a, item);
    if (node == SCRIPT_NODE_NONE || !script_node_is_kept(a, node))
        return false;
    const struct script_value *v = script_node_value(a, script_node_answer(a, node));
    return v->kind == SCRIPT_VALUE_TEXT && date_parse(v->text, ret);
}

/* One clean line of the text, cut. */
static void add_cut(const struct buf *text, size_t max_chars, struct buf *out)
{
    CLEANUP_BUF struct buf clean = {0};
    text_clean(buf_text(text), text->len, TEXT_ONE_LINE, &clean);
    const size_t shown = text_cut_chars(buf_text(&clean), clean.len, max_chars);
    const bool cut = shown < clean.len;
    /* The mark takes a character of its own. */
    buf_add(out, buf_text(&clean),
            cut && max_chars ? text_cut_chars(buf_text(&clean), clean.len, max_chars - 1) : shown);
    buf_str(out, cut ? "…" : "");
    out->failed |= clean.failed || text->failed;
}

void script_words_label(const struct script *s, size_t item, const struct script_words *w,
                        size_t max_chars, struct buf *out)
{
    CLEANUP_BUF struct buf text = {0};
    const struct script_item *it = &s->items[item];
    placeholder_script_text(s, &it->label, w->lang, w->values, &text);
    if (text.len == 0)
        placeholder_script_text(s, &it->text, w->lang, w->values, &text);
    if (text.len == 0)
        buf_str(&text, it->link_id ? it->link_id : "");
    add_cut(&text, max_chars, out);
}

static void add_clean(const char *text, struct buf *out)
{
    if (text)
        text_clean(text, strlen(text), TEXT_LINES, out);
}

/* What is read for it: an option's text may hold names in braces, too. */
static bool add_option(const struct script *s, const struct script_item *it,
                       const struct script_value *value, const struct script_words *w,
                       struct buf *out)
{
    const struct script_option *option = script_option_of(it, value);
    if (!option || !script_text(&option->text, w->lang)[0])
        return false;
    CLEANUP_BUF struct buf text = {0};
    placeholder_script_text(s, &option->text, w->lang, w->values, &text);
    text_clean(buf_text(&text), text.len, TEXT_ONE_LINE, out);
    out->failed |= text.failed;
    return true;
}

static void add_text(const struct script_value *value, struct buf *out)
{
    struct date d;
    char day[DATE_PRINT_SIZE];
    if (value->type == SCRIPT_DATE && date_parse(value->text, &d)) {
        date_print_local(d, day);
        buf_str(out, day);
    } else {
        add_clean(value->text, out);
    }
}

void script_words_value(const struct script *s, size_t item, const struct script_value *value,
                        const struct script_words *w, struct buf *out)
{
    const struct script_item *it = &s->items[item];
    switch (value->kind) {
    case SCRIPT_VALUE_NONE:
        return;
    case SCRIPT_VALUE_BOOLEAN:
        buf_str(out, script_words_say(w, value->boolean ? N_("yes") : N_("no")));
        return;
    case SCRIPT_VALUE_CODING:
        if (!add_option(s, it, value, w, out))
            add_clean(value->display ? value->display : value->text, out);
        return;
    case SCRIPT_VALUE_QUANTITY:
        add_clean(value->text, out);
        if (value->unit || value->code) {
            buf_char(out, ' ');
            add_clean(value->unit ? value->unit : value->code, out);
        }
        return;
    case SCRIPT_VALUE_TEXT:
        if (!add_option(s, it, value, w, out))
            add_text(value, out);
        return;
    }
}
