/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The answers to one script as core/script_*.c share them. Nobody else looks inside. */

#include "core/regex.h"
#include "core/script.h"
#include "core/script_plan.h"
#include "core/script_tree.h"

enum {
    FLAG_ENABLED = 1,
    FLAG_SHOWN = 2, /* enabled, not hidden, nothing hidden above */
    FLAG_OPEN = 4,  /* enabled, and every question above it has an answer */
};

/* A cell is a node, or an answer of a question's node. Groups and answers hold nodes: first[] has
 * the first one of each child item. Cell 0 is the whole, above what stands at the top. */
struct script_cell {
    enum { CELL_GONE, CELL_GROUP, CELL_QUESTION, CELL_ANSWER } kind; /* a display is a group */
    unsigned char flags;
    bool queued;
    bool counted; /* a question whose answers count: it is in `filled` of all above */
    size_t item;  /* n_items for cell 0 */
    size_t up;
    size_t next, prev; /* instances of a group, answers of a question */
    size_t position;   /* among them, from 0 */
    size_t *first;
    size_t answers; /* of a question: the first */
    size_t filled;  /* questions that count, at it and below */
    struct script_value value;
};

/* A node to evaluate, and the rank of its item beside it: that is what is compared. */
struct script_due {
    size_t rank;
    size_t node;
};

struct script_answers {
    const struct script *script;
    struct script_plan plan;
    struct script_cell *cells;
    size_t n_cells, cap;
    struct script_due *heap; /* nodes to evaluate, least rank first; room for all cells */
    size_t n_heap;
    size_t touched;
    size_t changes;
    bool held;                     /* nothing is computed until script_answers_release */
    const struct regex_ops *regex; /* NULL: expressions are not looked at */
};

/* Note what has to be evaluated: a node, all nodes of an item below a cell, the nodes directly
 * below a cell, all that looks at a question's answers. script_run evaluates. */
void script_queue(struct script_answers *a, size_t node);
void script_queue_item(struct script_answers *a, size_t below, size_t item);
void script_queue_below(struct script_answers *a, size_t cell);
void script_queue_users(struct script_answers *a, size_t question);
/* All that looks at questions at or below item, from outside the tree of this node. */
void script_queue_outside(struct script_answers *a, size_t node);
void script_run(struct script_answers *a);
/* The answers of a question were changed: does it still count? */
void script_recount(struct script_answers *a, size_t question);

bool script_question_has_value(const struct script_answers *a, size_t question);

/* An empty tree into a; false when out of memory. */
bool script_tree_make(struct script_answers *a) MUSTCHECK;
/* Take all answers and instances away; cannot fail: the first node of each item stays. */
void script_tree_clear(struct script_answers *a);
void script_tree_drop(struct script_answers *a);

/* Cells: room for so many more; how many an instance or an answer of an item takes at most; a new
 * one, with what stands below it (*good: false when out of memory), as the room allows; all from
 * one number on thrown away. */
bool script_cells_room(struct script_answers *a, size_t more) MUSTCHECK;
size_t script_cells_below(const struct script_answers *a, size_t item);
size_t script_cell_new(struct script_answers *a, unsigned kind, size_t item, size_t up);
size_t script_cell_new_node(struct script_answers *a, size_t item, size_t up, bool *good);
bool script_cell_fill(struct script_answers *a, size_t holder) MUSTCHECK;
void script_cells_cut(struct script_answers *a, size_t from);
/* All below a cell is gone; what was counted there is taken from above first. */
void script_cell_forget(struct script_answers *a, size_t cell);
/* Into the list of its like, behind that one (SCRIPT_NODE_NONE: first of all). */
void script_cell_link(struct script_answers *a, size_t node, size_t behind);
/* Put a value into a cell, wiping the former one. */
void script_cell_put(struct script_answers *a, size_t answer, struct script_value *value_take);
/* As script_value_deinit, and nothing of it stays in memory that is given back. */
void script_value_forget(struct script_value *v);
/* The initial values of all questions among the cells from there on. */
enum err_code script_cells_set_initials(struct script_answers *a, size_t from,
                                        struct err *err) MUSTCHECK;

/* A copy of the value if the item takes it and it keeps all rules: of the option it stands for, if
 * it stands for one. Nothing for nothing. Errors as script_node_set; *ret is empty then. */
enum err_code script_admit(const struct script_answers *a, size_t item,
                           const struct script_value *value, struct script_value *ret,
                           struct err *err) MUSTCHECK;
/* The same for every value of the item's type, exactly as it is. */
enum err_code script_admit_any(const struct script_item *item, const struct script_value *value,
                               struct script_value *ret, struct err *err) MUSTCHECK;

/* Is the value of the item's type? Errors: ERR_INVALID. */
enum err_code script_check_type(const struct script_item *item, const struct script_value *value,
                                struct err *err) MUSTCHECK;
/* The option that the value stands for, or NULL. */
const struct script_option *script_option_of(const struct script_item *item,
                                             const struct script_value *value);
