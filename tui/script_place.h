/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where the agent is in the script. A page is a question with the texts that stand before it; after
 * the last question comes one more page, with the closing texts and the way to submit. */

#include <stdbool.h>
#include <stddef.h>

#include "core/script_tree.h"
#include "tui/state.h"

#define SCRIPT_END SCRIPT_NODE_NONE
#define SCRIPT_END_KEY "@" /* no question has it: each linkId has a character */

/* Questions and texts are named by their nodes, which are numbers within the present answers. */

/* The next / previous question that is shown; SCRIPT_END after the last. script_page_before stays
 * on the first. */
size_t script_page_after(const struct tui *t, size_t node);
size_t script_page_before(const struct tui *t, size_t node);

/* The first text of the page of `node`; equals node when none stands before it. For the end page
 * SCRIPT_END when it has no texts. */
size_t script_page_start(const struct tui *t, size_t node);

/* Go to a page; an answer that was being typed is handed over first. False: it was refused, and the
 * agent stays to see why. Nobody is kept: once more leaves it, and what was typed is there again on
 * coming back. */
bool script_go(struct tui *t, size_t node);

/* The same before something is opened from which a page is chosen: hand over, or leave it. */
bool script_may_leave(struct tui *t);

/* A page where something refused was left; SCRIPT_END: there is none. */
size_t script_left(const struct tui *t);

/* Hand over what is being typed. False: refused. */
bool script_hand_over(struct tui *t);

/* Keep up with the view: begin at the first unanswered question, leave a question that was closed
 * by a branch, hand over text as it is typed. */
void script_follow(struct tui *t);

/* Another script has come in place of the one that was shown: the same question there, if it has
 * one, with what was being typed. Before script_follow. */
void script_changed(struct tui *t);

/* Set the answer of the present question (NULL takes it away) and say so when it was refused. */
bool script_give(struct tui *t, const struct script_value *value);

/* The same for another answer of it. */
bool script_give_to(struct tui *t, size_t answer, const struct script_value *value);

/* Do two values stand for the same option? */
bool script_same_value(const struct script_value *a, const struct script_value *b);

/* The present question, or NULL on the end page and without a script. */
const struct script_item *script_question(const struct tui *t);

/* What a node is of. */
const struct script_item *script_item_of(const struct tui *t, size_t node);

/* The first answer of a question, NULL when there is none. */
const struct script_value *script_value_of(const struct tui *t, size_t node);

/* An open question: typed into a line editor and nothing else. */
bool script_is_open(const struct script_item *item);

/* Has it options, or takes codes of a list? */
bool script_has_list(const struct script_item *item);

/* The option that is the answer now, or n_options. */
size_t script_chosen(const struct tui *t, size_t node);

/* How an answer reads on the screen, in the spoken language; "" = none. */
const char *script_answer_text(const struct tui *t, size_t node, char *ret, size_t size);

/* The words for a node in a list, in the spoken language. */
const char *script_label(const struct tui *t, size_t node, char *ret, size_t size);

/* The language of the spoken text: one that the script has. */
const char *script_language(const struct tui *t);

/* The languages that the script speaks, borrowed from it; returns how many. cap: at least 1. */
size_t script_languages(const struct tui *t, const char **langs, size_t cap);

struct script_count {
    size_t questions, answered, missing; /* of what is shown now */
    size_t place;                        /* number of the present question, from 1 */
};
struct script_count script_counted(const struct tui *t);
