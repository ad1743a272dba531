/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an agent's hands do and what the agent's eyes wait for, step by step. Each step fails the
 * test, and prints the screen, when it does not come about. English screens. */

#include "tests/e2e/world.h"

/* Signed in and the telephone ready -> on queue. */
void agent_goes_on_queue(struct term *t);
/* An offer rings -> the preview. */
void agent_accepts(struct term *t);
/* On queue, accept, call: until the call is `shown` ("Talking", "The number is busy"). */
void agent_calls(struct term *t, const char *shown);
/* Answer all four questions and hand the script in; during a call or after it. */
void agent_interviews(struct term *t);
void agent_ends_call(struct term *t);
/* After-call work: take the code that is proposed, whose label is given, and be done. */
void agent_takes_proposed(struct term *t, const char *label);
/* The same, and the backend has accepted it. */
void agent_closes(struct term *t, const char *label);
/* After-call work: choose the sixth code, Rescheduled, and promise a call tomorrow at noon, a time
 * that is to come at any hour this test runs; on another number unless NULL. The form is left ready
 * to be done. */
void agent_promises_callback(struct term *t, const char *phone);
/* Done -> ready for the next person. */
void agent_ends_preview(struct term *t);

/* What is typed and where it is typed is with the desk within a second: two seconds pass, as the
 * screen counts them in a call or after it. */
void agent_waits_until_kept(struct term *t);

/* The export has a row with the text. What the desk reports comes by itself: asked again and again
 * until the deadline. */
#define assert_exported(w, what, text) assert_exported_(w, what, text, __FILE__, __LINE__)
void assert_exported_(struct world *w, const char *what, const char *text, const char *file,
                      int line);
