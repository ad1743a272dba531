/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for a program whose settings are one table: linked with that table. */

#include <string.h>

#include "net/host/completion.h"
#include "net/host/conf.h"
#include "net/host/conf_internal.h"

extern const struct conf_program options_program;

static char choices[COMPLETION_OPTIONS][128];
static char names[COMPLETION_OPTIONS][64];

static void join(const char *const *words, char *ret, size_t size)
{
    for (; words && *words; words++) {
        const size_t used = strlen(ret);
        snprintf(ret + used, size - used, "%s%s", used ? "|" : "", *words);
    }
}

static void add(struct completion_command *command, const struct conf_row *row)
{
    const size_t i = command->n_options++;
    join(row->choices, choices[i], sizeof choices[i]);
    snprintf(names[i], sizeof names[i], "--%s", row->name);
    command->options[i] = (struct completion_option){
        .name = names[i], .value = row->arg, .choices = choices[i], .help = row->help};
}

int main(int argc, char **argv)
{
    struct completion_command command = {.name = "", .operands = "", .help = ""};
    const struct conf_program *p = &options_program;
    for (size_t i = 0; i < p->row_count && i < COMPLETION_OPTIONS - CONF_COMMON_COUNT; i++)
        add(&command, &p->rows[i]);
    for (size_t i = 0; i < CONF_COMMON_COUNT; i++)
        add(&command, &conf_common[i]);
    const struct completion c = {p->name, &command, 1};
    return completion_main(&c, argc, argv);
}
