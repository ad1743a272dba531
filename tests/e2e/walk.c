/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/cleanup.h"
#include "core/script_tree.h"
#include "net/api/json.h"
#include "net/api/questionnaire.h"
#include "net/api/response.h"
#include "tests/harness/tmpdir.h"

enum {
    STATES_MAX = 512,
    INSTANCES_MAX = 5,
};

struct walk {
    struct script script;
    char lang[8];
    struct script_answers *answers;
    size_t at; /* SCRIPT_NODE_NONE: the page after the last question */
    uint64_t dice;
    unsigned words; /* typed so far: each is another */
    bool half;      /* the editor holds the beginning of an answer */
    struct buf keys;
    struct walk_state states[STATES_MAX];
    size_t n;
};

/* --- dice --- */

/* xorshift64*, Vigna 2016. */
unsigned walk_dice(struct walk *w, unsigned n)
{
    w->dice ^= w->dice >> 12;
    w->dice ^= w->dice << 25;
    w->dice ^= w->dice >> 27;
    return (unsigned)((w->dice * 0x2545F4914F6CDD1DULL) >> 33) % n;
}

/* --- the pages of the screen --- */

static const struct script_item *item_of(const struct walk *w, size_t node)
{
    return &w->script.items[script_node_item(w->answers, node)];
}

static bool is_page(const struct walk *w, size_t node)
{
    return script_is_question(item_of(w, node));
}

static size_t page_after(const struct walk *w, size_t node)
{
    do
        node = script_node_next(w->answers, node);
    while (node != SCRIPT_NODE_NONE && !is_page(w, node));
    return node;
}

/* The first stays where it is. */
static size_t page_before(const struct walk *w, size_t node)
{
    size_t i = node;
    do
        i = script_node_prev(w->answers, i);
    while (i != SCRIPT_NODE_NONE && !is_page(w, i));
    return i == SCRIPT_NODE_NONE ? node : i;
}

/* --- states --- */

static void without_blanks(const char *text, size_t len, char *ret, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < len && n + 1 < size; i++)
        if (text[i] != ' ' && text[i] != '\n')
            ret[n++] = text[i];
    ret[n] = '\0';
}

/* The longest piece of the text without a name in double braces, and without what a narrow screen
 * shows in another way. What the agent alone reads is in the screen's language, English. */
static void words_of(const struct walk *w, size_t node, char *ret, size_t size)
{
    const struct script_item *it = item_of(w, node);
    const char *text = script_text(&it->text, it->for_agent ? "en" : w->lang);
    size_t best = 0;
    ret[0] = '\0';
    while (*text) {
        const size_t len = strcspn(text, "{}\xc2\xe2");
        if (len > best) {
            best = len;
            without_blanks(text, len < 60 ? len : 60, ret, size);
        }
        text += len + strspn(text + len, "{}\xc2\xe2\xa0\x80\xaf\x99");
    }
}

static char *encode(const struct walk *w)
{
    CLEANUP_JSON cJSON *response = NULL;
    struct buf text = {0};
    assert_int_equal(response_encode(w->answers, RESPONSE_IN_PROGRESS, NULL, NULL, &response, NULL),
                     ERR_OK);
    json_print(cJSON_GetObjectItemCaseSensitive(response, "item"), &text);
    assert_false(text.failed);
    return buf_take(&text);
}

static void note(struct walk *w, size_t node)
{
    CLEANUP_BUF struct buf key = {0};
    assert_true(w->n < STATES_MAX);
    struct walk_state *s = &w->states[w->n++];
    *s = (struct walk_state){.answers = encode(w)};
    for (size_t i = page_after(w, SCRIPT_NODE_NONE); i != SCRIPT_NODE_NONE; i = page_after(w, i)) {
        s->of++;
        if (i == node)
            s->place = s->of;
    }
    if (node == SCRIPT_NODE_NONE)
        return;
    script_node_key(w->answers, node, &key);
    (void)snprintf(s->key, sizeof s->key, "%s", buf_text(&key));
    words_of(w, node, s->words, sizeof s->words);
}

size_t walk_count(const struct walk *w)
{
    return w->n;
}

const struct walk_state *walk_state(const struct walk *w, size_t i)
{
    return &w->states[i];
}

static void forget(struct walk *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->states[i].answers);
    w->n = 0;
}

void walk_kept(struct walk *w)
{
    size_t from = w->n - 1;
    while (from > 0 && strcmp(w->states[from - 1].answers, w->states[w->n - 1].answers) == 0)
        from--;
    for (size_t i = 0; i < from; i++)
        free(w->states[i].answers);
    w->n -= from;
    memmove(w->states, w->states + from, w->n * sizeof w->states[0]);
}

static size_t node_by_key(const struct walk *w, const char *key)
{
    CLEANUP_BUF struct buf now = {0};
    size_t i = key[0] ? page_after(w, SCRIPT_NODE_NONE) : SCRIPT_NODE_NONE;
    for (; i != SCRIPT_NODE_NONE; i = page_after(w, i)) {
        buf_clear(&now);
        script_node_key(w->answers, i, &now);
        if (strcmp(buf_text(&now), key) == 0)
            break;
    }
    return i;
}

