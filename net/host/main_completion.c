/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for a program whose settings are one table: linked with that table. */

#include <string.h>

#include "net/host/completion.h"
#include "net/host/conf.h"
#include "net/host/conf_internal.h"

extern const struct conf_program options_program;

#define COMMANDS 4

/* The texts that a command's options point to. */
struct words {
    char choices[COMPLETION_OPTIONS][128];
    char names[COMPLETION_OPTIONS][64];
};

static void join(const char *const *words, char *ret, size_t size)
{
    for (; words && *words; words++) {
        const size_t used = strlen(ret);
        snprintf(ret + used, size - used, "%s%s", used ? "|" : "", *words);
    }
}

static void add(struct completion_command *command, const struct conf_row *row, struct words *w)
{
    const size_t i = command->n_options++;
    join(row->choices, w->choices[i], sizeof w->choices[i]);
    snprintf(w->names[i], sizeof w->names[i], "--%s", row->name);
    command->options[i] = (struct completion_option){
        .name = w->names[i], .value = row->arg, .choices = w->choices[i], .help = row->help};
}

/* A program, or a command of it, which is named after both. */
static void add_all(struct completion_command *command, const struct conf_program *p,
                    struct words *w)
{
    const char *blank = strchr(p->name, ' ');
    command->name = blank ? blank + 1 : "";
    command->operands = p->operand ? "FILE" : "";
    command->help = p->help ? p->help : "";
    for (size_t i = 0; i < p->row_count && i < COMPLETION_OPTIONS - CONF_COMMON_COUNT; i++)
        add(command, &p->rows[i], w);
    for (size_t i = 0; i < CONF_COMMON_COUNT; i++)
        add(command, &conf_common[i], w);
}

int main(int argc, char **argv)
{
    static struct completion_command commands[COMMANDS];
    static struct words words[COMMANDS];
    const struct conf_program *p = &options_program;
    size_t n = 0;
    add_all(&commands[n], p, &words[n]);
    n++;
    for (size_t i = 0; p->commands && p->commands[i] && n < COMMANDS; i++, n++)
        add_all(&commands[n], p->commands[i], &words[n]);
    const struct completion c = {p->name, commands, n};
    return completion_main(&c, argc, argv);
}
