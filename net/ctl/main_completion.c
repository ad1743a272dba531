/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for pupitrectl, from its table of commands. */

#include <stdio.h>
#include <string.h>

#include "net/ctl/ctl.h"
#include "net/host/completion.h"

#define COMMANDS 64

static struct completion_command commands[COMMANDS] = {
    {.name = "",
     .operands = "",
     .help = "",
     .options = {{"--data", "DIR", NULL, "the data directory"},
                 {"--store", "URL", NULL, "the database in PostgreSQL"},
                 {"--help", NULL, NULL, "say how it is used"},
                 {"--version", NULL, NULL, "say which version it is"}},
     .n_options = 3},
    {.name = "help", .help = "show the options of a command"},
};

static void add(struct completion_command *ret, const struct ctl_command *command)
{
    ret->name = command->name;
    ret->operands = command->operands;
    ret->help = command->help;
    for (size_t i = 0; i < command->n_options && i < COMPLETION_OPTIONS; i++)
        ret->options[ret->n_options++] = (struct completion_option){
            command->options[i].name, command->options[i].value, NULL, command->options[i].help};
}

/* First words of the commands, with '|' between them; those of one group stand together. */
static void add_name(char *names, size_t size, const char *name)
{
    const size_t used = strlen(names), len = strcspn(name, " ");
    const char *last = strrchr(names, '|');
    last = last ? last + 1 : names;
    if (strlen(last) != len || strncmp(last, name, len) != 0)
        snprintf(names + used, size - used, "%s%.*s", used ? "|" : "", (int)len, name);
}

int main(int argc, char **argv)
{
    static char names[1024];
    size_t n = 2;
    for (size_t i = 0; i < ctl_n_commands && n < COMMANDS; i++) {
        add(&commands[n++], ctl_commands[i]);
        add_name(names, sizeof names, ctl_commands[i]->name);
    }
    commands[1].operands = names;
    const struct completion c = {"pupitrectl", commands, n};
    return completion_main(&c, argc, argv);
}
