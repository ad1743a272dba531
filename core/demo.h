/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A script shown to somebody, with nobody on the line: the state of `pupitre demo`.
 *
 * It stands in for the workstation (core/workstation.h): the screen reads the same view and calls
 * the same commands, and shows the script as in a call. Behind it are a made-up record and answers
 * in memory, and nothing else: no backend, no telephone, no disk. Pure: files, clock and terminal
 * are the program's. */

#include <stddef.h>
#include <stdint.h>

#include "core/date.h"
#include "core/err.h"
#include "core/regex.h"
#include "core/script.h"
#include "core/script_coverage.h"
#include "core/script_transcript.h"
#include "core/workstation.h"

/* What is wrong with the file, and where. Borrowed by the view. */
struct demo_problem {
    bool is_error; /* else a warning */
    size_t line;   /* from 1; 0 = the file as a whole */
    size_t column;
    char *code;    /* "que-2", "json" */
    char *at;      /* linkId, "" = none */
    char *message; /* English */
    /* Which file, borrowed; NULL = the script. */
    const char *file;
};

struct demo_problems {
    struct demo_problem *rows;
    size_t n;
    size_t n_errors;
};
void demo_problems_deinit(struct demo_problems *p);
/* Add one; texts are copied, line and column stay 0. NULL: out of memory. */
struct demo_problem *demo_problems_add(struct demo_problems *p, bool is_error, const char *code,
                                       const char *at, const char *message);

/* Beside the view of the workstation: what only a demonstration shows. */
struct demo_view {
    const char *file;              /* as it was named */
    unsigned scripts;              /* grows by one with every script that is shown */
    struct demo_problems problems; /* of the file as it was read last */
    bool is_broken; /* the file cannot be used now: an earlier script, if any, is still there */
    bool watches;   /* a file that is saved is read again by itself */
    const struct script_coverage *coverage; /* of the walks so far */
    const char *play; /* file with what a simulated person says; NULL = nobody does */
    int64_t pace_s;   /* they go on by themselves, so often; 0 = by a key */
    const struct script_answers *said; /* NULL: that file cannot be used, or there is none */
};

/* What a demonstration can do beside what a call can; as struct workstation_commands. */
struct demo_commands {
    enum err_code (*restart)(void *arg, struct err *err);
    enum err_code (*read_again)(void *arg, struct err *err); /* the file */
    /* The screen is at this question (SCRIPT_NODE_NONE: behind the last one), in this spoken
     * language. */
    void (*at)(void *arg, size_t node, const char *lang);
    /* The simulated person answers this question. */
    enum err_code (*say)(void *arg, size_t question, struct err *err);
    /* As script_play_grow. */
    enum err_code (*grow)(void *arg, size_t from, size_t to, bool *ret, struct err *err);
    /* The walk up to here, where transcripts go; *ret_file: its name, borrowed. */
    enum err_code (*transcript)(void *arg, const char **ret_file, struct err *err);
    void *arg;
};

struct demo_setup {
    const char *file; /* borrowed */
    bool watches;
    const char *play; /* as in the view */
    int64_t pace_s;
    const char *language;          /* spoken by the person; NULL = as the screen */
    const struct service *service; /* borrowed; NULL = one is made up */
    const struct regex_ops *regex; /* borrowed */
    struct date today;
    int64_t now_utc_s;
    /* A walk is over, and all of it is still there: to be kept, if somebody wants it; and then: it
     * is counted in the coverage. NULL allowed. */
    void (*walk_ends)(void *arg);
    void (*walk_counted)(void *arg);
    void *arg;
};

struct demo;

/* NULL: out of memory. */
struct demo *demo_new(const struct demo_setup *setup);
struct demo *demo_free(struct demo *d);

const struct workstation_view *demo_screen(const struct demo *d);
struct workstation_commands demo_commands(struct demo *d);
const struct demo_view *demo_view(const struct demo *d);

void demo_tick(struct demo *d, int64_t now_utc_s);

/* As struct demo_commands.at. */
void demo_at(struct demo *d, size_t node, const char *lang);
/* The walk is over: the screen is left. */
void demo_end_walk(struct demo *d);
/* Append what the walk was up to here (core/script_transcript.h), in the language that was spoken
 * last. Nothing without a script. */
void demo_transcript(struct demo *d, enum script_transcript_form form, unsigned number,
                     struct buf *out);
/* To be read from a report, and written to one. */
struct script_coverage *demo_coverage(struct demo *d);

/* Say something on the screen; text is translated already. */
void demo_say(struct demo *d, int kind, const char *text);

/* The file was read: a script (its content is taken, *script is empty then) with its problems
 * (taken likewise), which replaces the former one. Of the same script what was answered stays
 * (core/script_carry.h); another one begins anew.
 * Errors: ERR_NOMEM; the former script stays then. */
enum err_code demo_take(struct demo *d, struct script *script, struct demo_problems *problems,
                        struct err *err) MUSTCHECK;
/* It could not be used: what was there stays, and the problems say why. */
void demo_take_broken(struct demo *d, struct demo_problems *problems);

/* What a simulated person says, as answers to the present script, is taken; NULL: nothing. Its
 * problems (taken) stand behind those of the script. Errors: ERR_NOMEM; both are freed then. */
enum err_code demo_take_play(struct demo *d, struct script_answers *said,
                             struct demo_problems *problems, struct err *err) MUSTCHECK;

/* As in struct demo_commands. */
enum err_code demo_say_answer(struct demo *d, size_t question, struct err *err) MUSTCHECK;
enum err_code demo_grow(struct demo *d, size_t from, size_t to, bool *ret,
                        struct err *err) MUSTCHECK;

/* Begin anew: no answers but the initial ones, the first question. Errors: ERR_STATE (no script),
 * ERR_NOMEM. */
enum err_code demo_restart(struct demo *d, struct err *err) MUSTCHECK;
