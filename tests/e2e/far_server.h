/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A server that an agent logs in to over a poor line: a real sshd on the loopback address, of its
 * own configuration and keys, run as the test's user, whose sessions have their own home, runtime
 * and state folders. The agent's PC is the world itself. */

#include "tests/e2e/world.h"
#include "tests/harness/poor_line.h"

struct far_server {
    struct world *w;
    char *dir;        /* the server's */
    char *ssh_config; /* of the agent's ssh: its host "far" is this server */
    int port;
    struct poor_line *line;
    struct proc *sshd;
};

/* Never NULL: a test fails that cannot have one. */
struct far_server *far_server_new(struct world *w, const struct poor_line_opts *opts);
/* With more lines for its sshd_config. */
struct far_server *far_server_new_with(struct world *w, const struct poor_line_opts *opts,
                                       const char *more);

/* NULL allowed; returns NULL. */
struct far_server *far_server_free(struct far_server *s);

/* What the agent types on the PC: `pupitre-desk ssh far`, for the desk of this name there.
 * silence_s: "15" as a rule. */
struct term *far_screen(struct far_server *s, const char *instance, const char *silence_s);

/* pupitre itself, on the server, with this as PUPITRE_DESK: no ssh. */
struct term *far_bare_screen(struct world *w, const char *desk);

/* Who comes without a session: name, password, and OFF QUEUE is there. */
void far_sign_in(struct term *t);
/* After signing out the name is still there. */
void far_sign_in_again(struct term *t);

/* How many folders of logins are on the server. */
size_t far_folders(const struct far_server *s);
