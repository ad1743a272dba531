/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/script_outline.h"

#include <stdlib.h>
#include <string.h>

#include "tui/script_place.h"
#include "tui/state.h"

struct script_outline *script_outline_new(void)
{
    return calloc(1, sizeof(struct script_outline));
}

struct script_outline *script_outline_free(struct script_outline *o)
{
    if (o) {
        free(o->pages);
        free(o->sections);
        free(o->lacking);
        free(o->rows);
    }
    free(o);
    return NULL;
}

/* --- the walk --- */

/* Where the walk is. */
struct walk {
    const struct tui *t;
    struct script_outline *o;
    size_t section; /* that is open; SCRIPT_NODE_NONE: none */
    size_t text;    /* the first one since the last question; SCRIPT_NODE_NONE: none */
};

/* Room for one more; false when out of memory: what there is stays. */
static bool grow(void **array, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    const size_t more = *cap ? *cap * 2 : 64;
    void *bigger = reallocarray(*array, more, size);
    if (!bigger)
        return false;
    *array = bigger;
    *cap = more;
    return true;
}

static void visit_below(struct walk *w, size_t holder, bool at_top);

static void add_page(struct walk *w, size_t node, bool is_answered)
{
    struct script_outline *o = w->o;
    void *pages = o->pages;
    const bool room = grow(&pages, o->n_pages, &o->cap_pages, sizeof *o->pages);
    o->pages = pages;
    if (!room)
        return;
    o->pages[o->n_pages++] =
        (struct script_page){node, w->text != SCRIPT_NODE_NONE ? w->text : node, w->section};
    o->answered += is_answered;
    w->text = SCRIPT_NODE_NONE;
}

static void visit_question(struct walk *w, size_t node)
{
    const struct script_answers *a = w->o->answers;
    const bool is_answered = script_value_of(w->t, node) != NULL;
    if (script_node_is_shown(a, node))
        add_page(w, node, is_answered);
    else if (is_answered && !script_node_is_enabled(a, node))
        w->o->waiting++;
    for (size_t k = script_node_answer(a, node); k != SCRIPT_NODE_NONE;
         k = script_node_next_instance(a, k))
        visit_below(w, k, false);
}

/* A text that belongs to the question above it and not to the next one. */
static bool hangs_on_question(const struct walk *w, size_t node)
{
    const size_t above = script_node_above(w->o->answers, node);
    return above != SCRIPT_NODE_NONE && script_is_question(script_item_of(w->t, above));
}

static void visit_text(struct walk *w, size_t node)
{
    if (script_item_of(w->t, node)->help || !script_node_is_shown(w->o->answers, node))
        return;
    if (hangs_on_question(w, node))
        w->text = SCRIPT_NODE_NONE;
    else if (w->text == SCRIPT_NODE_NONE)
        w->text = node;
}

static size_t add_section(struct walk *w, size_t node)
{
    struct script_outline *o = w->o;
    void *sections = o->sections;
    const bool room = grow(&sections, o->n_sections, &o->cap_sections, sizeof *o->sections);
    o->sections = sections;
    if (!room)
        return SCRIPT_NODE_NONE;
    o->sections[o->n_sections] =
        (struct script_section){.node = node, .first_page = o->n_pages, .answered = o->answered};
    return o->n_sections++;
}

/* It turned out to have sections in it, and is none then: those stand in its place. */
static void drop_section(struct walk *w, size_t section)
{
    struct script_outline *o = w->o;
    for (size_t i = o->sections[section].first_page; i < o->n_pages; i++) {
        struct script_page *p = &o->pages[i];
        if (p->section == section)
            p->section = SCRIPT_NODE_NONE;
        else if (p->section != SCRIPT_NODE_NONE)
            p->section--;
    }
    o->n_sections--;
    memmove(&o->sections[section], &o->sections[section + 1],
            (o->n_sections - section) * sizeof *o->sections);
}

static void visit_group(struct walk *w, size_t node, bool at_top)
{
    struct script_outline *o = w->o;
    const bool page = script_item_of(w->t, node)->page;
    const size_t outside = w->section;
    size_t section = SCRIPT_NODE_NONE;
    if ((page || at_top) && script_node_is_shown(o->answers, node))
        section = add_section(w, node);
    if (section == SCRIPT_NODE_NONE) {
        visit_below(w, node, false);
        return;
    }
    w->section = section;
    visit_below(w, node, false);
    w->section = outside;
    if (!page && o->n_sections > section + 1) {
        drop_section(w, section);
        return;
    }
    struct script_section *s = &o->sections[section];
    s->n_pages = o->n_pages - s->first_page;
    s->answered = o->answered - s->answered;
}

