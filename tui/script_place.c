/* SPDX-License-Identifier: Apache-2.0 */
/* Where the agent is in the script. */

#include "tui/script_place.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "tui/script_entry.h"
#include "tui/script_outline.h"
#include "tui/script_text.h"

static const struct script *script_of(const struct tui *t)
{
    return t->view->offer.script;
}

static const struct script_answers *answers_of(const struct tui *t)
{
    return t->view->offer.answers;
}

const struct script_item *script_item_of(const struct tui *t, size_t node)
{
    return &script_of(t)->items[script_node_item(answers_of(t), node)];
}

const struct script_value *script_value_of(const struct tui *t, size_t node)
{
    const struct script_answers *a = answers_of(t);
    if (!script_is_question(script_item_of(t, node)))
        return NULL;
    for (size_t k = script_node_answer(a, node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(a, k))
        if (script_node_value(a, k)->kind != SCRIPT_VALUE_NONE)
            return script_node_value(a, k);
    return NULL;
}

static size_t page_at(const struct tui *t, size_t number)
{
    const struct script_outline *o = script_outline(t);
    return number < o->n_pages ? o->pages[number].node : SCRIPT_END;
}

size_t script_page_after(const struct tui *t, size_t node)
{
    if (node == SCRIPT_END)
        return SCRIPT_END;
    const size_t page = script_outline_page(t, node);
    if (page != SCRIPT_NODE_NONE)
        return page_at(t, page + 1);
    do /* it is not shown itself */
        node = script_node_next(answers_of(t), node);
    while (node != SCRIPT_END && !script_is_question(script_item_of(t, node)));
    return node;
}

static size_t first_page(const struct tui *t)
{
    return page_at(t, 0);
}

size_t script_page_before(const struct tui *t, size_t node)
{
    const struct script_outline *o = script_outline(t);
    size_t i = node;
    if (node == SCRIPT_END)
        return o->n_pages ? o->pages[o->n_pages - 1].node : SCRIPT_END;
    const size_t page = script_outline_page(t, node);
    if (page != SCRIPT_NODE_NONE)
        return page ? o->pages[page - 1].node : node;
    do
        i = script_node_prev(answers_of(t), i);
    while (i != SCRIPT_NODE_NONE && !script_is_question(script_item_of(t, i)));
    return i == SCRIPT_NODE_NONE ? node : i;
}

size_t script_page_start(const struct tui *t, size_t node)
{
    const struct script_outline *o = script_outline(t);
    if (node == SCRIPT_END)
        return o->end_start;
    const size_t page = script_outline_page(t, node);
    return page == SCRIPT_NODE_NONE ? node : o->pages[page].start;
}

const struct script_item *script_question(const struct tui *t)
{
    if (!script_of(t) || !answers_of(t) || !t->script.started || t->script.node == SCRIPT_END)
        return NULL;
    return script_item_of(t, t->script.node);
}

bool script_same_value(const struct script_value *a, const struct script_value *b)
{
    if (a->kind != b->kind || !a->text || !b->text || strcmp(a->text, b->text) != 0)
        return false;
    const char *system = a->system ? a->system : "", *other = b->system ? b->system : "";
    return strcmp(system, other) == 0;
}

size_t script_chosen(const struct tui *t, size_t node)
{
    const struct script_item *it = script_item_of(t, node);
    const struct script_value *answer = script_value_of(t, node);
    size_t i = 0;
    while (i < it->n_options && (!answer || !script_same_value(&it->options[i].value, answer)))
        i++;
    return i;
}

/* Of its base texts, then of the translations of the first text that has any. */
size_t script_languages(const struct tui *t, const char **langs, size_t cap)
{
    const struct script *s = t->view->offer.script;
    size_t n = 0;
    if (!s)
        return 0;
    if (s->language)
        langs[n++] = s->language;
    const struct script_string *sample = s->title.n ? &s->title : NULL;
    for (size_t i = 0; !sample && i < s->n_items; i++)
        if (s->items[i].text.n)
            sample = &s->items[i].text;
    for (size_t i = 0; sample && i < sample->n && n < cap; i++)
        if (!s->language || strcmp(sample->translations[i].lang, s->language) != 0)
            langs[n++] = sample->translations[i].lang;
    return n;
}

static bool speaks(const char *const *langs, size_t n, const char *lang)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(langs[i], lang, strcspn(lang, "-")) == 0)
            return true;
    return false;
}

/* What was chosen, at first what the person speaks; where the script does not, what the agent
 * reads, else its own language. */
