/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What term.c and term_read.c share. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <vterm.h>

#include "core/buf.h"

struct term {
    int master; /* -1 after a hang-up */
    pid_t pid;
    int pidfd;
    bool ended;
    int status;
    bool eof; /* no program has the terminal open any more */
    VTerm *vt;
    VTermScreen *screen;
    bool cursor_visible;
    bool alternate;
    int bells;
    uint64_t bytes;
    uint64_t sent;
    struct buf raw; /* the last bytes that the program has written */
    char title[256];
    struct buf text; /* what term_text and term_row gave out */
};

/* Take in what the program has written. True if something was painted. */
bool term_drain(struct term *t);