static void visit_below(struct walk *w, size_t holder, bool at_top)
{
    const struct script_answers *a = w->o->answers;
    for (size_t i = script_node_below(a, holder); i != SCRIPT_NODE_NONE;
         i = script_node_beside(a, i)) {
        const struct script_item *it = script_item_of(w->t, i);
        if (it->type == SCRIPT_GROUP)
            visit_group(w, i, at_top);
        else if (it->type == SCRIPT_DISPLAY)
            visit_text(w, i);
        else
            visit_question(w, i);
    }
}

/* --- what is lacking --- */

/* The section that a group is; n_sections: it is none. Looked for from the last one on, since what
 * lacks is told in order. */
static size_t section_of(const struct script_outline *o, size_t group, size_t last)
{
    for (size_t k = 0; k < o->n_sections; k++) {
        const size_t i = (last + k) % o->n_sections;
        if (o->sections[i].node == group)
            return i;
    }
    return o->n_sections;
}

/* Count it in all sections that it is in. Returns one of them. */
static size_t note_lacking(const struct tui *t, struct script_outline *o, size_t node, size_t last)
{
    for (; node != SCRIPT_NODE_NONE; node = script_node_above(o->answers, node)) {
        const bool at_top = script_node_above(o->answers, node) == SCRIPT_NODE_NONE;
        if (!script_item_of(t, node)->page && !at_top)
            continue;
        const size_t section = section_of(o, node, last);
        if (section == o->n_sections)
            continue;
        o->sections[section].missing++;
        last = section;
    }
    return last;
}

static void find_lacking(const struct tui *t, struct script_outline *o)
{
    o->missing = script_missing_nodes(o->answers, o->lacking, o->cap_lacking);
    if (o->missing > o->cap_lacking) {
        struct script_fault *bigger = reallocarray(o->lacking, o->missing, sizeof *bigger);
        if (!bigger) {
            o->missing = o->cap_lacking;
            return;
        }
        o->lacking = bigger;
        o->cap_lacking = o->missing;
        script_missing_nodes(o->answers, o->lacking, o->cap_lacking);
    }
    size_t last = 0;
    for (size_t i = 0; i < o->missing; i++)
        last = note_lacking(t, o, o->lacking[i].node, last);
}

const struct script_outline *script_outline(const struct tui *t)
{
    struct script_outline *o = t->outline;
    const struct script_answers *a = t->view->offer.answers;
    const size_t changes = script_answers_changes(a);
    if (o->answers == a && o->script == t->view->offer.script && o->changes == changes)
        return o;
    struct walk w = {t, o, SCRIPT_NODE_NONE, SCRIPT_NODE_NONE};
    o->answers = a;
    o->script = t->view->offer.script;
    o->changes = changes;
    o->n_pages = o->n_sections = o->answered = o->waiting = o->last_found = 0;
    visit_below(&w, SCRIPT_NODE_NONE, true);
    o->end_start = w.text;
    o->rows_of = SCRIPT_NODE_NONE;
    find_lacking(t, o);
    return o;
}

size_t script_outline_page(const struct tui *t, size_t node)
{
    (void)script_outline(t);
    struct script_outline *o = t->outline;
    /* Mostly where one was, or beside it. */
    size_t from = o->last_found ? o->last_found - 1 : 0;
    for (size_t k = 0; k < o->n_pages; k++) {
        const size_t i = from + k < o->n_pages ? from + k : from + k - o->n_pages;
        if (o->pages[i].node == node) {
            o->last_found = i;
            return i;
        }
    }
    return SCRIPT_NODE_NONE;
}

/* --- the list --- */

static bool is_in(const struct script_outline *o, size_t section, size_t page)
{
    const struct script_section *s = &o->sections[section];
    return page >= s->first_page && page - s->first_page < s->n_pages;
}

static void add_row(struct script_outline *o, size_t section, size_t page)
{
    void *rows = o->rows;
    const bool room = grow(&rows, o->n_rows, &o->cap_rows, sizeof *o->rows);
    o->rows = rows;
    if (room)
        o->rows[o->n_rows++] = (struct script_row){section, page};
}

const struct script_outline *script_outline_rows(const struct tui *t)
{
    (void)script_outline(t);
    struct script_outline *o = t->outline;
    const size_t node = t->script.node;
    size_t here = node == SCRIPT_END ? o->n_pages : script_outline_page(t, node);
    here = here == SCRIPT_NODE_NONE ? o->n_pages : here;
    if (o->rows_of == here)
        return o;
    o->n_rows = o->row = 0;
    o->rows_of = here;
    size_t section = 0;
    for (size_t page = 0; page <= o->n_pages; page++) {
        for (; section < o->n_sections && o->sections[section].first_page <= page; section++)
            if (o->sections[section].n_pages)
                add_row(o, section, o->sections[section].first_page);
        const size_t in = page < o->n_pages ? o->pages[page].section : SCRIPT_NODE_NONE;
        if (page == here)
            o->row = o->n_rows;
        if (in == SCRIPT_NODE_NONE || is_in(o, in, here))
            add_row(o, SCRIPT_NODE_NONE, page);
    }
    return o;
}
