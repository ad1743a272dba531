/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What of a script is there several times: instances of a group, and answers of a choice. */

#include "tui/state.h"

/* The instance of a repeating group that a node stands in, the nearest; SCRIPT_END: in none. */
size_t script_instance(const struct tui *t, size_t node);

/* "Contacts 2 of 3", in the spoken language. */
const char *script_instance_text(const struct tui *t, size_t instance, char *ret, size_t size);

/* What is asked below one of several answers belongs to: that answer, in the spoken language.
 * False: the node stands below none. */
bool script_answer_above_text(const struct tui *t, size_t node, char *ret, size_t size);

/* Which of several a question in a list is about: the answer that it stands below, or the number of
 * its instance; "" = there is only one. */
const char *script_which(const struct tui *t, size_t node, char *ret, size_t size);

/* The name of a section: a group, or which of its instances. */
const char *script_section_text(const struct tui *t, size_t group, char *ret, size_t size);

/* Is the present question a choice of several options at a time? */
bool script_is_several(const struct tui *t);

/* Is option number i among the answers of a question? */
bool script_has_option(const struct tui *t, size_t node, size_t i);

/* Take an option of the present question in or out; one that stands alone drives the others out,
 * and they it. */
void script_toggle(struct tui *t, size_t i);

/* Those that cannot stand beside option number i (n_options: words of one's own) are taken away. */
bool script_make_way(struct tui *t, size_t i);

/* An empty answer for one more, or SCRIPT_END; why not is said then. */
size_t script_room(struct tui *t);

/* Of an open choice: the answer in words of one's own, or SCRIPT_END. */
size_t script_own_words(const struct tui *t, size_t node);

/* The option that an answer stands for, or n_options. */
size_t script_option_number(const struct tui *t, size_t node, size_t answer);

/* Take all answers of the present question away. */
void script_clear_all(struct tui *t);
