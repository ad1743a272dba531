/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the tree for what keeps it from being complete. */

#include "core/script_answers.h"
#include "core/script_fault.h"

struct pass {
    const struct script_answers *a;
    struct script_fault *ret; /* or NULL */
    size_t cap, n;
    bool only_missing;
};

static void note(struct pass *p, enum script_fault_kind kind, size_t node, size_t answer)
{
    if (p->n < p->cap && p->ret)
        p->ret[p->n] = (struct script_fault){kind, node, answer};
    p->n++;
}

static const struct script_item *item_of(const struct pass *p, size_t cell)
{
    return &p->a->script->items[p->a->cells[cell].item];
}

static size_t needed(const struct script_item *item)
{
    return item->min_occurs > 0 ? item->min_occurs : item->required;
}

static void note_lack(struct pass *p, size_t node, size_t there)
{
    const bool required = item_of(p, node)->required && there == 0;
    note(p, required ? SCRIPT_FAULT_REQUIRED : SCRIPT_FAULT_MIN_OCCURS, node, SCRIPT_NODE_NONE);
}

/* Each of these returns how many questions lack something. */
static size_t look_below(struct pass *p, size_t holder);

static void look_answer(struct pass *p, size_t node, size_t answer)
{
    const unsigned faults = p->only_missing ? 0 : script_answer_faults(p->a, answer);
    for (unsigned i = 0; i < SCRIPT_FAULT_COUNT; i++)
        if (faults >> i & 1)
            note(p, (enum script_fault_kind)i, node, answer);
}

static size_t look_question(struct pass *p, size_t node)
{
    const struct script_item *item = item_of(p, node);
    size_t there = 0, lacking = 0;
    if (!(p->a->cells[node].flags & FLAG_OPEN))
        return 0;
    for (size_t k = p->a->cells[node].answers; k != SCRIPT_NODE_NONE; k = p->a->cells[k].next)
        there += p->a->cells[k].value.kind != SCRIPT_VALUE_NONE;
    if (there < needed(item)) {
        note_lack(p, node, there);
        lacking++;
    }
    if (!p->only_missing && item->repeats && item->max_occurs && there > item->max_occurs)
        note(p, SCRIPT_FAULT_MAX_OCCURS, node, SCRIPT_NODE_NONE);
    for (size_t k = p->a->cells[node].answers; k != SCRIPT_NODE_NONE; k = p->a->cells[k].next) {
        if (p->a->cells[k].value.kind == SCRIPT_VALUE_NONE)
            continue;
        look_answer(p, node, k);
        lacking += look_below(p, k);
    }
    return lacking;
}

/* An empty instance that has to be there: what it lacks is named below, or else itself. */
static size_t look_empty(struct pass *p, size_t node, size_t there)
{
    const size_t lacking = look_below(p, node);
    if (lacking == 0)
        note_lack(p, node, there);
    return lacking;
}

static size_t look_group(struct pass *p, size_t first)
{
    const struct script_answers *a = p->a;
    const struct script_item *item = item_of(p, first);
    size_t there = 0, seen = 0, lacking = 0, last = first;
    for (size_t k = first; k != SCRIPT_NODE_NONE; k = a->cells[k].next)
        there += a->cells[k].filled > 0;
    size_t left = item->type == SCRIPT_GROUP && there < needed(item) ? needed(item) - there : 0;
    bool asked = false;
    for (size_t k = first; k != SCRIPT_NODE_NONE; k = a->cells[k].next) {
        last = k;
        if (!(a->cells[k].flags & FLAG_OPEN))
            continue;
        if (a->cells[k].filled > 0) {
            if (!p->only_missing && item->repeats && ++seen == item->max_occurs + 1 && seen > 1)
                note(p, SCRIPT_FAULT_MAX_OCCURS, k, SCRIPT_NODE_NONE);
            lacking += look_below(p, k);
        } else if (left > 0) {
            left--;
            asked = true;
            lacking += look_empty(p, k, there);
        }
    }
    /* Where an empty instance is asked, what it lacks comes first. */
    if (left > 0 && !asked && (a->cells[last].flags & FLAG_OPEN))
        note_lack(p, last, there);
    return lacking;
}

static size_t look_below(struct pass *p, size_t holder)
{
    const struct script_cell *c = &p->a->cells[holder];
    const size_t n = p->a->plan.child_start[c->item + 1] - p->a->plan.child_start[c->item];
    size_t lacking = 0;
    for (size_t k = 0; c->first && k < n; k++) {
        const size_t node = c->first[k];
        lacking +=
            p->a->cells[node].kind == CELL_QUESTION ? look_question(p, node) : look_group(p, node);
    }
    return lacking;
}

size_t script_faults(const struct script_answers *a, struct script_fault *ret, size_t cap)
{
    struct pass p = {.a = a, .ret = ret, .cap = cap};
    (void)look_below(&p, 0);
    return p.n;
}

size_t script_missing_nodes(const struct script_answers *a, struct script_fault *ret, size_t cap)
{
    struct pass p = {.a = a, .ret = ret, .cap = cap, .only_missing = true};
    (void)look_below(&p, 0);
    return p.n;
}
