/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Parts of the screen that several views and popups show. */

#include "tui/state.h"
#include "tui/when.h"

/* when.c's clocks for whatever the agent reads and types: the service's, or the terminal's before a
 * service is known. */
struct when_zone tui_zone(const struct tui *t);

#define ACW_RED_S 15 /* the last seconds of after-call work are red */

/* toolbar.c: dialpad, mute, hold, transfer, consult, end call, in this order, each with whether it
 * is on; the call's state at the right or in the rows below. Returns its rows: one to three. */
int toolbar_draw(struct tui *t, struct area a, int y);
/* The call that mute, tones and the end are for: the expert's while he is called or spoken with. */
const struct call *toolbar_ear_call(const struct tui *t);
/* What is wrong with a line; false: nothing is. */
bool toolbar_line_text(const struct line_quality *line, char *ret, size_t size);

/* The same in short, one below the other, for a terminal that is too small for anything else. */
void toolbar_draw_small(struct tui *t, struct area a);

/* call_lines.c: the rows below the toolbar; returns how many. */
int call_lines_draw(struct tui *t, struct area a, int y);
/* Has the call's state room beside the tools? */
bool call_lines_are_wide(struct area a);
/* A call's state in words: "Talking 2:13", "The number is busy". */
const char *call_state_line(const struct tui *t, const struct call *call, bool pending, char *ret,
                            size_t size);
enum role call_role(const struct call *call);
/* How the line sounds that is heard now. */
const struct line_quality *call_lines_line(const struct tui *t);
/* Whom it names: the name, else the number as it is written, the login, the queue. */
const char *target_text(const struct target *target, const char *name, char *ret, size_t size);

/* record_pane.c: every field of the record, from line `skip` on. Returns all its lines. */
int record_pane_draw(const struct tui *t, struct area a, int skip);
/* The same in brief, for narrow screens: who, what an identity is checked with, the papers, the
 * notes. Returns its lines. */
int record_brief_draw(const struct tui *t, struct area a, int y);

/* view_call.c: record, script and its questions, beside each other where there is room, as in a
 * call; the keys of the script, and the field that has the focus. */
void call_panes_draw(struct tui *t, struct area a);
scope_set call_script_scopes(const struct tui *t);
struct edit *call_editor(struct tui *t);
void call_edited(struct tui *t);

/* view_demo.c: the two lines of the frame in a demonstration. */
void demo_frame_draw(struct tui *t, struct area screen);
/* view_demo_play.c: what the simulated person says, in the last rows of an area; returns its rows.
 */
int demo_play_draw(const struct tui *t, struct area a);
/* The page after the present question; when a person is played, with the instance that they have to
 * tell of added first. */
size_t demo_page_after(struct tui *t);
/* A demonstration is told where the screen is. */
void demo_follow(struct tui *t);

/* incoming_pane.c: somebody calls whom no queue sent; while that call is up it has the first rows
 * of the middle. small: the terminal has room for nothing else; returns the rows used. */
#define INCOMING_ROWS 4
bool incoming_is_up(const struct tui *t);
void incoming_draw(struct tui *t, struct area a);
int incoming_draw_small(struct tui *t, struct area a, int y);
/* What has changed since the last look: a call that was missed is said. */
void incoming_follow(struct tui *t);

/* script_pane.c: the present page. */
void script_pane_draw(struct tui *t, struct area a);
/* question_list.c: all sections with how far they are, and the questions of the present one with
 * their answers; kept around the present one. */
void question_list_draw(const struct tui *t, struct area a);

/* Is this number (E.164) of the person not to be called again? */
bool person_number_is_unwanted(const struct tui *t, const char *number);
/* What the person of the call does not want any more, in a sentence; NULL = nothing. */
const char *person_wish(const struct tui *t, char *ret, size_t size);

/* Who is called in the person's place: "parent, Marie Dupont". */
const char *party_text(const struct party *party, char *ret, size_t size);
/* popup_another.c: what was typed about whom to call instead. */
void another_forget(struct tui *t);

/* The name of the person who is offered, "" before it is known. */
const char *person_name(const struct tui *t, char *ret, size_t size);