const char *script_language(const struct tui *t)
{
    const char *langs[16];
    size_t n = script_languages(t, langs, sizeof langs / sizeof langs[0]);
    if (t->script.language[0] && speaks(langs, n, t->script.language))
        return t->script.language;
    return n && !speaks(langs, n, t->lang) ? langs[0] : t->lang;
}

static void key_of(const struct tui *t, size_t node, struct buf *ret)
{
    if (node != SCRIPT_END)
        script_node_key(answers_of(t), node, ret);
}

static void enter_page(struct tui *t, size_t node)
{
    struct script_place *p = &t->script;
    CLEANUP_BUF struct buf key = {0};
    p->node = node;
    p->answer = SCRIPT_END;
    key_of(t, node, &key);
    snprintf(p->key, sizeof p->key, "%s", buf_text(&key));
    p->found[0] = '\0';
    p->on_row = false;
    p->fault[0] = '\0';
    p->edited = false;
    p->refused = false;
    p->scroll = EDIT_MAX; /* one reads from the top: drawing finds out how far that is */
    p->hidden_above = p->hidden_below = 0;
    p->drawn.rows = 0;
    p->option = 0;
    edit_set(&p->edit, "");
    if (node == SCRIPT_END)
        return;
    script_entry_begin(t);
}

bool script_may_leave(struct tui *t)
{
    struct script_place *p = &t->script;
    if (script_hand_over(t))
        return true;
    const bool again = p->refused;
    p->refused = true;
    if (!again)
        tui_say(t, WS_NOTICE_WARNING,
                _("This answer is not accepted yet. Once more leaves it; it stays typed."));
    return again;
}

/* The oldest goes when there are very many. */
static void keep_refused(struct tui *t)
{
    struct script_place *p = &t->script;
    if (p->n_left == SCRIPT_LEFT_MAX)
        memmove(p->left, p->left + 1, --p->n_left * sizeof p->left[0]);
    struct script_left *l = &p->left[p->n_left++];
    memcpy(l->key, p->key, sizeof l->key);
    snprintf(l->text, sizeof l->text, "%s", p->edit.text);
}

/* What was left here before. */
static void take_refused(struct tui *t)
{
    struct script_place *p = &t->script;
    for (size_t i = 0; i < p->n_left; i++) {
        if (strcmp(p->left[i].key, p->key) != 0)
            continue;
        script_entry_take(t, p->left[i].text);
        explicit_bzero(p->left[i].text, sizeof p->left[i].text);
        memmove(p->left + i, p->left + i + 1, (--p->n_left - i) * sizeof p->left[0]);
        return;
    }
}

size_t script_left(const struct tui *t)
{
    const struct script_place *p = &t->script;
    CLEANUP_BUF struct buf key = {0};
    for (size_t i = p->n_left ? first_page(t) : SCRIPT_END; i != SCRIPT_END;
         i = script_page_after(t, i)) {
        buf_clear(&key);
        key_of(t, i, &key);
        for (size_t k = 0; k < p->n_left; k++)
            if (strcmp(buf_text(&key), p->left[k].key) == 0)
                return i;
    }
    return SCRIPT_END;
}

bool script_go(struct tui *t, size_t node)
{
    if (!script_may_leave(t))
        return false;
    if (t->script.edited && script_question(t))
        keep_refused(t);
    enter_page(t, node);
    if (node != SCRIPT_END)
        take_refused(t);
    return true;
}

/* What is answered before anybody was asked is no sign that somebody was there. */
static bool begins_answered(const struct script_item *it)
{
    bool initial = it->n_initials > 0;
    for (size_t i = 0; !initial && i < it->n_options; i++)
        initial = it->options[i].initial;
    return initial;
}

static size_t beginning(const struct tui *t)
{
    size_t last_answered = SCRIPT_END;
    for (size_t i = first_page(t); i != SCRIPT_END; i = script_page_after(t, i))
        if (script_value_of(t, i) && !begins_answered(script_item_of(t, i)))
            last_answered = i;
    return last_answered == SCRIPT_END ? first_page(t) : script_page_after(t, last_answered);
}

