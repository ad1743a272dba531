/* SPDX-License-Identifier: Apache-2.0 */
/* Commands and their options, found by table. */

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "net/ctl/ctl.h"

/* The words of a command's name that argv begins with; 0 = it does not. */
static int name_words(const char *name, int argc, char **argv)
{
    int words = 0;
    for (const char *at = name; *at; words++) {
        size_t len = strcspn(at, " ");
        if (words >= argc || strlen(argv[words]) != len || memcmp(argv[words], at, len) != 0) {
            return 0;
        }
        at += len + (at[len] == ' ');
    }
    return words;
}

const struct ctl_command *ctl_find(int argc, char **argv, int *ret_words)
{
    for (size_t i = 0; i < ctl_n_commands; i++) {
        int words = name_words(ctl_commands[i]->name, argc, argv);
        if (words > 0) {
            *ret_words = words;
            return ctl_commands[i];
        }
    }
    return NULL;
}

/* The option that a word names ("--region", "--region=WAL"); -1 = none. */
static int option_index(const struct ctl_command *command, const char *word)
{
    size_t len = strcspn(word, "=");
    for (size_t i = 0; i < command->n_options; i++) {
        if (strlen(command->options[i].name) == len &&
            memcmp(command->options[i].name, word, len) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static enum err_code parse_option(const struct ctl_command *command, int argc, char **argv, int *at,
                                  struct ctl_args *ret, struct err *err)
{
    const char *word = argv[*at];
    int i = option_index(command, word);
    if (i < 0) {
        return err_set(err, ERR_METHOD, gettext("%s does not know the option %.*s"), command->name,
                       (int)strcspn(word, "="), word);
    }
    const struct ctl_option *option = &command->options[i];
    const char *equals = strchr(word, '=');
    if (!option->value) {
        ret->values[i] = "";
        return equals ? err_set(err, ERR_METHOD, gettext("%s takes no value"), option->name)
                      : ERR_OK;
    }
    if (equals) {
        ret->values[i] = equals + 1;
    } else if (*at + 1 < argc) {
        ret->values[i] = argv[++*at];
    } else {
        return err_set(err, ERR_METHOD, gettext("%s needs a value"), option->name);
    }
    return ERR_OK;
}

enum err_code ctl_parse(const struct ctl_command *command, int argc, char **argv,
                        struct ctl_args *ret, struct err *err)
{
    *ret = (struct ctl_args){.operands = argv};
    bool only_operands = false;
    for (int at = 0; at < argc; at++) {
        char *word = argv[at];
        if (!only_operands && strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (!only_operands && word[0] == '-' && word[1] == '-') {
            enum err_code code = parse_option(command, argc, argv, &at, ret, err);
            if (code) {
                return code;
            }
        } else if (!only_operands && word[0] == '-' && word[1]) {
            return err_set(err, ERR_METHOD, gettext("%s does not know the option %s"),
                           command->name, word);
        } else {
            argv[ret->n_operands++] = word; /* never ahead of `at` */
        }
    }
    for (size_t i = 0; i < command->n_options; i++) {
        if (command->options[i].required && !ret->values[i]) {
            return err_set(err, ERR_METHOD, gettext("%s needs the option %s"), command->name,
                           command->options[i].name);
        }
    }
    if (ret->n_operands < command->min_operands ||
        (command->max_operands >= 0 && ret->n_operands > command->max_operands)) {
        return err_set(err, ERR_METHOD, gettext("usage: pupitrectl %s %s"), command->name,
                       command->operands);
    }
    return ERR_OK;
}

const char *ctl_option(const struct ctl_command *command, const struct ctl_args *args,
                       const char *name)
{
    int i = option_index(command, name);
    return i < 0 ? NULL : args->values[i];
}

static void help_options(const struct ctl_command *command)
{
    for (size_t i = 0; i < command->n_options; i++) {
        const struct ctl_option *o = &command->options[i];
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("      %-24s %s\n", left, gettext(o->help));
    }
}

void ctl_help(const struct ctl_command *command)
{
    if (command) {
        printf(gettext("usage: pupitrectl [--data DIR] [--store URL] %s [OPTION…] %s\n"),
               command->name, command->operands);
        printf("  %s\n", gettext(command->help));
        help_options(command);
        return;
    }
    printf(gettext("usage: pupitrectl [--data DIR] [--store URL] COMMAND [OPTION…] [OPERAND…]\n"));
    printf(gettext("The data directory is /var/lib/pupitre, or $PUPITRE_DATA, or --data.\n"
                   "The database is in it, or in PostgreSQL: $PUPITRE_STORE, or --store.\n\n"));
    for (size_t i = 0; i < ctl_n_commands; i++) {
        printf("  %s %s\n", ctl_commands[i]->name, ctl_commands[i]->operands);
        printf("        %s\n", gettext(ctl_commands[i]->help));
    }
    printf(gettext("\n\"pupitrectl help COMMAND\" shows the options of a command.\n"));
}
