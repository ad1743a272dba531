/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The machine at the far end of an SSH line, where the screen runs, through the stock ssh(1).
 *
 * One connection carries all: the first ssh logs in and stays as master of a control socket; what
 * follows goes through it without another login. Each login gets a folder of its own there (0700,
 * in that user's runtime folder) for the desk's forwarded socket and its token, so that a socket
 * that another login left behind is in nobody's way. The token goes in through the standard input
 * of a shell: command lines and environments can be read by others. */

#include <stdint.h>

#include "net/desk/child.h"
#include "net/desk/place.h"

#define FAR_ARGS_MAX 24

struct far_config {
    const char *ssh;     /* program */
    const char *file;    /* its -F; NULL = the user's own */
    const char *host;    /* as ssh takes it */
    const char *pupitre; /* command line there */
    int64_t silence_s;   /* a line that says nothing for so long is dead */
};

struct far {
    struct far_config config; /* borrowed */
    char control[DESK_PATH_MAX];
    char dir[DESK_PATH_MAX];    /* there; "" = not logged in */
    char former[DESK_PATH_MAX]; /* of the login before; "" = none */
};

/* place: the desk's here. Touches nothing. Errors: ERR_INVALID (path too long). */
enum err_code far_init(struct far *f, const struct far_config *config,
                       const struct desk_place *place, struct err *err) MUSTCHECK;

/* Log in, end what the login before left there, put the token into a new folder, and forward the
 * desk's socket to it. ssh asks on the terminal for what it needs. Errors: ERR_UNAVAILABLE (ssh
 * said why, or a signal came), ERR_FORBIDDEN (the folder there), ERR_INVALID. */
enum err_code far_open(struct far *f, const struct desk_place *place, const char *token,
                       struct err *err) MUSTCHECK;

/* Another token for the same folder: the desk was started again. Errors: ERR_UNAVAILABLE. */
enum err_code far_give(const struct far *f, const char *token, struct err *err) MUSTCHECK;

/* Begin pupitre there, on this terminal. False when it could not be tried. */
bool far_start(const struct far *f, struct child *ret);

/* Does the line still stand? Waits for the master here only. */
bool far_is_open(const struct far *f);

/* The folder is removed, if the line still stands (tidy), and the line closed. What was there is
 * remembered as the login before. */
void far_close(struct far *f, bool tidy);
