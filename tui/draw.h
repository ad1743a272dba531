/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Text into rectangles of the screen. Everything that is drawn passes draw_text(), which cleans it
 * (core/text.h), measures it in columns and cuts it: no text from outside reaches the terminal in
 * any other way. */

#include <stdbool.h>
#include <stddef.h>

#include <curses.h>

#include "tui/role.h"

/* A rectangle of a window; y and x are the window's. */
struct area {
    WINDOW *win;
    int y, x;
    int rows, cols;
    bool unicode; /* else ASCII only */
};

/* A part of it, cut to what there is. rows, cols < 0: all but so many. */
struct area area_part(struct area a, int y, int x, int rows, int cols);

/* Columns that a text takes once cleaned. */
int draw_width(const char *text);

/* Write one line of text at (y, x) of the area, at most max_cols columns (< 0: to the right edge);
 * what does not fit ends in an ellipsis. Returns the columns used. */
int draw_text(struct area a, int y, int x, int max_cols, enum role role, const char *text);

/* The same with a format; at most 511 bytes. */
int draw_format(struct area a, int y, int x, int max_cols, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* Right-aligned so that it ends before column `end` of the area. Returns its first column. */
int draw_right(struct area a, int y, int end, enum role role, const char *text);

/* Wrap text at blanks into the area from row y on, `skip` lines left out at the top. Line ends in
 * the text stay. Returns the lines that the whole text takes, drawn or not; draws nothing when
 * a.rows is 0. */
int draw_wrapped(struct area a, int y, int skip, enum role role, const char *text);

/* Fill a row of the area with a role's background. */
void draw_fill(struct area a, int y, enum role role);

/* A horizontal line with an optional title in it; a vertical line. */
void draw_rule(struct area a, int y, const char *title);
void draw_vertical(struct area a, int x);

/* Empty the area and draw a frame round it with a title; returns the inside, one column of air on
 * the left and right. */
struct area draw_box(struct area a, const char *title);

/* A key and what it does: "F5 Dialpad". Returns the columns used. */
int draw_key(struct area a, int y, int x, enum role key_role, enum role text_role, const char *key,
             const char *text);

/* The sign in its Unicode or ASCII form. */
enum sign {
    SIGN_ELLIPSIS,
    SIGN_DOT,     /* between facts */
    SIGN_BULLET,  /* a status */
    SIGN_CHECK,   /* done, chosen */
    SIGN_POINTER, /* here */
    SIGN_OPEN,    /* not answered */
    SIGN_BAR,     /* beside what is read aloud */
    SIGN_UP,      /* there is more above */
    SIGN_DOWN,    /* there is more below */
    SIGN_FULL,    /* part of a gauge */
    SIGN_EMPTY,
};
#define SIGN_COUNT (SIGN_EMPTY + 1)
const char *draw_sign(struct area a, enum sign sign);
