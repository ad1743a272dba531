/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Pasted text: it goes into the field that has the focus when it begins, or nowhere. It never
 * presses a key. A line end in it becomes a space, for every field is one line. */

struct tui;

/* Take a character of it. */
void paste_take(struct tui *t, int c);

/* What was typed and pasted has been taken in for now: let the view look at the field once, say
 * what did not go in. */
void paste_settle(struct tui *t);

/* With each paint: a paste that began and does not go on is told to the agent, with the way out. */
void paste_watch(struct tui *t);
