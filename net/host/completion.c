/* SPDX-License-Identifier: Apache-2.0 */
/* What the shells have in common. */

#include "net/host/completion.h"

#include <stdbool.h>
#include <string.h>
#include <sysexits.h>

static bool is_word(const char *at, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(at, word, len) == 0;
}

static void add_word(struct completion_value *v, const char *at, size_t len)
{
    const size_t used = strlen(v->words);
    snprintf(v->words + used, sizeof v->words - used, "%s%.*s", used ? " " : "", (int)len, at);
}

/* at: one of the words of "a|FILE|c". */
static void take(struct completion_value *v, const char *at, size_t len, bool one_of)
{
    if (is_word(at, len, "DIR"))
        v->directories = 1;
    else if (is_word(at, len, "FILE") || is_word(at, len, "PATH") || is_word(at, len, "-"))
        v->files = 1;
    else if (one_of)
        add_word(v, at, len);
}

static void take_all(struct completion_value *v, const char *text, bool one_of)
{
    static const char cut[] = "|[]";
    for (const char *at = text; *at;) {
        const size_t len = strcspn(at, cut);
        if (len && strncmp(at, "…", strlen("…")) != 0) {
            const char *dots = strstr(at, "…");
            take(v, at, dots && dots < at + len ? (size_t)(dots - at) : len, one_of);
        }
        at += len;
        at += strspn(at, cut);
    }
}

void completion_value_of(const char *text, const char *choices, struct completion_value *ret)
{
    *ret = (struct completion_value){0};
    take_all(ret, text ? text : "", text && strchr(text, '|'));
    take_all(ret, choices ? choices : "", true);
    if (ret->files)
        ret->directories = 0;
}

void completion_list(const struct completion *c, FILE *out)
{
    for (size_t i = 0; i < c->n_commands; i++) {
        const struct completion_command *command = &c->commands[i];
        fprintf(out, "%s\t\t\n", command->name);
        for (size_t k = 0; k < command->n_options; k++)
            fprintf(out, "%s\t%s\t%s\n", command->name, command->options[k].name,
                    command->options[k].value ? command->options[k].value : "");
    }
}

int completion_main(const struct completion *c, int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(const struct completion *c, FILE *out);
    } shells[] = {
        {"bash", completion_bash},
        {"zsh",  completion_zsh },
        {"fish", completion_fish},
        {"list", completion_list},
    };
    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(argv[1], shells[i].name) == 0) {
            shells[i].print(c, stdout);
            return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
        }
    }
    return EX_USAGE;
}
