/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A line editor: UTF-8, a cursor between characters, the keys that people know. */

#include <stdbool.h>
#include <stddef.h>

#include "tui/draw.h"

#define EDIT_MAX 8001 /* bytes, with the NUL: a note of the API */

struct edit {
    char text[EDIT_MAX]; /* valid UTF-8, one line */
    size_t len;          /* bytes */
    size_t cursor;       /* byte position at a character's start */
    size_t max_chars;    /* 0 = as EDIT_MAX allows */
    bool secret;         /* shown as stars */
};

/* Replace the text (cleaned, cut); the cursor goes to its end. Overwrites the former one. */
void edit_set(struct edit *e, const char *text);

/* Take a key. False: it is none of the editor's. */
bool edit_key(struct edit *e, int key);

/* Draw at (y, x) with `cols` columns, scrolled so that the cursor is seen; *ret_cursor_x is its
 * column in the area. */
void edit_draw(const struct edit *e, struct area a, int y, int x, int cols, bool focus,
               int *ret_cursor_x);

/* Draw over several lines; returns the lines. The cursor's place comes back in the area. */
int edit_draw_wrapped(const struct edit *e, struct area a, int y, int rows, int *ret_cursor_y,
                      int *ret_cursor_x);
