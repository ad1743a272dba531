/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The agent's full screen: reads `struct workstation_view`, calls `struct workstation_commands`,
 * and knows nothing else. Nothing here waits for the terminal, the network or a file.
 *
 *     tui_locale(PUPITRE_LOCALEDIR);
 *     struct tui *t = tui_new(&view, &commands, &options, &err);
 *     loop:  stdin is readable       -> tui_read(t)
 *            SIGWINCH                -> tui_resize(t)
 *            view changed, each key,
 *            and once a second       -> tui_paint(t)
 *            tui_output_pending(t)   -> watch tui_output_fd(t) for writing, then tui_flush(t)
 *            tui_wants_suspend(t)    -> tui_stop(t)
 *            SIGCONT                 -> tui_resume(t)
 *            tui_wants_quit(t)       -> leave
 *     tui_free(t);
 *
 * The view is borrowed for the whole life and read during the calls above only. */

#include <stdbool.h>
#include <stdint.h>

#include "core/demo.h"
#include "core/err.h"

struct hours_ops;
struct tui;
struct workstation_commands;
struct workstation_view;

/* What the agent may choose for the screen alone; the caller keeps it on disk if it wants to. */
struct tui_preferences {
    char language[3]; /* "en", "fr"; "" = by LANGUAGE, LC_ALL, LC_MESSAGES, LANG */
    bool hide_clock;
};

struct tui_options {
    struct tui_preferences preferences;
    /* The agent chose something else. NULL allowed. */
    void (*preferences_changed)(void *arg, const struct tui_preferences *preferences);
    /* Calendars and clocks, borrowed; NULL: only the backend checks when to call back. */
    const struct hours_ops *hours;
    void *arg;
    /* A demonstration, borrowed: the script is shown, and nothing else of the work. NULL: none. */
    const struct demo_view *demo;
    struct demo_commands demo_commands;
    bool desk_elsewhere; /* the telephone is on another machine */
    const char *login;   /* stands in the sign-in form, NULL = empty */
};

/* Set the locale so that texts are UTF-8 where the terminal can show them, and tell gettext where
 * translations are. Once, first thing in main(). localedir NULL: gettext's own place. */
void tui_locale(const char *localedir);

/* Take the terminal on stdin and stdout. NULL with a sentence (ERR_UNAVAILABLE) when they are no
 * terminal or TERM names none that can place text. `commands` is copied. */
struct tui *tui_new(const struct workstation_view *view,
                    const struct workstation_commands *commands, const struct tui_options *options,
                    struct err *err);

/* Take in what was typed and carry it out. False: the terminal is gone (end of file). */
bool tui_read(struct tui *t);

/* The terminal has another size: read it, paint everything. */
void tui_resize(struct tui *t);

/* Bring the screen in line with the view: sends only what differs. While the terminal still has
 * output pending nothing is painted; the next call catches up. */
void tui_paint(struct tui *t);

/* What is being typed as an answer becomes one, if it is one: before another script comes. */
void tui_hand_over(struct tui *t);

/* A demonstration's simulated person does the next thing by themselves: answers, or goes on. */
void tui_play(struct tui *t);

/* Output that the terminal would not take yet. tui_flush() tries again, and paints what has become
 * of the screen meanwhile once all is out. */
bool tui_output_pending(const struct tui *t);
int tui_output_fd(const struct tui *t);
void tui_flush(struct tui *t);

/* The agent asked to leave the program (only possible signed out or locked). */
bool tui_wants_quit(const struct tui *t);

/* Ctrl-Z was typed. */
bool tui_wants_suspend(const struct tui *t);
/* Give the terminal back as it was and stop, with the whole process group, as SIGTSTP does by
 * default: not at all where no shell could wake it (a window of its own), which is said then. When
 * it goes on, take the terminal again and paint everything. */
void tui_stop(struct tui *t);
/* The program was stopped by somebody else and goes on. */
void tui_resume(struct tui *t);

/* Give the terminal back and forget everything that was typed. NULL allowed; returns NULL. */
struct tui *tui_free(struct tui *t);

/* From now on whatever signal would end the program where it stands gives the terminal back first,
 * if it is taken. */
void tui_catch_crashes(void);

/* Bytes typed and bytes sent so far: for tests and measurements. */
void tui_bytes(const struct tui *t, uint64_t *ret_typed, uint64_t *ret_sent);
