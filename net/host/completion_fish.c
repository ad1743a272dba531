/* SPDX-License-Identifier: Apache-2.0 */
/* fish: one `complete` a word, each with the condition under which it is offered. */

#include <string.h>

#include "net/host/completion.h"

static void quoted(const char *text, FILE *out)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* Options that take a value, of all commands: the word after one is no operand. */
static void print_typed(const struct completion *c, const char *f, FILE *out)
{
    fprintf(out,
            "function __%s_typed\n"
            "    set -l typed\n"
            "    set -l skip 0\n"
            "    for word in (commandline -opc)[2..-1]\n"
            "        if test $skip = 1\n"
            "            set skip 0\n"
            "            continue\n"
            "        end\n"
            "        switch $word\n"
            "            case '--*=*'\n"
            "            case '' ",
            f);
    for (size_t i = 0; i < c->n_commands; i++)
        for (size_t k = 0; k < c->commands[i].n_options; k++)
            if (c->commands[i].options[k].value)
                fprintf(out, " %s", c->commands[i].options[k].name);
    fprintf(out,
            "\n                set skip 1\n"
            "            case '-*'\n"
            "            case '*'\n"
            "                set -a typed $word\n"
            "        end\n"
            "    end\n"
            "    echo \"$typed\"\n"
            "end\n\n"
            "function __%s_in\n"
            "    string match -qr \"^$argv[1]( |\\$)\" -- (__%s_typed)\n"
            "end\n\n",
            f, f);
}

static void begin(const struct completion *c, const char *f, const char *name, FILE *out)
{
    fprintf(out, "complete -c %s", c->program);
    if (name[0])
        fprintf(out, " -n \"__%s_in '%s'\"", f, name);
    else if (c->n_commands > 1)
        fprintf(out, " -n \"test (__%s_typed) = ''\"", f);
}

static void values(const struct completion_value *v, FILE *out)
{
    if (v->words[0])
        fprintf(out, " -a '%s'", v->words);
    if (v->files)
        fprintf(out, " -F");
    else if (v->directories)
        fprintf(out, " -a '(__fish_complete_directories)'");
}

static void print_command(const struct completion *c, const char *f,
                          const struct completion_command *command, FILE *out)
{
    struct completion_value v;
    for (size_t k = 0; k < command->n_options; k++) {
        const struct completion_option *o = &command->options[k];
        begin(c, f, command->name, out);
        fprintf(out, " -l %s -d ", o->name + strspn(o->name, "-"));
        quoted(o->help, out);
        if (o->value) {
            completion_value_of(o->value, o->choices, &v);
            fprintf(out, v.files ? " -r" : " -x");
            values(&v, out);
        }
        fputc('\n', out);
    }
    completion_value_of(command->operands, NULL, &v);
    if (!v.words[0] && !v.files && !v.directories)
        return;
    begin(c, f, command->name, out);
    values(&v, out);
    fputc('\n', out);
}

/* The last word of a name, offered after the first ones. */
static void print_name(const struct completion *c, const char *f,
                       const struct completion_command *command, FILE *out)
{
    const char *blank = strchr(command->name, ' ');
    fprintf(out, "complete -c %s -n \"test (__%s_typed) = '%.*s'\" -a %s -d ", c->program, f,
            blank ? (int)(blank - command->name) : 0, command->name,
            blank ? blank + 1 : command->name);
    quoted(command->help, out);
    fputc('\n', out);
    if (blank)
        fprintf(out, "complete -c %s -n \"test (__%s_typed) = ''\" -a %.*s\n", c->program, f,
                (int)(blank - command->name), command->name);
}

void completion_fish(const struct completion *c, FILE *out)
{
    char f[64];
    snprintf(f, sizeof f, "%s", c->program);
    for (char *at = f; *at; at++)
        if (*at == '-')
            *at = '_';
    fprintf(out, "# Completion for %s, made from its tables.\n\n", c->program);
    print_typed(c, f, out);
    fprintf(out, "complete -c %s -f\n", c->program);
    for (size_t i = 0; i < c->n_commands; i++) {
        if (i > 0)
            print_name(c, f, &c->commands[i], out);
        print_command(c, f, &c->commands[i], out);
    }
}
