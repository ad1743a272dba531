/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What stands in pupitre.conf(5): the agent's own file, and before it the machine's.
 *
 * $XDG_CONFIG_HOME/pupitre/pupitre.conf (~/.config when unset) wins over
 * /etc/pupitre/pupitre.conf; what was chosen last on the screen (kept in
 * $XDG_STATE_HOME/pupitre/screen.conf, ~/.local/state when unset) wins over both; the command line
 * over all. */

#include <stdbool.h>

#include "core/err.h"
#include "tui/tui.h"

struct config {
    char *backend; /* heap, like the others; NULL = not said */
    char *instance;
    char *login;
    char *audio;
    char *desk;
    char *log;
    struct tui_preferences screen;
};

/* Read one INI file into *c; what it says replaces what stood there. A file that is not there says
 * nothing. Errors: ERR_INVALID ("PATH: line N: …": an unknown section or key, a value out of its
 * rule), ERR_IO, ERR_NOMEM. */
enum err_code config_read(struct config *c, const char *path, struct err *err) MUSTCHECK;

/* All files, in their order. Errors as config_read. */
enum err_code config_read_all(struct config *c, struct err *err) MUSTCHECK;

/* Keep what was chosen on the screen for the next time (0600, replaced as a whole).
 * Errors: ERR_IO; the former choice stays then. */
enum err_code config_keep_screen(const struct tui_preferences *screen, struct err *err) MUSTCHECK;

void config_deinit(struct config *c);
