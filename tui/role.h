/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What a text on the screen is; never its colour. One table says what each role looks like with
 * 256, 16 or 8 colours and without any. */

#include <stdbool.h>

#include <curses.h>

enum role {
    ROLE_TEXT,
    ROLE_DIM,     /* labels, what is not needed now */
    ROLE_STRONG,  /* names, headings */
    ROLE_BAR,     /* the frame */
    ROLE_BAR_KEY, /* a key's name in the frame */
    ROLE_BAR_OK,
    ROLE_BAR_WARNING,
    ROLE_BAR_ERROR,
    ROLE_KEY,  /* a key's name elsewhere */
    ROLE_RULE, /* lines between parts */
    ROLE_OK,
    ROLE_WARNING,
    ROLE_ERROR,
    ROLE_SPEECH,      /* to be read aloud */
    ROLE_INSTRUCTION, /* for the agent's eyes only */
    ROLE_QUESTION,
    ROLE_INPUT,    /* a field to type in */
    ROLE_FOCUS,    /* the row or button that Enter means */
    ROLE_CHOSEN,   /* what was answered or is switched on */
    ROLE_ON,       /* a switch that is on and must not be forgotten: muted, on hold */
    ROLE_DISABLED, /* a button that does not work now */
    ROLE_BANNER,   /* somebody is offered */
    ROLE_COUNTDOWN,
    ROLE_LATE, /* the last seconds, and after */
    ROLE_STATUS_AVAILABLE,
    ROLE_STATUS_BUSY,
    ROLE_STATUS_AWAY,
    ROLE_STATUS_PAUSE, /* break, meal */
    ROLE_STATUS_WORK,  /* meeting, training */
};
#define ROLE_COUNT (ROLE_STATUS_WORK + 1)

/* Give each role its look on this terminal; call after curses has started. */
void role_init(bool want_colour);

/* Attributes and colour of a role, for wattr_set. */
attr_t role_attributes(enum role role);
short role_pair(enum role role);
