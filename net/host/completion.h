/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Completion scripts for shells, printed at build time from the tables that the programs parse
 * with. Not part of any program that is installed. */

#include <stddef.h>
#include <stdio.h>

struct completion_option {
    const char *name;    /* "--json" */
    const char *value;   /* "FILE", "csv|json"; NULL = takes none */
    const char *choices; /* more words for the value, with '|' between them; NULL = none */
    const char *help;
};

#define COMPLETION_OPTIONS 32

struct completion_command {
    const char *name;     /* "agent add"; "" = the program itself: options that stand first */
    const char *operands; /* "FILE…", "people|calls", "" */
    const char *help;
    struct completion_option options[COMPLETION_OPTIONS];
    size_t n_options;
};

struct completion {
    const char *program;
    const struct completion_command *commands; /* [0] has the name "" */
    size_t n_commands;
};

/* What a value or an operand is, from its name: words that stand for themselves, and files. FILE,
 * DIR and PATH are files; with '|' all other words are meant as they are, without it none is. */
struct completion_value {
    char words[256]; /* with blanks between them */
    int files;
    int directories; /* only these */
};
void completion_value_of(const char *text, const char *choices, struct completion_value *ret);

void completion_bash(const struct completion *c, FILE *out);
void completion_zsh(const struct completion *c, FILE *out);
void completion_fish(const struct completion *c, FILE *out);
/* One line an option: "COMMAND<TAB>OPTION<TAB>VALUE", and one a command with neither: for the test
 * that compares the tables with the manual. */
void completion_list(const struct completion *c, FILE *out);

/* Print what argv[1] names: bash, zsh, fish or list. The exit status. */
int completion_main(const struct completion *c, int argc, char **argv);