void walk_found(struct walk *w, size_t i)
{
    char key[sizeof w->states[i].key];
    CLEANUP_JSON cJSON *items = NULL;
    const char *text = w->states[i].answers;
    memcpy(key, w->states[i].key, sizeof key);
    if (text[0])
        assert_int_equal(json_parse(text, strlen(text), &json_limits_script, &items, NULL), ERR_OK);
    assert_int_equal(response_decode_items(items, w->answers, NULL, NULL), ERR_OK);
    w->at = node_by_key(w, key);
    forget(w);
    note(w, w->at);
}

void walk_found_afresh(struct walk *w, size_t i)
{
    size_t last = SCRIPT_NODE_NONE;
    walk_found(w, i);
    for (size_t k = page_after(w, SCRIPT_NODE_NONE); k != SCRIPT_NODE_NONE; k = page_after(w, k))
        if (script_node_is_filled(w->answers, k))
            last = k;
    w->at = page_after(w, last);
    w->half = false;
    forget(w);
    note(w, w->at);
}

/* --- life --- */

void walk_again(struct walk *w)
{
    script_answers_free(w->answers);
    w->answers = script_answers_new(&w->script);
    assert_non_null(w->answers);
    assert_int_equal(script_answers_start(w->answers, NULL), ERR_OK);
    w->at = page_after(w, SCRIPT_NODE_NONE);
    w->half = false;
    forget(w);
    note(w, w->at);
}

struct walk *walk_new(const char *path, const char *lang, uint64_t seed)
{
    struct walk *w = calloc(1, sizeof *w);
    CLEANUP_FREE char *text = tmpdir_read(path);
    assert_true(w && text);
    struct err err = {0};
    if (questionnaire_load(text, strlen(text), path, &w->script, NULL, &err) != ERR_OK)
        fail_msg("%s", err.sentence);
    (void)snprintf(w->lang, sizeof w->lang, "%s", lang);
    w->dice = seed * 2 + 1; /* never 0 */
    walk_again(w);
    return w;
}

struct walk *walk_free(struct walk *w)
{
    if (!w)
        return NULL;
    forget(w);
    buf_free(&w->keys);
    script_answers_free(w->answers);
    script_deinit(&w->script);
    free(w);
    return NULL;
}

/* --- answers --- */

static void give(struct walk *w, size_t answer, const struct script_value *value)
{
    assert_int_equal(script_node_set(w->answers, answer, value, NULL), ERR_OK);
}

static size_t answer_here(const struct walk *w)
{
    return script_node_answer(w->answers, w->at);
}

/* What was just given, at the question where it was given and at the next. */
static void move_on(struct walk *w)
{
    note(w, w->at);
    w->at = page_after(w, w->at);
    note(w, w->at);
}

static void step_yes_no(struct walk *w)
{
    const bool yes = walk_dice(w, 100) < 85;
    const struct script_value v = {.kind = SCRIPT_VALUE_BOOLEAN, .boolean = yes};
    buf_printf(&w->keys, "%s", yes ? "y" : "n");
    give(w, answer_here(w), &v);
    move_on(w);
}

/* In a list with more than nine options a digit is searched for, and the arrows lead to them. */
static bool has_digits(const struct script_item *it)
{
    return it->n_options <= 9;
}

static void press_option(struct walk *w, unsigned from, unsigned i, const char *take)
{
    if (has_digits(item_of(w, w->at))) {
        buf_printf(&w->keys, "%u", i + 1);
        return;
    }
    for (unsigned k = from; k < i; k++)
        buf_printf(&w->keys, "<Down>");
    buf_printf(&w->keys, "%s", take);
}

static bool is_empty_here(const struct walk *w)
{
    return script_node_value(w->answers, answer_here(w))->kind == SCRIPT_VALUE_NONE;
}

static void step_choice(struct walk *w)
{
    const struct script_item *it = item_of(w, w->at);
    const unsigned n = (unsigned)it->n_options;
    const unsigned i = walk_dice(w, 100) < 60 ? 0 : walk_dice(w, n);
    if (has_digits(it) || is_empty_here(w)) { /* else the arrows begin at what is chosen */
        press_option(w, 0, i, "<Enter>");
        give(w, answer_here(w), &it->options[i].value);
    } else {
        buf_printf(&w->keys, "<Tab>");
    }
    move_on(w);
}

/* Several at a time; only into an empty list, where their order is that of the digits. */
static void step_several(struct walk *w)
{
    const struct script_item *it = item_of(w, w->at);
    size_t last = answer_here(w);
    const bool empty = is_empty_here(w);
    unsigned from = 0;
    for (unsigned i = 0, n = 0; empty && i < it->n_options; i++) {
        if (it->options[i].exclusive || walk_dice(w, 3))
            continue;
        if (n++)
            assert_int_equal(script_node_add(w->answers, last, true, &last, NULL), ERR_OK);
        press_option(w, from, i, "<Space>");
        from = i;
        give(w, last, &it->options[i].value);
        note(w, w->at);
    }
    buf_printf(&w->keys, "<Tab>");
    move_on(w);
}

