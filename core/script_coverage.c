/* SPDX-License-Identifier: Apache-2.0 */
#include "core/script_coverage.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/script_why.h"
#include "core/text.h"

/* Neither a node nor a count of changes: the next look sees something new. */
#define LOOKED_NOWHERE (SCRIPT_NODE_NONE - 1)

/* --- rows --- */

static void free_rows(struct script_coverage_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(rows[i].link_id);
    free(rows);
}

void script_coverage_deinit(struct script_coverage *c)
{
    free_rows(c->rows, c->n);
    *c = (struct script_coverage){0};
}

/* A linkId as it stands in a line of the report. */
static char *clean_id(const char *link_id)
{
    CLEANUP_BUF struct buf b = {0};
    text_clean(link_id, strlen(link_id), TEXT_ONE_LINE, &b);
    if (b.failed)
        return NULL;
    return b.len ? buf_take(&b) : strdup("");
}

static bool is_counted(const struct script *s, size_t item)
{
    if (s->items[item].type == SCRIPT_GROUP || s->items[item].help)
        return false;
    for (; item != SCRIPT_NO_PARENT; item = s->items[item].parent)
        if (s->items[item].hidden)
            return false;
    return true;
}

static bool has_walks(const struct script_coverage_row *row)
{
    return row->kept.opened || row->kept.reached || row->fresh.opened || row->fresh.reached;
}

static void add_count(struct script_coverage_count *to, const struct script_coverage_count *more)
{
    to->reached += more->reached;
    to->opened += more->opened;
}

/* The rows of the script itself; room for so many more behind them. */
static struct script_coverage_row *rows_of(const struct script *s, size_t more)
{
    struct script_coverage_row *rows = calloc(s->n_items + more + 1, sizeof *rows);
    for (size_t i = 0; rows && i < s->n_items; i++) {
        rows[i].item = i;
        rows[i].counts = is_counted(s, i);
        rows[i].link_id = clean_id(s->items[i].link_id ? s->items[i].link_id : "");
        if (!rows[i].link_id) {
            free_rows(rows, i);
            return NULL;
        }
    }
    return rows;
}

bool script_coverage_follow(struct script_coverage *c, const struct script *script)
{
    struct script_coverage_row *rows = rows_of(script, c->n);
    if (!rows)
        return false;
    size_t n = script->n_items;
    for (size_t i = 0; i < c->n; i++) {
        struct script_coverage_row *was = &c->rows[i];
        const size_t item = script_find(script, was->link_id);
        if (item != SCRIPT_NONE) {
            add_count(&rows[item].kept, &was->kept);
            add_count(&rows[item].fresh, &was->fresh);
            rows[item].reached_now |= was->reached_now;
            rows[item].open_now |= was->open_now;
        } else if (has_walks(was) || was->reached_now) {
            rows[n] = *was;
            rows[n++].item = SCRIPT_NONE;
            was->link_id = NULL;
        }
    }
    free_rows(c->rows, c->n);
    c->rows = rows;
    c->n = n;
    c->script = script;
    c->node = c->changes = LOOKED_NOWHERE;
    return true;
}

/* --- a walk --- */

static void reach_node(struct script_coverage *c, const struct script_answers *a, size_t node)
{
    c->rows[script_node_item(a, node)].reached_now = true;
}

void script_coverage_reach(struct script_coverage *c, const struct script_answers *a, size_t node)
{
    const size_t changes = script_answers_changes(a);
    if (node == c->node && changes == c->changes)
        return;
    c->steps += node != c->node;
    c->node = node;
    for (size_t i = script_node_walk(a, SCRIPT_NODE_NONE);
         changes != c->changes && i != SCRIPT_NODE_NONE; i = script_node_walk(a, i))
        if (script_node_is_shown(a, i))
            c->rows[script_node_item(a, i)].open_now = true;
    c->changes = changes;
    const struct script_item *items = script_answers_script(a)->items;
    for (size_t i = script_node_prev(a, node);
         i != SCRIPT_NODE_NONE && !script_is_question(&items[script_node_item(a, i)]);
         i = script_node_prev(a, i))
        reach_node(c, a, i);
    if (node == SCRIPT_NODE_NONE)
        return;
    reach_node(c, a, node);
    for (size_t i = script_node_below(a, script_node_answer(a, node)); i != SCRIPT_NODE_NONE;
         i = script_node_beside(a, i))
        if (items[script_node_item(a, i)].type == SCRIPT_DISPLAY && script_node_is_shown(a, i))
            reach_node(c, a, i);
}

bool script_coverage_is_walk(const struct script_coverage *c)
{
    return c->steps > 1;
}

void script_coverage_end_walk(struct script_coverage *c)
{
    const bool counts = script_coverage_is_walk(c);
    c->fresh_walks += counts;
    for (size_t i = 0; i < c->n; i++) {
        struct script_coverage_row *row = &c->rows[i];
        row->fresh.reached += counts && row->counts && row->reached_now;
        row->fresh.opened += counts && row->counts && (row->open_now || row->reached_now);
        row->reached_now = row->open_now = false;
    }
    c->steps = 0;
    c->node = c->changes = LOOKED_NOWHERE;
}

struct script_coverage_count script_coverage_of(const struct script_coverage_row *row)
{
    return (struct script_coverage_count){
        .reached = row->kept.reached + row->fresh.reached + (row->counts && row->reached_now),
        .opened = row->kept.opened + row->fresh.opened +
                  (row->counts && (row->open_now || row->reached_now))};
}

struct script_coverage_total script_coverage_total(const struct script_coverage *c)
{
    struct script_coverage_total total = {.walks = c->kept_walks + c->fresh_walks +
                                                   script_coverage_is_walk(c)};
    for (size_t i = 0; i < c->n && c->rows[i].item != SCRIPT_NONE; i++) {
        const struct script_coverage_count n = script_coverage_of(&c->rows[i]);
        total.items += c->rows[i].counts;
        total.reached += n.reached > 0;
        total.opened += n.opened > 0;
    }
    return total;
}

void script_coverage_settle(struct script_coverage *c)
{
    for (size_t i = 0; i < c->n; i++) {
        add_count(&c->rows[i].kept, &c->rows[i].fresh);
        c->rows[i].fresh = (struct script_coverage_count){0};
    }
    c->kept_walks += c->fresh_walks;
    c->fresh_walks = 0;
}

/* --- words --- */

void script_coverage_condition(const struct script_answers *a, size_t item,
                               const struct script_words *w, struct buf *out)
{
    const struct script *s = script_answers_script(a);
    while (s->items[item].n_conditions == 0) {
        item = s->items[item].parent;
        if (item == SCRIPT_NO_PARENT)
            return;
    }
    CLEANUP_BUF struct buf list = {0};
    const struct script_item *it = &s->items[item];
    for (size_t i = 0; i < it->n_conditions; i++) {
        if (i > 0)
            buf_str(&list, script_words_say(w, it->any ? N_(" or ") : N_(" and ")));
        script_why_condition(a, &it->conditions[i], w, &list);
    }
    script_words_fill(w, N_("only if %s"), buf_text(&list), out);
    out->failed |= list.failed;
}
