/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/buf.h"
#include "tests/harness/die.h"
#include "tests/harness/proc.h"
#include "tests/harness/tmpdir.h"

#define LETTERS 30

static const struct {
    const char *name;
    const char *path;
    const char *argv[8]; /* relative to the directory */
    const char *cwd;
    const char *marker; /* in the line that it paints last */
    const char *keys[2];
} peers[] = {
    [PEER_TIG] = {"tig",  "/usr/bin/tig",  {"tig"},                                               "repository", "commit 1 of", {"j", "k"}          },
    [PEER_MUTT] = {"mutt",
                  "/usr/bin/mutt",         {"mutt", "-n", "-F", "/dev/null", "-f", "../mailbox"},
                  "repository",                                                                                 "Msgs:",
                  {"j", "k"}                                                                                                                       },
    [PEER_HTOP] = {"htop", "/usr/bin/htop", {"htop"},                                              NULL,         "F10Quit",     {"\033OB", "\033OA"}},
};

const char *peer_name(enum peer peer)
{
    return peers[peer].name;
}

bool peer_is_here(enum peer peer)
{
    return access(peers[peer].path, X_OK) == 0;
}

const char *peer_marker(enum peer peer)
{
    return peers[peer].marker;
}

const char *peer_key(enum peer peer, size_t i)
{
    return peers[peer].keys[i % 2];
}

/* Mail: mutt would ask whether to make it. */
static void repository_make(const char *dir)
{
    static const char script[] =
        "mkdir Mail repository && cd repository && git init -q -b main . && for i in $(seq 30); do "
        "git -c user.name=Bench -c user.email=bench@example.org commit -q --allow-empty "
        "-m \"commit number $i\" || exit 1; done";
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    char *output = NULL;
    if (proc_run(&(struct spawn){.argv = argv, .home = dir}, &output, TERM_DEADLINE_MS) != 0) {
        (void)fprintf(stderr, "%s", output);
        die("peers", "git");
    }
    free(output);
}

static void mailbox_make(const char *dir)
{
    CLEANUP_BUF struct buf box = {0};
    CLEANUP_FREE char *path = tmpdir_path(dir, "mailbox");
    for (int i = 1; i <= LETTERS; i++)
        buf_printf(&box,
                   "From a@example.org Mon Jan  5 08:%02d:00 2026\nFrom: a@example.org\n"
                   "To: b@example.org\nDate: Mon, 5 Jan 2026 08:%02d:00 +0000\n"
                   "Subject: letter %d\n\nText.\n\n",
                   i, i, i);
    tmpdir_write(path, buf_text(&box));
}

void peers_prepare(const char *dir)
{
    repository_make(dir);
    mailbox_make(dir);
}

struct term *peer_start(enum peer peer, const char *dir)
{
    CLEANUP_FREE char *cwd = tmpdir_path(dir, peers[peer].cwd ? peers[peer].cwd : ".");
    return term_start(&(struct term_opts){
        .spawn = {.argv = peers[peer].argv, .home = dir, .cwd = cwd}
    });
}
