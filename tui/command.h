/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Keys and commands: one table that is handled, shown in the hint line, and printed as help. */

#include <stddef.h>

#include "tui/actions.h"
#include "tui/draw.h"
#include "tui/state.h"

#define COMMAND_KEYS 6

/* Keys that stand for several. */
#define KEY_ANY_DIGIT (-2) /* 1 to 9 */
#define KEY_ANY_TEXT (-3)  /* anything printable */

struct command {
    scope_set scopes;
    int keys[COMMAND_KEYS]; /* the first is the one that is shown; 0 ends */
    const char *shown; /* how the keys are written when the first alone would not do, or NULL */
    const char *hint;  /* for the hint line, NULL = not there */
    const char *help;  /* for the help, NULL = said by another row */
    bool (*possible)(const struct tui *t); /* NULL = always */
    action *run;
};

/* The table; *ret_n rows. */
const struct command *command_all(size_t *ret_n);

/* How the command's key is written: "F5", "^X", "Enter". size bytes. */
const char *command_key_text(const struct command *c, char *ret, size_t size);

/* The command that runs this handler first, for its key's name. */
const struct command *command_of(action *run);

/* Carry out a key; false when it means nothing here. */
bool command_run(struct tui *t, int key);

/* The keys that work here, in one row. */
void command_draw_hints(const struct tui *t, struct area a, int y);
