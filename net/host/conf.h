/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The settings of a program, as one table.
 *
 * A row says everything about one setting: its name on the command line (--sip-outbound), its
 * section and key in the file (sip_outbound in [phone]), its environment variable, its limits, its
 * default and its help. Where a value comes from decides, never the order of reading:
 *
 *     command line > environment > what was chosen on the screen > the user's file
 *                  > the system's file > default
 *
 * Reading is strict, because a mistyped key that is silently ignored costs an evening: every fault
 * is kept, with file, line, key and rule, never with the value. No setting is a secret: both the
 * environment and the command line can be read by others. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"

enum conf_origin {
    CONF_NOWHERE,
    CONF_DEFAULT,
    CONF_SYSTEM, /* /etc/pupitre/PROGRAM.conf */
    CONF_USER,   /* $XDG_CONFIG_HOME/pupitre/PROGRAM.conf, or --config FILE */
    CONF_CHOSEN, /* on the screen; kept below $XDG_STATE_HOME */
    CONF_ENVIRONMENT,
    CONF_ARGUMENT,
};
#define CONF_ORIGIN_COUNT (CONF_ARGUMENT + 1)

enum conf_kind {
    CONF_TEXT, /* const char *; min to max bytes (0: 1 to 170), one line, no control characters */
    CONF_PATH, /* const char *; the same, and absolute when it stands in a file; with choices one of
                  these words or a path with a '/' */
    CONF_FLAG, /* bool; "yes" or "no"; alone on the command line it means yes */
    CONF_NUMBER, /* int64_t; min to max */
    CONF_CHOICE, /* int: the index in choices */
    CONF_OTHER,  /* what take() makes of it */
    CONF_ALIAS,  /* another way to say alias_of = standard; on the command line only */
};

#define CONF_VALUE_MAX 170 /* bytes of a value: with its key they fit into a line */
#define CONF_FIELD_MAX 128 /* bytes of a field that take() fills */

struct conf_row {
    const char *name;     /* --name; with '_' for '-' the key in a file */
    const char *section;  /* NULL = not in a file */
    const char *variable; /* NULL = not in the environment */
    const char *arg;      /* what --help calls the value; NULL for flags and aliases */
    const char *help;
    const char *standard; /* the default; NULL = none: the field stays as it was */
    enum conf_kind kind;
    size_t offset; /* of the field in the program's struct */
    int64_t min, max;
    const char *const *choices; /* NULL ends them */
    /* Judge a value and store it in *ret; NULL, or the rule that it breaks (marked with N_). The
     * text lives as long as the settings do. */
    const char *(*take)(const char *value, void *ret);
    const char *alias_of;
    bool required;
};

struct conf;

struct conf_program {
    const char *name;  /* "pupitred" */
    const char *usage; /* what follows the name in the first line of --help */
    const char *help;  /* of a command: what it does; NULL = it is the program itself */
    /* What may stand in place of options, each with options of its own ("pupitre demo"); NULL ends
     * them, NULL = none. For completion: main() tells them apart. */
    const struct conf_program *const *commands;
    const char *operand; /* what follows the options, exactly one: "SCRIPT"; NULL = nothing may */
    const struct conf_row *rows;
    size_t row_count;
    const char *system_file; /* NULL = none, like the next two */
    const char *user_file;   /* below pupitre/ in XDG_CONFIG_HOME */
    const char *chosen_file; /* below pupitre/ in XDG_STATE_HOME */
    /* What one row alone cannot judge; complains with conf_complain. A setting that is a fault
     * already stands as it was before. May be NULL. */
    void (*check)(struct conf *c, const void *settings);
};

enum conf_action { CONF_RUN, CONF_HELP, CONF_VERSION, CONF_CHECK };

/* The program and its rows are borrowed. NULL when memory is missing. */
struct conf *conf_new(const struct conf_program *program);
struct conf *conf_free(struct conf *c);

/* All of main()'s work with settings: read everything, fill *settings (the struct that the rows'
 * offsets are of; the caller sets what is not said), do what --help, --version and --check-config
 * ask, and print every fault to stderr. Returns -1 to go on, or the exit status: 64 when the
 * command line is at fault, 78 (EX_CONFIG) for files and environment, and always 78 with
 * --check-config. */
int conf_begin(struct conf *c, int argc, char **argv, void *settings);

/* --- the steps of conf_begin, for tests and for what else reads such files --- */

void conf_read_arguments(struct conf *c, int argc, char **argv);
void conf_read_environment(struct conf *c);
/* A file that is not there says nothing, unless it must be. */
void conf_read_file(struct conf *c, const char *path, enum conf_origin origin, bool must_exist);
/* The files that the program has, or the one of --config. */
void conf_read_files(struct conf *c);
/* Defaults, what is required, the fields, the check of the whole. Fields borrow texts from c. */
void conf_finish(struct conf *c, void *settings);

/* The word behind the options, in argv; NULL when it is missing. */
const char *conf_operand(const struct conf *c);

enum conf_action conf_action(const struct conf *c);
size_t conf_fault_count(const struct conf *c);
/* Sentences "WHERE: KEY: rule", sorted by origin and line; i < conf_fault_count. Borrowed. */
const char *conf_fault(const struct conf *c, size_t i);
int conf_exit_status(const struct conf *c);
/* Where the effective value of a row comes from, and the value as text (NULL = none). */
enum conf_origin conf_origin_of(const struct conf *c, size_t row);
const char *conf_text_of(const struct conf *c, size_t row);

/* A fault of the row's effective value; rule is marked with N_. */
void conf_complain(struct conf *c, const char *name, const char *rule);

/* The same of a variable that is no row's. */
void conf_complain_variable(struct conf *c, const char *variable, const char *rule);

void conf_print_help(const struct conf *c, FILE *out);
/* Every effective value with where it comes from, in the form of a file. */
void conf_print(const struct conf *c, FILE *out);
void conf_print_faults(const struct conf *c, FILE *out);