/* A word that no other answer has. */
static void invent(struct walk *w, char *ret, size_t size)
{
    const struct script_item *it = item_of(w, w->at);
    if (it->type == SCRIPT_DATE)
        (void)snprintf(ret, size, "2020-%02u-%02u", 1 + walk_dice(w, 9), 1 + walk_dice(w, 28));
    else if (it->type == SCRIPT_INTEGER)
        (void)snprintf(ret, size, "%u", 1 + walk_dice(w, 99));
    else
        (void)snprintf(ret, size, "mot%uq%u", w->words++, walk_dice(w, 100000));
}

static bool keeps_what_is_half(const struct script_item *it)
{
    return it->type == SCRIPT_STRING || it->type == SCRIPT_TEXT || it->type == SCRIPT_INTEGER;
}

/* Every beginning of it may have been kept. */
static void note_typed(struct walk *w, const char *text)
{
    char typed[64] = "";
    const bool half = keeps_what_is_half(item_of(w, w->at));
    for (size_t i = half ? 1 : strlen(text); i <= strlen(text); i++) {
        (void)snprintf(typed, sizeof typed, "%.*s", (int)i, text);
        give(w, answer_here(w), &(struct script_value){.kind = SCRIPT_VALUE_TEXT, .text = typed});
        note(w, w->at);
    }
}

static void step_typed(struct walk *w)
{
    char text[64];
    invent(w, text, sizeof text);
    buf_printf(&w->keys, "<C-u>%s<Tab>", text);
    note_typed(w, text);
    move_on(w);
}

const char *walk_half(struct walk *w, bool *ret_answer)
{
    char text[64];
    if (w->at == SCRIPT_NODE_NONE)
        return NULL;
    const struct script_item *it = item_of(w, w->at);
    if (it->read_only || (!keeps_what_is_half(it) && it->type != SCRIPT_DATE))
        return NULL;
    invent(w, text, sizeof text);
    if (it->type == SCRIPT_DATE)
        (void)snprintf(text, sizeof text, "yesterd");
    else
        note_typed(w, text);
    w->half = true;
    *ret_answer = it->type == SCRIPT_STRING || it->type == SCRIPT_TEXT;
    buf_clear(&w->keys);
    buf_printf(&w->keys, "<C-u>%s", text);
    return buf_text(&w->keys);
}

/* --- steps --- */

static size_t instance_of(const struct walk *w, size_t node)
{
    while (node != SCRIPT_NODE_NONE &&
           !(item_of(w, node)->type == SCRIPT_GROUP && item_of(w, node)->repeats))
        node = script_node_above(w->answers, node);
    return node;
}

/* One more contact. False: there is no group here, or there are enough. */
static bool step_more(struct walk *w)
{
    const size_t instance = instance_of(w, w->at);
    size_t fresh;
    if (instance == SCRIPT_NODE_NONE)
        return false;
    if (script_node_position(w->answers, script_node_last_instance(w->answers, instance)) >=
        INSTANCES_MAX - 1)
        return false;
    buf_printf(&w->keys, "<Insert>1");
    assert_int_equal(script_node_add(w->answers, instance, true, &fresh, NULL), ERR_OK);
    note(w, w->at);
    size_t i = script_node_walk(w->answers, fresh);
    while (!is_page(w, i) || !script_node_is_shown(w->answers, i))
        i = script_node_walk(w->answers, i);
    w->at = i;
    note(w, w->at);
    return true;
}

static void step_answer(struct walk *w)
{
    const struct script_item *it = item_of(w, w->at);
    if (it->type == SCRIPT_BOOLEAN)
        step_yes_no(w);
    else if (it->n_options && it->repeats)
        step_several(w);
    else if (it->n_options)
        step_choice(w);
    else
        step_typed(w);
}

static void step_move(struct walk *w, bool forward)
{
    buf_printf(&w->keys, "%s", forward ? "<Tab>" : "<S-Tab>");
    w->at = forward ? page_after(w, w->at) : page_before(w, w->at);
    note(w, w->at);
}

/* The way out of a section; most people stay. */
static bool is_stop(const struct walk *w)
{
    const char *id = item_of(w, w->at)->link_id;
    const size_t len = strlen(id);
    return len > 5 && strcmp(id + len - 5, ".stop") == 0;
}

const char *walk_step(struct walk *w, bool *ret_gives)
{
    const unsigned roll = walk_dice(w, 100);
    buf_clear(&w->keys);
    *ret_gives = false;
    if (w->at == SCRIPT_NODE_NONE) {
        step_move(w, false);
    } else if (w->half) {
        w->half = false;
        *ret_gives = true;
        step_answer(w);
    } else if (roll < 12) {
        step_move(w, false);
    } else if (roll < 20 || (is_stop(w) && roll < 95)) {
        step_move(w, true);
    } else if (roll < 30 && step_more(w)) {
        *ret_gives = true;
    } else {
        *ret_gives = true;
        step_answer(w);
    }
    return buf_text(&w->keys);
}
