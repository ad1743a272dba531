/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A walk through a script that depends on a seed alone: which keys to type next, and every state
 * through which the answers go while they are typed. Whoever is killed in the middle must be found
 * in one of those states again. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct walk;

/* One state: the answers, and the question at which the screen stands. */
struct walk_state {
    char *answers;   /* the items of the draft, as JSON */
    char key[160];   /* of the question; "" = the page after the last */
    size_t place;    /* its number, from 1 */
    size_t of;       /* how many are shown */
    char words[160]; /* a piece of its text in the spoken language, without blanks */
};

/* Load a script and begin at its first question. Ends the test on a broken file. */
struct walk *walk_new(const char *path, const char *lang, uint64_t seed);
/* NULL allowed; returns NULL. */
struct walk *walk_free(struct walk *w);
/* The same script from its beginning, for another person; the dice roll on. */
void walk_again(struct walk *w);

/* 0 … n - 1. */
unsigned walk_dice(struct walk *w, unsigned n);

/* One more step: what to type, borrowed until the next one. *ret_gives: it gives an answer, so that
 * the place goes with it. */
const char *walk_step(struct walk *w, bool *ret_gives);

/* Begin to type an answer and stop in the middle. NULL: nothing is typed here. *ret_answer: what is
 * typed so far is an answer, and not the beginning of one. The next step types it anew. */
const char *walk_half(struct walk *w, bool *ret_answer);

/* The states since the last walk_found, oldest first; the last one is where the walk is. */
size_t walk_count(const struct walk *w);
const struct walk_state *walk_state(const struct walk *w, size_t i);

/* The newest answers are kept: the walk forgets every state with others. Which of the places with
 * these answers a screen that dies now has told is open: the place follows an answer at once, and
 * yet after it. */
void walk_kept(struct walk *w);

/* The programs are in this state: the walk goes on from there, and forgets the others. */
void walk_found(struct walk *w, size_t i);
/* The same answers, at the question after the last one that has an answer: where a screen begins
 * that nobody told where the one before it was. */
void walk_found_afresh(struct walk *w, size_t i);
