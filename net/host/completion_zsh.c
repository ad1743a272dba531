/* SPDX-License-Identifier: Apache-2.0 */
/* zsh: specifications for _arguments and _describe. */

#include <string.h>

#include "net/host/completion.h"

/* Inside of '…' and of [help] or name:help. */
static void quoted(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text))
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void action(const struct completion_value *v, FILE *out)
{
    if (v->words[0] && (v->files || v->directories))
        fprintf(out, "{_alternative \"words\\:word\\:(%s)\" \"files\\:file\\:_files\"}", v->words);
    else if (v->words[0])
        fprintf(out, "(%s)", v->words);
    else if (v->files || v->directories)
        fputs(v->files ? "_files" : "_files -/", out);
    else
        fputc(' ', out);
}

static void print_option(const struct completion_option *o, FILE *out)
{
    struct completion_value v;
    fprintf(out, " \\\n            '%s%s[", o->name, o->value ? "=" : "");
    quoted(o->help, out);
    fputc(']', out);
    if (o->value) {
        completion_value_of(o->value, o->choices, &v);
        fputc(':', out);
        quoted(o->value, out);
        fputc(':', out);
        action(&v, out);
    }
    fputc('\'', out);
}

static void print_operands(const struct completion_command *command, FILE *out)
{
    struct completion_value v;
    if (!command->operands[0])
        return;
    completion_value_of(command->operands, NULL, &v);
    fprintf(out, " \\\n            '*:");
    quoted(command->operands, out);
    fputc(':', out);
    action(&v, out);
    fputc('\'', out);
}

static void print_arguments(const struct completion_command *command, FILE *out)
{
    fprintf(out, "        _arguments");
    for (size_t k = 0; k < command->n_options; k++)
        print_option(&command->options[k], out);
    print_operands(command, out);
    fprintf(out, " && ret=0\n");
}

static int is_first_of_word(const struct completion *c, size_t i)
{
    const size_t len = strcspn(c->commands[i].name, " ");
    for (size_t k = 1; k < i; k++)
        if (strcspn(c->commands[k].name, " ") == len &&
            strncmp(c->commands[k].name, c->commands[i].name, len) == 0)
            return 0;
    return 1;
}

/* All that begin with the word of commands[first]: "add:add an agent". */
static void print_verbs(const struct completion *c, size_t first, FILE *out)
{
    const char *name = c->commands[first].name;
    const size_t len = strcspn(name, " ");
    fprintf(out, "            commands=(");
    for (size_t k = first; k < c->n_commands; k++) {
        if (strncmp(c->commands[k].name, name, len + 1) != 0)
            continue;
        fprintf(out, " '%s:", c->commands[k].name + len + 1);
        quoted(c->commands[k].help, out);
        fputc('\'', out);
    }
    fprintf(out, ")\n            _describe command commands && ret=0\n");
}

static void print_first_words(const struct completion *c, FILE *out)
{
    fprintf(out, "        commands=(");
    for (size_t i = 1; i < c->n_commands; i++) {
        const size_t len = strcspn(c->commands[i].name, " ");
        if (!is_first_of_word(c, i))
            continue;
        fprintf(out, " '%.*s", (int)len, c->commands[i].name);
        if (!c->commands[i].name[len]) {
            fputc(':', out);
            quoted(c->commands[i].help, out);
        }
        fputc('\'', out);
    }
    fprintf(out, ")\n        _describe command commands && ret=0\n");
}

static void print_commands(const struct completion *c, FILE *out)
{
    fprintf(out, "    case $state in\n    command)\n");
    print_first_words(c, out);
    fprintf(out, "        ;;\n    argument)\n        case \"$words[1] $words[2]\" in\n");
    for (size_t i = 1; i < c->n_commands; i++) {
        const char *name = c->commands[i].name;
        const int two = strchr(name, ' ') != NULL;
        fprintf(out, "        '%s'%s)\n", name, two ? "" : "\\ *");
        if (two)
            fprintf(out, "        (( CURRENT > 2 )) && { shift words; (( CURRENT-- )) }\n");
        print_arguments(&c->commands[i], out);
        fprintf(out, "        ;;\n");
    }
    for (size_t i = 1; i < c->n_commands; i++) {
        const char *name = c->commands[i].name;
        if (!strchr(name, ' ') || !is_first_of_word(c, i))
            continue;
        fprintf(out, "        '%.*s '*)\n", (int)strcspn(name, " "), name);
        print_verbs(c, i, out);
        fprintf(out, "        ;;\n");
    }
    fprintf(out, "        esac\n        ;;\n    esac\n");
}

void completion_zsh(const struct completion *c, FILE *out)
{
    fprintf(out, "#compdef %s\n# Completion for %s, made from its tables.\n\n", c->program,
            c->program);
    fprintf(out, "local curcontext=$curcontext state line ret=1\nlocal -a commands\n\n"
                 "() {\n    _arguments -C");
    for (size_t k = 0; k < c->commands[0].n_options; k++)
        print_option(&c->commands[0].options[k], out);
    if (c->n_commands > 1)
        fprintf(out, " \\\n            '1:command:->command' '*::argument:->argument'");
    fprintf(out, " && ret=0\n");
    if (c->n_commands > 1)
        print_commands(c, out);
    fprintf(out, "}\n\nreturn ret\n");
}