/* Where an earlier screen was when it ended, with what was typed and not handed over. */
static void take_draft(struct tui *t)
{
    struct script_place *p = &t->script;
    CLEANUP_BUF struct buf key = {0};
    if (strcmp(p->draft_key, SCRIPT_END_KEY) == 0)
        enter_page(t, SCRIPT_END);
    for (size_t i = p->draft_key[0] ? first_page(t) : SCRIPT_END; i != SCRIPT_END;
         i = script_page_after(t, i)) {
        buf_clear(&key);
        key_of(t, i, &key);
        if (strcmp(buf_text(&key), p->draft_key) != 0)
            continue;
        enter_page(t, i);
        if (p->draft[0])
            script_entry_take(t, p->draft);
        break;
    }
    p->draft_key[0] = '\0';
    explicit_bzero(p->draft, sizeof p->draft);
}

/* Other answers have come in place of those that the node was a part of: the same question there,
 * with what is being typed. */
static void find_again(struct tui *t)
{
    struct script_place *p = &t->script;
    const struct script_answers *a = answers_of(t);
    CLEANUP_BUF struct buf key = {0};
    if (p->node == SCRIPT_END)
        return;
    if (script_node_exists(a, p->node)) {
        key_of(t, p->node, &key);
        if (strcmp(buf_text(&key), p->key) == 0)
            return;
    }
    for (size_t i = first_page(t); i != SCRIPT_END; i = script_page_after(t, i)) {
        buf_clear(&key);
        key_of(t, i, &key);
        if (strcmp(buf_text(&key), p->key) == 0) {
            p->node = i;
            return;
        }
    }
    enter_page(t, beginning(t));
}

void script_changed(struct tui *t)
{
    struct script_place *p = &t->script;
    char typed[EDIT_MAX] = "";
    CLEANUP_BUF struct buf key = {0};
    if (!p->started)
        return;
    if (p->edited)
        snprintf(typed, sizeof typed, "%s", p->edit.text);
    size_t i = first_page(t);
    for (; i != SCRIPT_END; i = script_page_after(t, i)) {
        buf_clear(&key);
        key_of(t, i, &key);
        if (strcmp(buf_text(&key), p->key) == 0)
            break;
    }
    const bool found = i != SCRIPT_END;
    const bool at_end = p->node == SCRIPT_END;
    enter_page(t, found || at_end ? i : beginning(t));
    if (found && typed[0])
        script_entry_take(t, typed);
    explicit_bzero(typed, sizeof typed);
}

void script_follow(struct tui *t)
{
    struct script_place *p = &t->script;
    if (!script_of(t) || !answers_of(t))
        return;
    if (!p->started) {
        p->started = true;
        snprintf(p->language, sizeof p->language, "%s", t->view->offer.language);
        enter_page(t, beginning(t));
        take_draft(t);
        return;
    }
    find_again(t);
    const struct script_item *it = script_question(t);
    if (!it)
        return;
    if (!script_node_is_shown(answers_of(t), p->node)) {
        const size_t before = script_page_before(t, p->node); /* itself: there is none */
        enter_page(t, before == p->node ? first_page(t) : before);
        return;
    }
    if (p->answer != SCRIPT_END && (!script_node_exists(answers_of(t), p->answer) ||
                                    script_node_above(answers_of(t), p->answer) != p->node))
        p->answer = script_node_answer(answers_of(t), p->node);
    /* Nothing typed is ever more than a second away from being kept. */
    bool text = it->type == SCRIPT_STRING || it->type == SCRIPT_TEXT || it->type == SCRIPT_URL ||
                it->type == SCRIPT_OPEN_CHOICE;
    if (text && p->edit.len && p->edited && p->given_utc_s != t->view->now_utc_s)
        script_hand_over(t);
}

const char *script_label(const struct tui *t, size_t node, char *ret, size_t size)
{
    const struct script_item *it = script_item_of(t, node);
    char number[64], words[512];
    const char *lang = it->for_agent ? t->lang : script_language(t);
    const char *prefix = script_text_said(t, &it->prefix, lang, number, sizeof number);
    const struct script_string *label = *script_text(&it->label, lang) ? &it->label : &it->text;
    snprintf(ret, size, "%s%s%s", prefix, *prefix ? " " : "",
             script_text_said(t, label, lang, words, sizeof words));
    return ret;
}

struct script_count script_counted(const struct tui *t)
{
    const struct script_outline *o = script_outline(t);
    const size_t page =
        t->script.node == SCRIPT_END ? SCRIPT_NODE_NONE : script_outline_page(t, t->script.node);
    return (struct script_count){.questions = o->n_pages,
                                 .answered = o->answered,
                                 .missing = o->missing,
                                 .place = page == SCRIPT_NODE_NONE ? 0 : page + 1};
}
