/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How a test starts a program: the same fixed surroundings each time.
 *
 * The child gets TERM=xterm-256color, TZ=Europe/Brussels, LC_ALL=C.UTF-8, LANGUAGE=en, a plain
 * PATH, HOME and every XDG directory inside `home` (made when missing, XDG_RUNTIME_DIR with mode
 * 0700), the sanitizers' options and the build's own variables (PUPITRE_LOCALEDIR,
 * PUPITRE_BUILD_ROOT, PUPITRE_SOURCE_ROOT) of the test, and nothing else. It holds no descriptor of
 * the test beyond 0 to 2 and the given inputs, leads its own process group, and dies with the test.
 * Whatever its descendants leave behind is adopted by the test: see strays.h. */

#include <sys/types.h>

#define SPAWN_INPUTS_MAX 4

/* Text that the child reads from a descriptor, then end of file: how a password is handed over. */
struct spawn_input {
    int fd;           /* 3..63; 0 = end of the list */
    const char *text; /* at most 4096 bytes */
};

struct spawn {
    const char *const *argv; /* [0] is found by PATH unless it holds a slash; NULL at the end */
    const char *const *env;  /* more or other "NAME=value"; "NAME" alone removes; NULL = none */
    const char *home;        /* a directory of the test (tmpdir.h); never NULL */
    const char *cwd;         /* NULL = home */
    struct spawn_input inputs[SPAWN_INPUTS_MAX];
};

/* Start it on the given standard descriptors (each stays open in the caller) as leader of a new
 * session; tty: descriptor 0 becomes its controlling terminal. Ends the test program with a message
 * if the machine refuses; a program that cannot be executed exits 127 and says so on stderr. */
pid_t spawn_start(const struct spawn *how, const int std_fds[3], int tty);
