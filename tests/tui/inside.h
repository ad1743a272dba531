/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The screen within the test program: the view of a call on a workstation made by hand, painted
 * into memory. No process, no terminal, so that a test may press thousands of keys and look at the
 * screen's own state. */

#include <stddef.h>

#include "tests/tui/fixture_views.h"
#include "tui/state.h"

struct inside {
    struct fixture fixture;
    struct tui *t;
    SCREEN *screen;
    FILE *nowhere;
};

/* view: a name of fixture_views.c, with a call up. lang: of the screen. Ends the test program if
 * that cannot be. */
void inside_start(struct inside *s, const char *view, int rows, int cols, const char *lang);
void inside_stop(struct inside *s);

/* Another script in place of the view's, from the root of the sources; nothing is answered. */
void inside_script(struct inside *s, const char *path);
void inside_script_text(struct inside *s, const char *json, size_t len);

/* A key as tui/keys.h has them, or each character of a text; then the screen is painted. */
void inside_press(struct inside *s, int key);
void inside_type(struct inside *s, const char *text);

/* A second passes. */
void inside_second(struct inside *s);

void inside_paint(struct inside *s);

/* A row without blanks at its end, from column x on. */
const char *inside_row(struct inside *s, int y, int x, char *ret, size_t size);

/* The first row that shows the text, or -1. */
int inside_find(struct inside *s, const char *text);
