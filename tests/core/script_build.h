/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Small scripts built by hand, for the tests of core/script*. Let go of with script_deinit. */

#include <stdlib.h>
#include <string.h>

#include "core/script.h"
#include "core/script_value.h"

/* Append an item below `parent` (or SCRIPT_NO_PARENT); returns its index. */
static inline size_t add_item(struct script *s, const char *link_id, enum script_type type,
                              size_t parent)
{
    s->items = realloc(s->items, (s->n_items + 1) * sizeof *s->items);
    s->items[s->n_items] = (struct script_item){
        .link_id = strdup(link_id),
        .type = type,
        .parent = parent,
        .depth = parent == SCRIPT_NO_PARENT ? 0 : s->items[parent].depth + 1,
    };
    return s->n_items++;
}

/* Values as they are written down: borrowed strings, for set and for conditions (copied). */
static inline struct script_value boolean(bool b)
{
    return (struct script_value){
        .kind = SCRIPT_VALUE_BOOLEAN, .type = SCRIPT_BOOLEAN, .boolean = b};
}

static inline char *unconst(const char *text)
{
    return (char *)(uintptr_t)text;
}

static inline struct script_value plain(enum script_type type, const char *text)
{
    return (struct script_value){.kind = SCRIPT_VALUE_TEXT, .type = type, .text = unconst(text)};
}

static inline struct script_value coding(const char *system, const char *code)
{
    return (struct script_value){.kind = SCRIPT_VALUE_CODING,
                                 .type = SCRIPT_CHOICE,
                                 .text = unconst(code),
                                 .system = unconst(system)};
}

static inline void add_condition(struct script *s, size_t item, size_t on, enum script_op op,
                                 struct script_value value)
{
    struct script_item *it = &s->items[item];
    it->conditions = realloc(it->conditions, (it->n_conditions + 1) * sizeof *it->conditions);
    struct script_condition *c = &it->conditions[it->n_conditions++];
    *c = (struct script_condition){.item = on, .op = op};
    if (!script_value_copy(&value, &c->value))
        abort();
}

static inline void add_option(struct script *s, size_t item, struct script_value value)
{
    struct script_item *it = &s->items[item];
    it->options = realloc(it->options, (it->n_options + 1) * sizeof *it->options);
    struct script_option *o = &it->options[it->n_options++];
    *o = (struct script_option){0};
    if (!script_value_copy(&value, &o->value))
        abort();
}
